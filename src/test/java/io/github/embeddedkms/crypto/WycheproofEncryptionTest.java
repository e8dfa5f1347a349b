package io.github.embeddedkms.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.EncryptionAlgorithmSpec;
import io.github.embeddedkms.model.SecretBytes;
import java.math.BigInteger;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.bouncycastle.crypto.SecretWithEncapsulation;
import org.bouncycastle.crypto.kems.MLKEMGenerator;
import org.bouncycastle.crypto.params.MLKEMParameters;
import org.bouncycastle.crypto.params.MLKEMPublicKeyParameters;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Decrypts and agrees on secrets with the test vectors of Project Wycheproof. */
class WycheproofEncryptionTest {

  /** This library's label is always empty, so a ciphertext with another label is not valid. */
  @ParameterizedTest
  @CsvSource({
    "rsa_oaep_2048_sha1_mgf1sha1_test, RSA_2048, RSAES_OAEP_SHA_1",
    "rsa_oaep_2048_sha256_mgf1sha256_test, RSA_2048, RSAES_OAEP_SHA_256",
    "rsa_oaep_3072_sha256_mgf1sha256_test, RSA_3072, RSAES_OAEP_SHA_256",
    "rsa_oaep_4096_sha256_mgf1sha256_test, RSA_4096, RSAES_OAEP_SHA_256",
  })
  void oaepCiphertext_isDecrypted_ifWycheproofSaysSo(
      String file, KeyPairType type, EncryptionAlgorithmSpec algorithm) throws Exception {
    int valid = 0;
    Map<Bytes, PrivateKeyMaterial> keys = new HashMap<>();
    for (Wycheproof.Vector vector : Wycheproof.read(file)) {
      PrivateKeyMaterial key =
          keys.computeIfAbsent(
              Bytes.fromByteArray(vector.groupBytes("privateKeyPkcs8")),
              encoded ->
                  PrivateKeyMaterial.imported(
                      TestKeys.KEY_ID, type, SecretBytes.fromByteArray(encoded.asByteArray())));
      boolean expected = vector.isValid() && vector.bytes("label").length == 0;
      assertThat(key.decrypt(algorithm, bytes(vector, "ct")))
          .as("%s", vector)
          .isEqualTo(
              expected
                  ? Optional.of(SecretBytes.fromByteArray(vector.bytes("msg")))
                  : Optional.empty());
      valid += expected ? 1 : 0;
    }
    assertThat(valid).isEqualTo(10);
  }

  /**
   * Only points in the uncompressed form are taken, in strict DER, with the curve's name. Therefore
   * nothing that is merely acceptable is.
   */
  @ParameterizedTest
  @CsvSource({
    "ecdh_secp256r1_test, ECC_NIST_P256, 330",
    "ecdh_secp384r1_test, ECC_NIST_P384, 771",
    "ecdh_secp521r1_test, ECC_NIST_P521, 632",
  })
  void sharedSecret_isDerived_ifWycheproofSaysSo(String file, KeyPairType type, int expectedValid)
      throws Exception {
    int valid = 0;
    for (Wycheproof.Vector vector : Wycheproof.read(file)) {
      BigInteger scalar = new BigInteger(1, vector.bytes("private"));
      Bytes peer = bytes(vector, "public");
      byte[] point = BouncyCurves.publicPoint(BouncyCurves.of(type), scalar);
      KeyPair pair = CurveEncoding.encode(type, scalar, point);
      try (PrivateKeyMaterial key =
          PrivateKeyMaterial.of(TestKeys.KEY_ID, type, pair.publicKey(), pair.privateKey())) {
        if (vector.isValid()) {
          assertThat(key.agree(peer).asByteArray())
              .as("%s", vector)
              .isEqualTo(vector.bytes("shared"));
          valid++;
        } else {
          assertThatIllegalArgumentException().as("%s", vector).isThrownBy(() -> key.agree(peer));
        }
      }
    }
    assertThat(valid).isEqualTo(expectedValid);
  }

  /** The valid tests include those with implicit rejection. */
  @ParameterizedTest
  @CsvSource({
    "mlkem_512_test, ML_KEM_512",
    "mlkem_768_test, ML_KEM_768",
    "mlkem_1024_test, ML_KEM_1024",
  })
  void mlKemCiphertext_hasTheSecretOfWycheproof(String file, KeyPairType type) throws Exception {
    int valid = 0;
    for (Wycheproof.Vector vector : Wycheproof.read(file)) {
      SecretBytes encoded = Seeds.encode(type, vector.bytes("seed"));
      Bytes ciphertext = bytes(vector, "c");
      if (!vector.isValid() && vector.bytes("seed").length != 64) {
        assertThatIllegalArgumentException()
            .as("%s", vector)
            .isThrownBy(() -> PrivateKeyMaterial.imported(TestKeys.KEY_ID, type, encoded));
        continue;
      }
      try (PrivateKeyMaterial key = PrivateKeyMaterial.imported(TestKeys.KEY_ID, type, encoded)) {
        if (!vector.isValid()) {
          assertThatIllegalArgumentException()
              .as("%s", vector)
              .isThrownBy(() -> key.decapsulate(ciphertext));
          continue;
        }
        assertThat(KeyEncoding.publicKey(type, key.publicKey()))
            .as("%s", vector)
            .isEqualTo(vector.bytes("ek"));
        assertThat(key.decapsulate(ciphertext).asByteArray())
            .as("%s", vector)
            .isEqualTo(vector.bytes("K"));
        valid++;
      }
    }
    assertThat(valid).isGreaterThan(100);
  }

  /**
   * Keys that are too long or short, or not reduced, are refused. The ciphertexts are compared with
   * Bouncy Castle under fixed randomness: this library always takes that of the operating system.
   */
  @ParameterizedTest
  @CsvSource({
    "mlkem_512_encaps_test, ML_KEM_512, 108",
    "mlkem_768_encaps_test, ML_KEM_768, 112",
    "mlkem_1024_encaps_test, ML_KEM_1024, 116",
  })
  void mlKemPublicKey_encapsulates_ifWycheproofSaysSo(
      String file, KeyPairType type, int expectedUnreduced) throws Exception {
    int valid = 0;
    int unreduced = 0;
    for (Wycheproof.Vector vector : Wycheproof.read(file)) {
      byte[] raw = vector.bytes("ek");
      AsymmetricPublicKey key =
          new AsymmetricPublicKey(type, KeyEncoding.publicKey(type, raw.clone()));
      if (!vector.isValid()) {
        assertThatIllegalArgumentException().as("%s", vector).isThrownBy(key::encapsulate);
        unreduced += raw.length == type.size() ? 1 : 0;
        continue;
      }
      Encapsulation ours = key.encapsulate();
      assertThat(ours.sharedSecret().length()).isEqualTo(32);
      assertThat(ours.ciphertext().length()).isEqualTo(vector.bytes("c").length);
      SecretWithEncapsulation fixed =
          new MLKEMGenerator(returning(vector.bytes("m")))
              .generateEncapsulated(new MLKEMPublicKeyParameters(parameters(type), raw));
      assertThat(fixed.getEncapsulation()).as("%s", vector).isEqualTo(vector.bytes("c"));
      assertThat(fixed.getSecret()).as("%s", vector).isEqualTo(vector.bytes("K"));
      valid++;
    }
    assertThat(valid).isGreaterThan(30);
    assertThat(unreduced).isEqualTo(expectedUnreduced);
  }

  private static MLKEMParameters parameters(KeyPairType type) {
    return switch (type) {
      case ML_KEM_512 -> MLKEMParameters.ml_kem_512;
      case ML_KEM_768 -> MLKEMParameters.ml_kem_768;
      default -> MLKEMParameters.ml_kem_1024;
    };
  }

  private static SecureRandom returning(byte[] fixed) {
    return new SecureRandom() {
      private static final long serialVersionUID = 1L;

      @Override
      public void nextBytes(byte[] bytes) {
        assertThat(bytes).hasSameSizeAs(fixed);
        System.arraycopy(fixed, 0, bytes, 0, bytes.length);
      }
    };
  }

  private static Bytes bytes(Wycheproof.Vector vector, String member) {
    return Bytes.fromByteArray(vector.bytes(member));
  }
}
