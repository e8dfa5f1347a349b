package io.github.embeddedkms.crypto;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.MessageType;
import io.github.embeddedkms.model.SecretBytes;
import io.github.embeddedkms.model.SigningAlgorithmSpec;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * OpenSSL 3 verifies our signatures with the published public key, and we verify the signatures
 * that it creates with the private key. Skipped where there is no such program.
 */
class OpenSslTest {

  private static final byte[] MESSAGE = "a message for two programs".getBytes(UTF_8);
  private static final String SM2 = "-rawin -digest sm3 -pkeyopt distid:1234567812345678";
  private static final String PSS =
      "-rawin -pkeyopt rsa_padding_mode:pss -pkeyopt rsa_pss_saltlen:digest -digest ";

  @TempDir private Path folder;
  private OpenSsl openSsl;

  @BeforeEach
  void useFolder() {
    openSsl = new OpenSsl(folder);
  }

  @BeforeAll
  static void requireOpenSsl() throws Exception {
    OpenSsl.assumeVersion3();
  }

  @ParameterizedTest
  @CsvSource({
    "RSA_2048, RSASSA_PKCS1_V1_5_SHA_256, -rawin -digest sha256",
    "RSA_3072, RSASSA_PKCS1_V1_5_SHA_384, -rawin -digest sha384",
    "RSA_4096, RSASSA_PKCS1_V1_5_SHA_512, -rawin -digest sha512",
    "RSA_2048, RSASSA_PSS_SHA_256, " + PSS + "sha256",
    "RSA_3072, RSASSA_PSS_SHA_384, " + PSS + "sha384",
    "RSA_4096, RSASSA_PSS_SHA_512, " + PSS + "sha512",
    "ECC_NIST_P256, ECDSA_SHA_256, -rawin -digest sha256",
    "ECC_NIST_P384, ECDSA_SHA_384, -rawin -digest sha384",
    "ECC_NIST_P521, ECDSA_SHA_512, -rawin -digest sha512",
    "ECC_SECG_P256_K1, ECDSA_SHA_256, -rawin -digest sha256",
    "SM2, SM2_DSA, " + SM2,
    "ECC_NIST_EDWARDS25519, ED25519_SHA_512, -rawin",
  })
  void openSsl_andOurs_agree(KeyPairType type, SigningAlgorithmSpec algorithm, String options)
      throws Exception {
    PrivateKeyMaterial key = TestKeys.of(type);
    SecretBytes message = SecretBytes.fromByteArray(MESSAGE);
    openSsl.write("message", MESSAGE);
    openSsl.write("public.der", key.publicKey().asByteArray());
    openSsl.write("private.der", key.<byte[], RuntimeException>lend(byte[]::clone));

    openSsl.write("ours", key.sign(algorithm, MessageType.RAW, message).asByteArray());
    assertThat(pkeyutl("-verify -pubin -keyform DER -inkey public.der -sigfile ours", options))
        .contains("Signature Verified Successfully");

    pkeyutl("-sign -keyform DER -inkey private.der -out theirs", options);
    Bytes theirs = Bytes.fromByteArray(openSsl.read("theirs"));
    assertThat(key.publicHalf().verify(algorithm, MessageType.RAW, message, theirs)).isTrue();

    openSsl.write("message", "another message".getBytes(UTF_8));
    assertThat(pkeyutl("-verify -pubin -keyform DER -inkey public.der -sigfile ours", options))
        .doesNotContain("Successfully");
  }

  @ParameterizedTest
  @CsvSource({
    "RSA_2048, RSASSA_PKCS1_V1_5_SHA_256, genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048",
    "ECC_NIST_P384, ECDSA_SHA_384, genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-384",
    "ECC_SECG_P256_K1, ECDSA_SHA_256, genpkey -algorithm EC -pkeyopt ec_paramgen_curve:secp256k1",
    "SM2, SM2_DSA, genpkey -algorithm SM2",
    "ECC_NIST_EDWARDS25519, ED25519_SHA_512, genpkey -algorithm ED25519",
  })
  void keyOfOpenSsl_isImported_withItsPublicKey(
      KeyPairType type, SigningAlgorithmSpec algorithm, String generation) throws Exception {
    openSsl.run(generation + " -out private.pem");
    openSsl.run("pkcs8 -topk8 -nocrypt -in private.pem -outform DER -out private.der");
    openSsl.run("pkey -in private.der -inform DER -pubout -outform DER -out public.der");
    try (PrivateKeyMaterial key =
        PrivateKeyMaterial.imported(
            TestKeys.KEY_ID, type, SecretBytes.fromByteArray(openSsl.read("private.der")))) {
      assertThat(key.publicKey().asByteArray()).isEqualTo(openSsl.read("public.der"));
      SecretBytes message = SecretBytes.fromByteArray(MESSAGE);
      assertThat(
              key.publicHalf()
                  .verify(
                      algorithm,
                      MessageType.RAW,
                      message,
                      key.sign(algorithm, MessageType.RAW, message)))
          .isTrue();
    }
  }

  private String pkeyutl(String action, String options) throws Exception {
    return openSsl.run("pkeyutl -in message " + action + " " + options);
  }
}
