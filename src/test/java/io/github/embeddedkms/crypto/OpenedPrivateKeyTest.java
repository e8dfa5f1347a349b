package io.github.embeddedkms.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.MessageType;
import io.github.embeddedkms.model.SecretBytes;
import io.github.embeddedkms.model.SigningAlgorithmSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A private key that is closed while another thread uses it. */
class OpenedPrivateKeyTest {

  private static OpenedPrivateKey opened(KeyPairType type) {
    byte[] encoded = TestKeys.of(type).lend(byte[]::clone);
    return new OpenedPrivateKey(type, SecretBytes.fromByteArray(encoded));
  }

  /** A thread that is interrupted does not wait for the uses of the key. */
  private static void closeInterrupted(OpenedPrivateKey key) {
    Thread thread =
        new Thread(
            () -> {
              Thread.currentThread().interrupt();
              key.close();
            });
    thread.start();
    try {
      thread.join();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void decapsulate_keyClosedMeanwhile_returnsTheSecretAndThenWipesTheKey() {
    Encapsulation encapsulation = TestKeys.of(KeyPairType.ML_KEM_768).publicHalf().encapsulate();
    byte[] ciphertext = encapsulation.ciphertext().asByteArray();
    byte[] secret = encapsulation.sharedSecret().asByteArray();
    OpenedPrivateKey key = opened(KeyPairType.ML_KEM_768);
    List<DecapsulationKey> used = new ArrayList<>();
    byte[] decapsulated =
        key.lend(
            lent -> {
              DecapsulationKey parsed = lent.decapsulationKey();
              used.add(parsed);
              closeInterrupted(key);
              return parsed.decapsulate(ciphertext);
            });
    assertThat(decapsulated).isEqualTo(secret);
    assertWiped(used.get(0), ciphertext, secret);
    assertThat(catchThrowable(() -> key.lend(lent -> lent)))
        .isExactlyInstanceOf(IllegalStateException.class);
  }

  /** A key that is parsed after close has returned is wiped too. */
  @Test
  void decapsulate_keyParsedAfterClose_wipesTheKey() {
    Encapsulation encapsulation = TestKeys.of(KeyPairType.ML_KEM_768).publicHalf().encapsulate();
    byte[] ciphertext = encapsulation.ciphertext().asByteArray();
    byte[] secret = encapsulation.sharedSecret().asByteArray();
    OpenedPrivateKey key = opened(KeyPairType.ML_KEM_768);
    List<DecapsulationKey> used = new ArrayList<>();
    byte[] decapsulated =
        key.lend(
            lent -> {
              closeInterrupted(key);
              used.add(lent.decapsulationKey());
              return used.get(0).decapsulate(ciphertext);
            });
    assertThat(decapsulated).isEqualTo(secret);
    assertWiped(used.get(0), ciphertext, secret);
  }

  @Test
  void sign_keyClosedMeanwhile_returnsAValidSignature() {
    SigningAlgorithmSpec algorithm = SigningAlgorithmSpec.ML_DSA_SHAKE_256;
    byte[] message = {1, 2, 3};
    OpenedPrivateKey key = opened(KeyPairType.ML_DSA_44);
    byte[] signature =
        key.lend(
            lent -> {
              SigningKey parsed = lent.signingKey();
              closeInterrupted(key);
              return parsed.sign(algorithm, MessageType.RAW, message);
            });
    assertThat(
            TestKeys.of(KeyPairType.ML_DSA_44)
                .publicHalf()
                .verify(
                    algorithm,
                    MessageType.RAW,
                    SecretBytes.fromByteArray(message),
                    Bytes.fromByteArray(signature)))
        .isTrue();
  }

  private static void assertWiped(DecapsulationKey key, byte[] ciphertext, byte[] secret) {
    byte[][] result = new byte[1][];
    Throwable failure = catchThrowable(() -> result[0] = key.decapsulate(ciphertext));
    assertThat(failure != null || !Arrays.equals(result[0], secret)).isTrue();
  }
}
