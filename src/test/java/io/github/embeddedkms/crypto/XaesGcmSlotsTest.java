package io.github.embeddedkms.crypto;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.embeddedkms.blob.IndependentXaesGcm;
import io.github.embeddedkms.model.SecretBytes;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The salts and nonces of XAES-256-GCM, and the slots that keep its ciphers between calls. */
@Timeout(300)
class XaesGcmSlotsTest {

  private static final byte[] KEY = "an AES key, which has 32 bytes..".getBytes(US_ASCII);
  private static final byte[] DATA = {1, 2, 3};
  private static final byte[] PLAINTEXT = "plaintext".getBytes(US_ASCII);
  private static final byte[] PREFIX = {7, 8};
  private static final int THREADS = 8;

  private final ExecutorService threads = Executors.newFixedThreadPool(THREADS);

  @AfterEach
  void end() {
    threads.shutdownNow();
  }

  @Test
  void seal_messageAfter256OfOneSlot_hasAnotherSalt() {
    XaesGcm cipher = XaesGcm.of(KEY);
    List<String> salts = new ArrayList<>();
    for (int i = 0; i < 2 * 256 + 1; i++) {
      salts.add(saltOf(cipher.seal(PLAINTEXT, DATA)));
    }
    assertThat(new HashSet<>(salts.subList(0, 256))).hasSize(1);
    assertThat(new HashSet<>(salts.subList(0, 257))).hasSize(2);
    assertThat(new HashSet<>(salts)).hasSize(3);
  }

  @Test
  void sealNewSecret_drawsSecretSaltAndNonceAtOnce_andWipesTheDraw() {
    ScriptedRandom random = new ScriptedRandom(new byte[0]);
    XaesGcm cipher = XaesGcm.of(KEY, random);
    for (int length : List.of(32 + 24, 32 + 12)) {
      SealedSecret made = cipher.sealNewSecret(PREFIX, 32, DATA);
      byte[] drawn = random.filled.get(random.filled.size() - 1);
      assertThat(drawn).hasSize(length).containsOnly(0);
      byte[] secret = made.secret().asByteArray();
      assertThat(secret).isNotEqualTo(new byte[32]);
      assertThat(made.sealed()).startsWith(PREFIX).hasSize(PREFIX.length + 24 + 32 + 16);
      assertThat(independently(Arrays.copyOfRange(made.sealed(), 2, made.sealed().length)))
          .isEqualTo(secret);
      assertThat(cipher.open(made.sealed(), PREFIX.length, DATA)).contains(made.secret());
    }
    assertThat(random.filled).hasSize(2);
  }

  @Test
  void sealNewSecret_scriptedDraw_isSecretThenSaltThenNonce() {
    byte[] script = new byte[16 + 24];
    for (int i = 0; i < script.length; i++) {
      script[i] = (byte) i;
    }
    SealedSecret made =
        XaesGcm.of(KEY, new ScriptedRandom(script)).sealNewSecret(new byte[0], 16, DATA);
    assertThat(made.secret().asByteArray()).isEqualTo(Arrays.copyOf(script, 16));
    assertThat(Arrays.copyOf(made.sealed(), 24)).isEqualTo(Arrays.copyOfRange(script, 16, 40));
  }

  @Test
  void seal_prefix_isPutBeforeTheNonce_andSkippedByOpen() {
    XaesGcm cipher = XaesGcm.of(KEY);
    byte[] sealed = cipher.seal(PREFIX, PLAINTEXT, DATA);
    assertThat(sealed).startsWith(PREFIX);
    assertThat(independently(Arrays.copyOfRange(sealed, 2, sealed.length))).isEqualTo(PLAINTEXT);
    assertThat(cipher.open(sealed, 2, DATA)).contains(SecretBytes.fromByteArray(PLAINTEXT));
    assertThat(cipher.open(sealed, 1, DATA)).isEmpty();
    assertThat(cipher.open(sealed, sealed.length, DATA)).isEmpty();
  }

  @Test
  void open_messagesOfTwoSaltsInTurn_opensAll_evenAfterOneThatIsNotAuthentic() {
    byte[] first = XaesGcm.of(KEY).seal(PLAINTEXT, DATA);
    byte[] second = XaesGcm.of(KEY).seal(PLAINTEXT, DATA);
    XaesGcm cipher = XaesGcm.of(KEY);
    for (int i = 0; i < 24; i++) {
      byte[] altered = first.clone();
      altered[i] ^= 1;
      assertThat(cipher.open(altered, DATA)).isEmpty();
      assertThat(cipher.open(first, DATA)).isPresent();
      assertThat(cipher.open(second, DATA)).isPresent();
    }
  }

  /**
   * A slot in a cloned virtual machine goes on with the same salt. Then the nonces, which come from
   * the operating system for each message, keep the messages apart.
   */
  @Test
  void seal_twoCopiesOfOneSlot_neverRepeatANonce() {
    byte[] salt = new byte[12];
    XaesGcm original = XaesGcm.of(KEY, new ScriptedRandom(salt));
    XaesGcm clone = XaesGcm.of(KEY, new ScriptedRandom(salt));
    Set<String> nonces = new HashSet<>();
    for (int i = 0; i < 256; i++) {
      for (XaesGcm each : List.of(original, clone)) {
        byte[] sealed = each.seal(PLAINTEXT, DATA);
        assertThat(saltOf(sealed)).isEqualTo("00".repeat(12));
        assertThat(nonces.add(HexFormat.of().formatHex(sealed, 12, 24))).isTrue();
        assertThat(original.open(sealed, DATA)).isPresent();
      }
    }
  }

  @Test
  void seal_byManyThreads_neverRepeatsSaltAndNonce() throws Exception {
    assertNoRepetition(1 << 14);
  }

  @Test
  @Tag("thorough")
  void seal_millionMessagesByManyThreads_neverRepeatsSaltAndNonce() throws Exception {
    assertNoRepetition(1 << 20);
  }

  /** Compares the first eight bytes of the nonces. That two are equal is as good as impossible. */
  private void assertNoRepetition(int messages) throws Exception {
    XaesGcm cipher = XaesGcm.of(KEY);
    long[] nonces = new long[messages];
    Set<String> salts = new HashSet<>();
    List<Future<Set<String>>> running = new ArrayList<>();
    for (int i = 0; i < THREADS; i++) {
      int number = i;
      running.add(threads.submit(() -> sealMany(cipher, nonces, number)));
    }
    for (Future<Set<String>> each : running) {
      salts.addAll(each.get());
    }
    assertThat(Arrays.stream(nonces).distinct().count()).isEqualTo(messages);
    assertThat(salts).hasSizeGreaterThanOrEqualTo(messages / 256);
  }

  private static Set<String> sealMany(XaesGcm cipher, long[] nonces, int number) {
    Set<String> salts = new HashSet<>();
    for (int i = number; i < nonces.length; i += THREADS) {
      byte[] sealed = cipher.seal(PLAINTEXT, DATA);
      nonces[i] = ByteBuffer.wrap(sealed).getLong(12);
      salts.add(saltOf(sealed));
    }
    return salts;
  }

  @Test
  void close_duringCalls_callsSucceedOrFailAsClosed_andNoSlotIsKept() throws Exception {
    for (int round = 0; round < 200; round++) {
      XaesGcm cipher = XaesGcm.of(KEY);
      CyclicBarrier start = new CyclicBarrier(3);
      Callable<List<byte[]>> calls =
          () -> {
            start.await();
            return sealUntilClosed(cipher);
          };
      Future<List<byte[]>> one = threads.submit(calls);
      Future<List<byte[]>> other = threads.submit(calls);
      start.await();
      for (int i = 0; i < round; i++) {
        Thread.onSpinWait();
      }
      cipher.close();
      for (Future<List<byte[]>> each : List.of(one, other)) {
        for (byte[] sealed : each.get()) {
          assertThat(independently(sealed)).isEqualTo(PLAINTEXT);
        }
      }
      assertThat(cipher.idle.take()).as("an idle slot after close()").isNull();
    }
  }

  private static List<byte[]> sealUntilClosed(XaesGcm cipher) {
    List<byte[]> all = new ArrayList<>();
    try {
      while (true) {
        byte[] sealed = cipher.seal(PLAINTEXT, DATA);
        if (all.size() < 10) {
          all.add(sealed);
        }
        assertThat(cipher.open(sealed, DATA)).isPresent();
      }
    } catch (IllegalStateException e) {
      assertThat(e).hasMessage("the secret is closed");
      return all;
    }
  }

  @Test
  void idleSlots_full_refusesMore_andGivesEachOutOnce() {
    IdleSlots idle = new IdleSlots();
    assertThat(idle.take()).isNull();
    Set<XaesGcmSlot> kept = new HashSet<>();
    XaesGcmSlot next = new XaesGcmSlot(KEY);
    while (idle.put(next)) {
      kept.add(next);
      next = new XaesGcmSlot(KEY);
    }
    assertThat(kept).hasSizeBetween(2, 16);
    Set<XaesGcmSlot> taken = new HashSet<>();
    for (XaesGcmSlot each = idle.take(); each != null; each = idle.take()) {
      assertThat(taken.add(each)).isTrue();
    }
    assertThat(taken).isEqualTo(kept);
  }

  private static String saltOf(byte[] sealed) {
    return HexFormat.of().formatHex(sealed, 0, 12);
  }

  private static byte[] independently(byte[] sealed) {
    byte[] nonce = Arrays.copyOf(sealed, 24);
    byte[] rest = Arrays.copyOfRange(sealed, 24, sealed.length);
    return IndependentXaesGcm.open(KEY, nonce, rest, DATA).orElseThrow();
  }
}
