package io.github.embeddedkms.crypto;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.EncryptionAlgorithmSpec;
import io.github.embeddedkms.model.SecretBytes;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * OpenSSL 3 opens our ciphertexts with the private key, we open those that it creates with the
 * published public key, and both agree on secrets. Skipped where there is no such program.
 */
class OpenSslEncryptionTest {

  private static final String OAEP = " -pkeyopt rsa_padding_mode:oaep -pkeyopt rsa_oaep_md:";
  private static final String MASK = " -pkeyopt rsa_mgf1_md:";

  /**
   * OpenSSL 3.0 does not check that the key stream has a bit that is set, as GB/T 32918.4 requires.
   * One of 256 ciphertexts of a single byte would be refused.
   */
  private static final byte[] PLAINTEXT = "a plaintext for two programs".getBytes(UTF_8);

  @TempDir private Path folder;

  @BeforeAll
  static void requireOpenSsl() throws Exception {
    OpenSsl.assumeVersion3();
  }

  @ParameterizedTest
  @CsvSource({
    "RSA_2048, RSAES_OAEP_SHA_1, sha1",
    "RSA_2048, RSAES_OAEP_SHA_256, sha256",
    "RSA_3072, RSAES_OAEP_SHA_256, sha256",
    "RSA_4096, RSAES_OAEP_SHA_1, sha1",
    "RSA_4096, RSAES_OAEP_SHA_256, sha256",
    "SM2, SM2_PKE, ''",
  })
  void ciphertexts_openInBothPrograms(
      KeyPairType type, EncryptionAlgorithmSpec algorithm, String hash) throws Exception {
    String options = hash.isEmpty() ? "" : OAEP + hash + MASK + hash;
    OpenSsl openSsl = new OpenSsl(folder);
    PrivateKeyMaterial key = TestKeys.of(type);
    openSsl.write("public.der", key.publicKey().asByteArray());
    openSsl.write("private.der", key.<byte[], RuntimeException>lend(byte[]::clone));
    openSsl.write("plaintext", PLAINTEXT);
    SecretBytes plaintext = SecretBytes.fromByteArray(PLAINTEXT);

    openSsl.write("ours", key.publicHalf().encrypt(algorithm, plaintext).asByteArray());
    openSsl.run("pkeyutl -decrypt -keyform DER -inkey private.der -in ours -out opened" + options);
    assertThat(openSsl.read("opened")).isEqualTo(PLAINTEXT);

    openSsl.run(
        "pkeyutl -encrypt -pubin -keyform DER -inkey public.der -in plaintext -out theirs"
            + options);
    Bytes theirs = Bytes.fromByteArray(openSsl.read("theirs"));
    assertThat(key.decrypt(algorithm, theirs)).contains(plaintext);
  }

  @ParameterizedTest
  @EnumSource(
      value = KeyPairType.class,
      names = {"ECC_NIST_P256", "ECC_NIST_P384", "ECC_NIST_P521"})
  void sharedSecrets_areTheSame(KeyPairType type) throws Exception {
    OpenSsl openSsl = new OpenSsl(folder);
    PrivateKeyMaterial key = TestKeys.of(type);
    openSsl.write("public.der", key.publicKey().asByteArray());
    String curve = "P-" + type.name().substring("ECC_NIST_P".length());
    openSsl.run("genpkey -algorithm EC -pkeyopt ec_paramgen_curve:" + curve + " -out peer.pem");
    openSsl.run("pkey -in peer.pem -pubout -outform DER -out peer.der");
    openSsl.run("pkeyutl -derive -inkey peer.pem -peerform DER -peerkey public.der -out theirs");
    Bytes peer = Bytes.fromByteArray(openSsl.read("peer.der"));
    assertThat(key.agree(peer).asByteArray()).isEqualTo(openSsl.read("theirs"));
  }
}
