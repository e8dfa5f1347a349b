package io.github.embeddedkms.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.MacAlgorithmSpec;
import io.github.embeddedkms.model.MessageType;
import io.github.embeddedkms.model.SecretBytes;
import io.github.embeddedkms.model.SigningAlgorithmSpec;
import java.security.MessageDigest;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Verifies the signatures and MACs of Project Wycheproof. */
class WycheproofTest {

  private static final String KEY_ID = "1234abcd-12ab-34cd-56ef-1234567890ab";

  private static final Bytes NO_ID = Bytes.fromByteArray(new byte[32]);

  @ParameterizedTest
  @CsvSource({
    "ecdsa_secp256r1_sha256_test, ECC_NIST_P256, ECDSA_SHA_256, 150",
    "ecdsa_secp384r1_sha384_test, ECC_NIST_P384, ECDSA_SHA_384, 150",
    "ecdsa_secp521r1_sha512_test, ECC_NIST_P521, ECDSA_SHA_512, 150",
    "ecdsa_secp256k1_sha256_test, ECC_SECG_P256_K1, ECDSA_SHA_256, 150",
    "ed25519_test, ECC_NIST_EDWARDS25519, ED25519_SHA_512, 60",
    "rsa_pss_2048_sha256_mgf1_32_test, RSA_2048, RSASSA_PSS_SHA_256, 60",
    "rsa_pss_2048_sha384_mgf1_48_test, RSA_2048, RSASSA_PSS_SHA_384, 60",
    "rsa_pss_3072_sha256_mgf1_32_test, RSA_3072, RSASSA_PSS_SHA_256, 60",
    "rsa_pss_4096_sha256_mgf1_32_test, RSA_4096, RSASSA_PSS_SHA_256, 60",
    "rsa_pss_4096_sha384_mgf1_48_test, RSA_4096, RSASSA_PSS_SHA_384, 60",
    "rsa_pss_4096_sha512_mgf1_64_test, RSA_4096, RSASSA_PSS_SHA_512, 60",
    "rsa_signature_2048_sha256_test, RSA_2048, RSASSA_PKCS1_V1_5_SHA_256, 7",
    "rsa_signature_2048_sha384_test, RSA_2048, RSASSA_PKCS1_V1_5_SHA_384, 7",
    "rsa_signature_2048_sha512_test, RSA_2048, RSASSA_PKCS1_V1_5_SHA_512, 7",
    "rsa_signature_3072_sha256_test, RSA_3072, RSASSA_PKCS1_V1_5_SHA_256, 7",
    "rsa_signature_3072_sha384_test, RSA_3072, RSASSA_PKCS1_V1_5_SHA_384, 7",
    "rsa_signature_3072_sha512_test, RSA_3072, RSASSA_PKCS1_V1_5_SHA_512, 7",
    "rsa_signature_4096_sha256_test, RSA_4096, RSASSA_PKCS1_V1_5_SHA_256, 7",
    "rsa_signature_4096_sha384_test, RSA_4096, RSASSA_PKCS1_V1_5_SHA_384, 7",
    "rsa_signature_4096_sha512_test, RSA_4096, RSASSA_PKCS1_V1_5_SHA_512, 7",
  })
  void signature_isValid_ifWycheproofSaysSo(
      String file, KeyPairType type, SigningAlgorithmSpec algorithm, int leastValid)
      throws Exception {
    int valid = 0;
    for (Wycheproof.Vector vector : Wycheproof.read(file)) {
      PrivateKeyMaterial key = publicOnly(type, vector.groupBytes("publicKeyDer"));
      byte[] message = vector.bytes("msg");
      Bytes signature = Bytes.fromByteArray(vector.bytes("sig"));
      assertThat(verify(key, algorithm, MessageType.RAW, message, signature))
          .as("%s", vector)
          .isEqualTo(vector.isValid());
      if (SigningMessages.accepts(algorithm, MessageType.DIGEST)) {
        byte[] digest = MessageDigest.getInstance(MessageDigests.hashOf(algorithm)).digest(message);
        assertThat(verify(key, algorithm, MessageType.DIGEST, digest, signature))
            .as("digest of %s", vector)
            .isEqualTo(vector.isValid());
      }
      valid += vector.isValid() ? 1 : 0;
    }
    assertThat(valid).isGreaterThanOrEqualTo(leastValid);
  }

  /** This library's context is always empty, so a signature under another context is not valid. */
  @ParameterizedTest
  @CsvSource({
    "mldsa_44_verify_test, ML_DSA_44",
    "mldsa_65_verify_test, ML_DSA_65",
    "mldsa_87_verify_test, ML_DSA_87",
  })
  void mlDsaSignature_isValid_ifWycheproofSaysSo(String file, KeyPairType type) throws Exception {
    int valid = 0;
    for (Wycheproof.Vector vector : Wycheproof.read(file)) {
      byte[] publicKey = vector.groupBytes("publicKey");
      if (publicKey.length != type.size()) {
        assertThat(vector.isValid()).isFalse();
        continue;
      }
      PrivateKeyMaterial key =
          publicOnly(type, KeyEncoding.publicKey(type, publicKey).asByteArray());
      boolean expected =
          vector.isValid() && (!vector.has("ctx") || vector.bytes("ctx").length == 0);
      Bytes signature = Bytes.fromByteArray(vector.bytes("sig"));
      assertThat(
              verify(
                  key,
                  SigningAlgorithmSpec.ML_DSA_SHAKE_256,
                  MessageType.RAW,
                  vector.bytes("msg"),
                  signature))
          .as("%s", vector)
          .isEqualTo(expected);
      valid += expected ? 1 : 0;
    }
    assertThat(valid).isGreaterThan(3);
  }

  @ParameterizedTest
  @CsvSource({
    "mldsa_44_sign_seed_test, ML_DSA_44",
    "mldsa_65_sign_seed_test, ML_DSA_65",
    "mldsa_87_sign_seed_test, ML_DSA_87",
  })
  void mlDsaSeed_hasThePublicKeyOfWycheproof_andItsSignaturesAreValidForMu(
      String file, KeyPairType type) throws Exception {
    int valid = 0;
    for (Wycheproof.Vector vector : Wycheproof.read(file)) {
      byte[] seed = vector.groupBytes("privateSeed");
      if (seed.length != 32) {
        continue;
      }
      SecretBytes encoded = Seeds.encode(type, seed.clone());
      if (vector.group().has("privateKeyPkcs8")) {
        assertThat(encoded.asByteArray()).isEqualTo(vector.groupBytes("privateKeyPkcs8"));
      }
      try (PrivateKeyMaterial key = PrivateKeyMaterial.imported(KEY_ID, type, encoded)) {
        assertThat(SecretBytes.fromByteArray(key.lend(byte[]::clone))).isEqualTo(encoded);
        assertThat(KeyEncoding.publicKey(type, key.publicKey()))
            .isEqualTo(vector.groupBytes("publicKey"));
        if (!vector.isValid()) {
          continue;
        }
        Bytes signature = Bytes.fromByteArray(vector.bytes("sig"));
        SigningAlgorithmSpec algorithm = SigningAlgorithmSpec.ML_DSA_SHAKE_256;
        assertThat(verify(key, algorithm, MessageType.EXTERNAL_MU, vector.bytes("mu"), signature))
            .as("%s", vector)
            .isTrue();
        if (vector.has("msg")) {
          boolean noContext = !vector.has("ctx") || vector.bytes("ctx").length == 0;
          assertThat(verify(key, algorithm, MessageType.RAW, vector.bytes("msg"), signature))
              .as("%s", vector)
              .isEqualTo(noContext);
        }
        valid++;
      }
    }
    assertThat(valid).isGreaterThan(30);
  }

  @ParameterizedTest
  @CsvSource({
    "mlkem_512_keygen_seed_test, ML_KEM_512",
    "mlkem_768_keygen_seed_test, ML_KEM_768",
    "mlkem_1024_keygen_seed_test, ML_KEM_1024",
  })
  void mlKemSeed_hasThePublicKeyOfWycheproof(String file, KeyPairType type) throws Exception {
    int valid = 0;
    for (Wycheproof.Vector vector : Wycheproof.read(file)) {
      SecretBytes encoded = Seeds.encode(type, vector.bytes("seed"));
      if (vector.isValid()) {
        KeyPair pair = encoded.lend(bytes -> KeyFamily.of(type).parse(type, bytes));
        assertThat(pair.privateKey()).isEqualTo(encoded);
        assertThat(KeyEncoding.publicKey(type, pair.publicKey())).isEqualTo(vector.bytes("ek"));
        valid++;
      }
    }
    assertThat(valid).isGreaterThan(10);
  }

  /** A truncated MAC is not valid, and keys of other lengths cannot be materials. */
  @ParameterizedTest
  @CsvSource({
    "hmac_sha224_test, HMAC_SHA_224, 28",
    "hmac_sha256_test, HMAC_SHA_256, 32",
    "hmac_sha384_test, HMAC_SHA_384, 48",
    "hmac_sha512_test, HMAC_SHA_512, 64",
  })
  void mac_isValid_ifWycheproofSaysSo(String file, MacAlgorithmSpec algorithm, int length)
      throws Exception {
    int valid = 0;
    for (Wycheproof.Vector vector : Wycheproof.read(file)) {
      SecretBytes secret = SecretBytes.fromByteArray(vector.bytes("key"));
      if (secret.length() < length || secret.length() > (length < 48 ? 64 : 128)) {
        assertThatIllegalArgumentException()
            .isThrownBy(() -> HmacMaterial.of(KEY_ID, algorithm, secret));
        continue;
      }
      byte[] tag = vector.bytes("tag");
      boolean expected = vector.isValid() && tag.length == length;
      try (HmacMaterial key = HmacMaterial.of(KEY_ID, algorithm, secret)) {
        SecretBytes message = SecretBytes.fromByteArray(vector.bytes("msg"));
        assertThat(key.verify(message, Bytes.fromByteArray(tag)))
            .as("%s", vector)
            .isEqualTo(expected);
      }
      valid += expected ? 1 : 0;
    }
    assertThat(valid).isGreaterThan(15);
  }

  private static PrivateKeyMaterial publicOnly(KeyPairType type, byte[] publicKey) {
    return PrivateKeyMaterial.deferred(
        NO_ID,
        type,
        Bytes.fromByteArray(publicKey),
        () -> {
          throw new AssertionError("verifying needs no private key");
        });
  }

  private static boolean verify(
      PrivateKeyMaterial key,
      SigningAlgorithmSpec algorithm,
      MessageType messageType,
      byte[] message,
      Bytes signature) {
    return key.publicHalf()
        .verify(algorithm, messageType, SecretBytes.fromByteArray(message), signature);
  }
}
