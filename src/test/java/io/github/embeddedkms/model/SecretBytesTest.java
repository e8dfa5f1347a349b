package io.github.embeddedkms.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
class SecretBytesTest {

  private final SecretBytes secret = SecretBytes.fromByteArray(new byte[] {1, 2, 3});

  @Test
  void charArray_isEncodedInStrictUtf8() {
    char[] text = "caf\u00e9 \uD83D\uDE00".toCharArray();
    SecretBytes secret = SecretBytes.fromUtf8CharArray(text);
    assertThat(secret).isEqualTo(SecretBytes.fromUtf8String("caf\u00e9 \uD83D\uDE00"));
    text[0] = 'x';
    assertThat(secret.asUtf8String()).startsWith("c");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SecretBytes.fromUtf8CharArray(new char[] {'a', '\uD800'}))
        .withMessage("text has an unpaired surrogate");
  }

  @Test
  void fromByteArray_arrayChangedLater_keepsItsOwnCopy() {
    byte[] array = {1, 2, 3};
    SecretBytes copy = SecretBytes.fromByteArray(array);
    array[0] = 9;
    copy.asByteArray()[1] = 9;
    assertThat(copy.asByteArray()).containsExactly(1, 2, 3);
  }

  @Test
  void filledBy_filler_writesInPlace() {
    AtomicReference<byte[]> given = new AtomicReference<>();
    SecretBytes filled =
        SecretBytes.filledBy(
            2,
            bytes -> {
              given.set(bytes);
              bytes[1] = 7;
            });
    filled.lend(bytes -> assertThat(bytes).isSameAs(given.get()).containsExactly(0, 7));
  }

  @Test
  void string_roundTrips_malformedIsRefused() {
    assertThat(SecretBytes.fromUtf8String("pä😀").asUtf8String()).isEqualTo("pä😀");
    assertThatIllegalArgumentException().isThrownBy(() -> SecretBytes.fromUtf8String("\uDC00"));
  }

  @Test
  void toSecretKey_hasTheSameBytes() {
    assertThat(secret.toSecretKey("AES").getEncoded()).containsExactly(1, 2, 3);
    assertThat(secret.toSecretKey("AES").getAlgorithm()).isEqualTo("AES");
  }

  @Test
  void lendTo_lendsTheBytesThemselves_andReturnsTheResult() {
    SecretBytes secret = SecretBytes.fromUtf8String("hello");
    byte[] lent = secret.lend(bytes -> bytes);
    byte[] lentAgain = secret.lendTo(bytes -> bytes);
    assertThat(lentAgain).isSameAs(lent);
    String nothing = secret.lendTo(bytes -> null);
    assertThat(nothing).isNull();
    secret.close();
    assertThatIllegalStateException()
        .isThrownBy(() -> secret.lendTo(bytes -> bytes.length))
        .withMessage("the secret is closed");
  }

  @Test
  void lend_borrowerThrowsCheckedException_isPropagated() {
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> secret.lend(SecretBytesTest::failOnDisk))
        .withMessage("disk full");
  }

  private static int failOnDisk(byte[] bytes) throws IOException {
    throw new IOException("disk full");
  }

  @Test
  void close_wipesTheArrayItself() {
    byte[] lent = secret.lend(bytes -> bytes);
    secret.close();
    assertThat(lent).containsOnly(0);
  }

  @Test
  void closed_everyUseThrows_lengthAndToStringRemain() {
    secret.close();
    secret.close();
    assertThatIllegalStateException().isThrownBy(() -> secret.lend(bytes -> bytes[0]));
    assertThatIllegalStateException().isThrownBy(secret::asByteArray);
    assertThatIllegalStateException().isThrownBy(secret::asUtf8String);
    assertThatIllegalStateException().isThrownBy(() -> secret.toSecretKey("AES"));
    assertThat(secret.length()).isEqualTo(3);
    assertThat(secret).hasToString("SecretBytes[3 bytes]").isEqualTo(secret);
  }

  @Test
  void closed_equalsNothingElse_notEvenZerosOrAnotherClosed() {
    SecretBytes zeros = SecretBytes.fromByteArray(new byte[3]);
    SecretBytes other = SecretBytes.fromByteArray(new byte[] {1, 2, 3});
    assertThat(secret).isEqualTo(other);
    secret.close();
    assertThat(secret).isNotEqualTo(zeros).isNotEqualTo(other);
    assertThat(other).isNotEqualTo(secret);
    other.close();
    assertThat(secret).isNotEqualTo(other);
  }

  @Test
  void hashCode_dependsOnTheLengthOnly() {
    assertThat(secret).hasSameHashCodeAs(SecretBytes.fromByteArray(new byte[] {7, 8, 9}));
    assertThat(secret).isNotEqualTo(SecretBytes.fromByteArray(new byte[] {7, 8, 9}));
  }

  @Test
  void close_byItsBorrower_throwsInsteadOfWaiting() {
    assertThatIllegalStateException()
        .isThrownBy(
            () ->
                secret.lend(
                    bytes -> {
                      secret.close();
                      return null;
                    }));
    assertThat(secret.asByteArray()).containsExactly(1, 2, 3);
  }

  @Test
  void close_whileBorrowed_waitsForTheBorrower() throws Exception {
    CountDownLatch borrowed = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    AtomicReference<byte[]> atTheEnd = new AtomicReference<>();
    Thread borrower =
        new Thread(
            () ->
                secret.lend(
                    bytes -> {
                      borrowed.countDown();
                      awaitUninterruptibly(release);
                      atTheEnd.set(bytes.clone());
                      return null;
                    }));
    borrower.start();
    borrowed.await();
    Thread closer = new Thread(secret::close);
    closer.start();
    while (closer.getState() != Thread.State.TIMED_WAITING) {
      assertThat(closer.isAlive()).as("close() returned while the bytes were lent").isTrue();
      Thread.onSpinWait();
    }
    release.countDown();
    borrower.join();
    closer.join();
    assertThat(atTheEnd.get()).containsExactly(1, 2, 3);
    assertThatIllegalStateException().isThrownBy(secret::asByteArray);
  }

  @Test
  @Timeout(60)
  void close_borrowerDoesNotReturn_timesOut_andTheBorrowerWipes() throws Exception {
    assertWipedByTheBorrower(() -> secret.close(50, TimeUnit.MILLISECONDS));
  }

  @Test
  @Timeout(60)
  void close_interruptedWhileWaiting_returnsInterrupted_andTheBorrowerWipes() throws Exception {
    assertWipedByTheBorrower(
        () -> {
          Thread.currentThread().interrupt();
          secret.close();
          assertThat(Thread.interrupted()).isTrue();
        });
  }

  private void assertWipedByTheBorrower(Runnable closing) throws Exception {
    CountDownLatch borrowed = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    AtomicReference<byte[]> array = new AtomicReference<>();
    AtomicReference<byte[]> again = new AtomicReference<>();
    Thread borrower =
        new Thread(
            () ->
                secret.lend(
                    bytes -> {
                      array.set(bytes);
                      borrowed.countDown();
                      awaitUninterruptibly(release);
                      // A borrower may borrow again.
                      again.set(secret.asByteArray());
                      return null;
                    }));
    borrower.start();
    borrowed.await();
    closing.run();
    assertThat(array.get()).as("in use").containsExactly(1, 2, 3);
    assertThatIllegalStateException()
        .isThrownBy(secret::asByteArray)
        .withMessage("the secret is closed");
    release.countDown();
    borrower.join();
    assertThat(again.get()).containsExactly(1, 2, 3);
    assertThat(array.get()).as("wiped by the last borrower").containsOnly(0);
  }

  @Test
  void lend_byABorrowerWhileClosing_lendsTheBytes() throws Exception {
    Thread closer = new Thread(secret::close);
    secret.lend(
        bytes -> {
          closer.start();
          while (closer.getState() != Thread.State.TIMED_WAITING) {
            Thread.onSpinWait();
          }
          assertThat(secret.asByteArray()).containsExactly(1, 2, 3);
          return null;
        });
    closer.join();
    assertThatIllegalStateException().isThrownBy(secret::asByteArray);
  }

  /**
   * Wherever the stack overflows, nothing may stay lent: close() would wait for it and wipe
   * nothing.
   */
  @Test
  void lend_stackOverflows_secretIsWipedOnClose() throws Exception {
    for (int frames = 0; frames < 150; frames++) {
      int distance = frames;
      SecretBytes shared = SecretBytes.fromByteArray(new byte[] {1, 2, 3});
      byte[][] lent = new byte[1][];
      // A second borrower, because without it the JDK's locks need less stack.
      shared.lend(
          bytes -> {
            lent[0] = bytes;
            Thread exhausted = new Thread(null, new Dive(distance, shared), "dive", 1 << 18);
            exhausted.setUncaughtExceptionHandler((thread, failure) -> {});
            exhausted.start();
            join(exhausted);
            return null;
          });
      shared.close();
      assertThat(lent[0]).as("wiped, since nothing is lent any more").containsOnly(0);
    }
  }

  @Test
  void close_manyConcurrentBorrowers_neverLendsZeros() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      for (int round = 0; round < 300; round++) {
        byte[] content = new byte[64];
        Arrays.fill(content, (byte) 5);
        SecretBytes shared = SecretBytes.fromByteArray(content);
        List<Callable<Long>> tasks = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
          tasks.add(() -> usesUntilClosed(shared, content));
        }
        tasks.add(
            () -> {
              Thread.sleep(1);
              shared.close();
              return 0L;
            });
        for (Future<Long> result : threads.invokeAll(tasks)) {
          result.get();
        }
      }
    } finally {
      threads.shutdownNow();
    }
  }

  /** Uses a secret until it is closed, and fails if it ever lends other bytes than its own. */
  private static long usesUntilClosed(SecretBytes shared, byte[] content) {
    for (long uses = 0; ; uses++) {
      try {
        boolean alwaysWhole =
            shared.lend(
                bytes -> {
                  boolean whole = true;
                  for (int i = 0; i < 50; i++) {
                    whole &= Arrays.equals(bytes, content);
                  }
                  return whole;
                });
        assertThat(alwaysWhole).isTrue();
      } catch (IllegalStateException closed) {
        return uses;
      }
    }
  }

  /** Overflows the stack, then uses a secret some frames before the end. */
  private static final class Dive implements Runnable {

    private final SecretBytes shared;
    private final SecretBytes.Borrower<Integer, RuntimeException> borrower = Arrays::hashCode;
    private int frames;

    Dive(int frames, SecretBytes shared) {
      this.frames = frames;
      this.shared = shared;
    }

    @Override
    @SuppressWarnings("InfiniteRecursion") // until the stack ends
    public void run() {
      try {
        run();
      } catch (StackOverflowError e) {
        // The stack has overflowed.
      }
      if (frames-- == 0) {
        shared.lend(borrower);
      }
    }
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static void awaitUninterruptibly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
