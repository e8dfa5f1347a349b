package io.github.embeddedkms.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.embeddedkms.model.SecretBytes;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.assertj.core.api.Condition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class DeferredMaterialTest {

  private static final String KEY_ID = "1234abcd-12ab-34cd-56ef-1234567890ab";
  private static final byte[] BYTES =
      HexFormat.of().parseHex("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f");
  private static final byte[] DATA = {1, 2, 3};
  private static final SecretBytes PLAINTEXT = SecretBytes.fromUtf8String("hello");

  private final SymmetricMaterial original = material();
  private final ExecutorService threads = Executors.newCachedThreadPool();

  /** The arrays of all materials that the source returned, in order. */
  private final List<byte[]> loaded = new ArrayList<>();

  @AfterEach
  void end() {
    threads.shutdownNow();
  }

  @Test
  void idSuiteAndToString_areKnownWithoutTheSource() {
    SymmetricMaterial deferred = deferred(DeferredMaterialTest::neverCalled);
    assertThat(deferred.id()).isEqualTo(original.id());
    assertThat(deferred.idAsHex()).isEqualTo(original.idAsHex());
    assertThat(deferred.suite()).isEqualTo(Suite.XAES_256_GCM);
    assertThat(deferred).hasToString("SymmetricMaterial[" + original.idAsHex() + "]");
  }

  @Test
  void firstUse_seal_callsTheSource_laterUsesDoNot() {
    SymmetricMaterial deferred = deferred(this::load);
    byte[] sealed = deferred.seal(PLAINTEXT, DATA);
    assertThat(loaded).hasSize(1);
    assertThat(deferred.open(sealed, DATA)).contains(PLAINTEXT);
    assertThat(deferred.<byte[], RuntimeException>lend(byte[]::clone)).isEqualTo(BYTES);
    assertThat(loaded).hasSize(1);
    assertThat(original.open(sealed, DATA)).contains(PLAINTEXT);
  }

  @Test
  void firstUse_open_callsTheSource() {
    assertThat(deferred(this::load).open(original.seal(PLAINTEXT, DATA), DATA)).contains(PLAINTEXT);
  }

  @Test
  void firstUse_lend_callsTheSource() {
    assertThat(deferred(this::load).<byte[], RuntimeException>lend(byte[]::clone)).isEqualTo(BYTES);
  }

  @Test
  void failingSource_itsExceptionIsThrown_andTheNextUseCallsItAgain() {
    RuntimeException failure = new IllegalStateException("the database is unavailable");
    List<RuntimeException> failures = new ArrayList<>(List.of(failure));
    SymmetricMaterial deferred =
        deferred(
            () -> {
              if (!failures.isEmpty()) {
                throw failures.remove(0);
              }
              return load();
            });
    assertThatThrownBy(() -> deferred.seal(PLAINTEXT, DATA)).isSameAs(failure);
    assertThat(original.open(deferred.seal(PLAINTEXT, DATA), DATA)).contains(PLAINTEXT);
  }

  @Test
  void sourceWithError_itsErrorIsThrown_andTheNextUseCallsItAgain() {
    for (Error failure : List.of(new OutOfMemoryError("full"), new StackOverflowError("deep"))) {
      List<Error> failures = new ArrayList<>(List.of(failure));
      SymmetricMaterial deferred =
          deferred(
              () -> {
                if (!failures.isEmpty()) {
                  throw failures.remove(0);
                }
                return load();
              });
      assertThatThrownBy(() -> deferred.seal(PLAINTEXT, DATA)).isSameAs(failure);
      assertThat(original.open(deferred.seal(PLAINTEXT, DATA), DATA)).contains(PLAINTEXT);
    }
  }

  @Test
  void sourceHangingInOneThread_otherThreadDoesNotWait() throws Exception {
    CountDownLatch called = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    AtomicBoolean first = new AtomicBoolean(true);
    SymmetricMaterial deferred =
        deferred(
            () -> {
              if (first.getAndSet(false)) {
                called.countDown();
                await(release);
              }
              return load();
            });
    Future<byte[]> hanging = threads.submit(() -> deferred.seal(PLAINTEXT, DATA));
    called.await();
    assertThat(original.open(deferred.seal(PLAINTEXT, DATA), DATA)).contains(PLAINTEXT);
    release.countDown();
    assertThat(original.open(hanging.get(), DATA)).contains(PLAINTEXT);
  }

  @Test
  void sourceOfAnotherMaterial_isRefused_andItsMaterialIsClosed() {
    SecretBytes other = SecretBytes.fromByteArray(BYTES);
    byte[] array = other.lend(bytes -> bytes);
    SymmetricMaterial foreign = SymmetricMaterial.of("another", Suite.XAES_256_GCM, other);
    assertThatThrownBy(() -> deferred(() -> foreign).seal(PLAINTEXT, DATA))
        .isInstanceOf(AssertionError.class)
        .hasMessage("the source of " + original + " returned " + foreign);
    assertThat(array).containsOnly(0);
  }

  @Test
  void sourceOfAnotherSuite_isRefused() {
    SymmetricMaterial deferred =
        SymmetricMaterial.deferred(original.id(), Suite.XSM4_GCM, this::load);
    assertThatThrownBy(() -> deferred.seal(PLAINTEXT, DATA)).isInstanceOf(AssertionError.class);
    assertThat(loaded.get(0)).containsOnly(0);
  }

  @Test
  void twoThreadsAtOnce_bothCallTheSource_andOneResultIsClosed() throws Exception {
    // Neither thread leaves the source before both are in it.
    CyclicBarrier both = new CyclicBarrier(2);
    SymmetricMaterial deferred =
        deferred(
            () -> {
              await(both);
              return load();
            });
    Future<byte[]> one = threads.submit(() -> deferred.seal(PLAINTEXT, DATA));
    Future<byte[]> other = threads.submit(() -> deferred.seal(PLAINTEXT, DATA));
    assertThat(original.open(one.get(), DATA)).contains(PLAINTEXT);
    assertThat(original.open(other.get(), DATA)).contains(PLAINTEXT);
    assertThat(loaded).hasSize(2).areExactly(1, wiped());
    deferred.close();
    assertThat(loaded).areExactly(2, wiped());
  }

  @Test
  void close_beforeTheFirstUse_neverCallsTheSource() {
    SymmetricMaterial deferred = deferred(DeferredMaterialTest::neverCalled);
    deferred.close();
    deferred.close();
    assertThatThrownBy(() -> deferred.seal(PLAINTEXT, DATA))
        .isInstanceOf(Material.ClosedException.class);
    assertThatThrownBy(() -> deferred.lend(bytes -> bytes.length))
        .isInstanceOf(Material.ClosedException.class);
  }

  @Test
  void close_duringTheCallOfTheSource_failsTheUseAndClosesTheResult() throws Exception {
    CountDownLatch called = new CountDownLatch(1);
    CountDownLatch closed = new CountDownLatch(1);
    SymmetricMaterial deferred =
        deferred(
            () -> {
              called.countDown();
              await(closed);
              return load();
            });
    Future<byte[]> sealing = threads.submit(() -> deferred.seal(PLAINTEXT, DATA));
    called.await();
    // Returns at once: there is nothing to wipe yet, and the source holds no lock.
    deferred.close();
    closed.countDown();
    assertThatThrownBy(sealing::get).hasCauseInstanceOf(Material.ClosedException.class);
    assertThat(loaded).hasSize(1).areExactly(1, wiped());
  }

  @Test
  void sourceFailingBecauseOfClose_throwsClosedException() {
    List<SymmetricMaterial> itself = new ArrayList<>();
    SymmetricMaterial deferred =
        deferred(
            () -> {
              itself.get(0).close();
              throw new IllegalArgumentException("the row is gone");
            });
    itself.add(deferred);
    assertThatThrownBy(() -> deferred.seal(PLAINTEXT, DATA))
        .isInstanceOf(Material.ClosedException.class);
  }

  @Test
  void close_afterUse_wipesTheMaterial_andTheSourceIsNotCalledAgain() {
    SymmetricMaterial deferred = deferred(this::load);
    byte[] sealed = deferred.seal(PLAINTEXT, DATA);
    deferred.close();
    assertThat(loaded).areExactly(1, wiped());
    assertThatThrownBy(() -> deferred.open(sealed, DATA))
        .isInstanceOf(Material.ClosedException.class);
    assertThat(loaded).hasSize(1);
  }

  @Test
  void close_insideItsOwnUse_isRefused_andWipesWhenClosedAgain() {
    SymmetricMaterial deferred = deferred(this::load);
    assertThatThrownBy(
            () ->
                deferred.lend(
                    bytes -> {
                      assertThatThrownBy(deferred::close)
                          .hasMessage("a secret cannot be closed inside its own use");
                      return deferred.seal(PLAINTEXT, DATA);
                    }))
        .isInstanceOf(Material.ClosedException.class);
    assertThat(loaded).areExactly(0, wiped());
    deferred.close();
    assertThat(loaded).areExactly(1, wiped());
  }

  @Test
  void lend_exceptionsOfTheBorrower_areThrown() {
    SymmetricMaterial material = material();
    IllegalStateException own = new IllegalStateException("the borrower's own");
    assertThatThrownBy(
            () ->
                material.lend(
                    bytes -> {
                      throw own;
                    }))
        .isSameAs(own);
    assertThatThrownBy(
            () ->
                material.lend(
                    bytes -> {
                      throw new IOException("checked");
                    }))
        .isInstanceOf(IOException.class);
  }

  private SymmetricMaterial deferred(Supplier<SymmetricMaterial> source) {
    return SymmetricMaterial.deferred(original.id(), Suite.XAES_256_GCM, source);
  }

  private SymmetricMaterial load() {
    SecretBytes bytes = SecretBytes.fromByteArray(BYTES);
    synchronized (loaded) {
      loaded.add(bytes.lend(array -> array));
    }
    return SymmetricMaterial.of(KEY_ID, Suite.XAES_256_GCM, bytes);
  }

  private static SymmetricMaterial material() {
    return SymmetricMaterial.of(KEY_ID, Suite.XAES_256_GCM, SecretBytes.fromByteArray(BYTES));
  }

  private static SymmetricMaterial neverCalled() {
    throw new AssertionError("the source was called");
  }

  private static Condition<byte[]> wiped() {
    return new Condition<>(
        bytes -> {
          for (byte value : bytes) {
            if (value != 0) {
              return false;
            }
          }
          return true;
        },
        "wiped");
  }

  private static void await(CyclicBarrier barrier) {
    try {
      barrier.await();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
