package io.github.embeddedkms.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.embeddedkms.HeapDump;
import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.EncryptionAlgorithmSpec;
import io.github.embeddedkms.model.MacAlgorithmSpec;
import io.github.embeddedkms.model.SecretBytes;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.SecureRandom;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** A closed key is nowhere in the live heap, not even in the objects that have used it. */
class PrivateKeyHeapTest {

  /** At the end of a number, because its first bytes may be in a word with a sign. */
  private static final int NEEDLE_BYTES = 24;

  @TempDir private Path folder;

  @ParameterizedTest
  @EnumSource(
      value = KeyPairType.class,
      names = {
        "RSA_2048",
        "ECC_NIST_P256",
        "ECC_SECG_P256_K1",
        "SM2",
        "ECC_NIST_EDWARDS25519",
        "ML_DSA_44",
        "ML_KEM_512"
      })
  void closedPrivateKey_isNotInTheHeap(KeyPairType type) throws Exception {
    PrivateKeyMaterial key = PrivateKeyMaterial.generate(TestKeys.KEY_ID, type, new SecureRandom());
    TestKeys.cases()
        .filter(it -> it.type() == type)
        .forEach(
            it ->
                key.sign(
                    it.algorithm(), it.messageType(), SecretBytes.fromByteArray(it.message(1))));
    decryptAgreeAndDecapsulate(key);
    byte[] masked = HeapDump.masked(key.lend(encoded -> needle(type, encoded)));
    assertThat(HeapDump.shows(masked, folder)).isTrue();
    key.close();
    assertThat(HeapDump.shows(masked, folder)).isFalse();
    assertThat(key.publicKey().length()).isPositive();
  }

  /** Uses a key in all ways of its spec other than signing. */
  private static void decryptAgreeAndDecapsulate(PrivateKeyMaterial key) {
    KeySpecTable.Line algorithms = key.type().algorithms();
    SecretBytes plaintext = SecretBytes.fromUtf8String("a plaintext");
    for (EncryptionAlgorithmSpec algorithm : algorithms.encryption()) {
      Bytes ciphertext = key.publicHalf().encrypt(algorithm, plaintext);
      assertThat(key.decrypt(algorithm, ciphertext)).contains(plaintext);
    }
    if (!algorithms.agreement().isEmpty()) {
      key.agree(key.publicKey()).close();
    }
    if (!algorithms.encapsulation().isEmpty()) {
      Encapsulation encapsulation = key.publicHalf().encapsulate();
      assertThat(key.decapsulate(encapsulation.ciphertext()))
          .isEqualTo(encapsulation.sharedSecret());
    }
  }

  /** The shared secret of a key agreement is nowhere else than in its own object. */
  @Test
  void closedSharedSecret_isNotInTheHeap() throws Exception {
    PrivateKeyMaterial agreeing = TestKeys.of(KeyPairType.ECC_NIST_P384);
    PrivateKeyMaterial decapsulating = TestKeys.of(KeyPairType.ML_KEM_768);
    Encapsulation encapsulation = decapsulating.publicHalf().encapsulate();
    encapsulation.sharedSecret().close();
    for (Supplier<SecretBytes> secrets :
        List.<Supplier<SecretBytes>>of(
            () -> agreeing.agree(TestKeys.of(KeyPairType.ECC_NIST_P384).publicKey()),
            () -> decapsulating.decapsulate(encapsulation.ciphertext()),
            () -> TestKeys.of(KeyPairType.ML_KEM_512).publicHalf().encapsulate().sharedSecret())) {
      SecretBytes secret = secrets.get();
      byte[] masked = HeapDump.masked(secret.asByteArray());
      assertThat(HeapDump.shows(masked, folder)).isTrue();
      secret.close();
      assertThat(HeapDump.shows(masked, folder)).isFalse();
    }
  }

  /** The plaintext of a ciphertext is nowhere else than in its own object. */
  @ParameterizedTest
  @CsvSource({"RSA_2048, RSAES_OAEP_SHA_256", "SM2, SM2_PKE"})
  void closedPlaintext_isNotInTheHeap(KeyPairType type, EncryptionAlgorithmSpec algorithm)
      throws Exception {
    PrivateKeyMaterial key = TestKeys.of(type);
    SecretBytes random = SecretBytes.filledBy(32, new SecureRandom()::nextBytes);
    Bytes ciphertext = key.publicHalf().encrypt(algorithm, random);
    random.close();
    SecretBytes plaintext = key.decrypt(algorithm, ciphertext).orElseThrow();
    byte[] masked = HeapDump.masked(plaintext.asByteArray());
    assertThat(HeapDump.shows(masked, folder)).isTrue();
    plaintext.close();
    assertThat(HeapDump.shows(masked, folder)).isFalse();
  }

  @Test
  void closedHmacKey_isNotInTheHeap() throws Exception {
    HmacMaterial key =
        HmacMaterial.generate(TestKeys.KEY_ID, MacAlgorithmSpec.HMAC_SHA_512, new SecureRandom());
    key.mac(SecretBytes.fromUtf8String("a message"));
    byte[] masked = HeapDump.masked(key.lend(byte[]::clone));
    assertThat(HeapDump.shows(masked, folder)).isTrue();
    key.close();
    assertThat(HeapDump.shows(masked, folder)).isFalse();
    assertThat(key.id().length()).isEqualTo(32);
  }

  /** Expanded keys of ML-DSA do not contain the seed, so their secret number is searched for. */
  private static byte[] needle(KeyPairType type, byte[] encoded) throws Exception {
    byte[] secret =
        switch (type.family()) {
          case RSA -> primeOf(encoded);
          case ML_DSA -> MlDsaKeys.expand(type, seedOf(encoded)).getK();
          case ED25519, ML_KEM -> seedOf(encoded);
          default -> {
            byte[] number = CurveEncoding.parse(type, encoded).scalar().toByteArray();
            yield Arrays.copyOfRange(number, number.length - NEEDLE_BYTES, number.length);
          }
        };
    return secret;
  }

  private static byte[] primeOf(byte[] encoded) throws Exception {
    byte[] prime =
        ((RSAPrivateCrtKey)
                KeyFactory.getInstance("RSA").generatePrivate(new PKCS8EncodedKeySpec(encoded)))
            .getPrimeP()
            .toByteArray();
    return Arrays.copyOfRange(prime, prime.length - NEEDLE_BYTES, prime.length);
  }

  private static byte[] seedOf(byte[] encoded) {
    return Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length);
  }
}
