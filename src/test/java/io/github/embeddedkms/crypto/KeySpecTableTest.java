package io.github.embeddedkms.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.embeddedkms.model.KeySpec;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class KeySpecTableTest {

  /** Kind, usages and number of algorithms, from the service's documentation. */
  private static final String EXPECTED =
      """
      RSA_2048 PRIVATE_KEY [SIGN_VERIFY, ENCRYPT_DECRYPT] 2 6 0 0 0
      RSA_3072 PRIVATE_KEY [SIGN_VERIFY, ENCRYPT_DECRYPT] 2 6 0 0 0
      RSA_4096 PRIVATE_KEY [SIGN_VERIFY, ENCRYPT_DECRYPT] 2 6 0 0 0
      ECC_NIST_P256 PRIVATE_KEY [SIGN_VERIFY, KEY_AGREEMENT] 0 1 0 1 0
      ECC_NIST_P384 PRIVATE_KEY [SIGN_VERIFY, KEY_AGREEMENT] 0 1 0 1 0
      ECC_NIST_P521 PRIVATE_KEY [SIGN_VERIFY, KEY_AGREEMENT] 0 1 0 1 0
      ECC_SECG_P256K1 PRIVATE_KEY [SIGN_VERIFY] 0 1 0 0 0
      SYMMETRIC_DEFAULT SYMMETRIC [ENCRYPT_DECRYPT] 1 0 0 0 0
      HMAC_224 HMAC [GENERATE_VERIFY_MAC] 0 0 1 0 0
      HMAC_256 HMAC [GENERATE_VERIFY_MAC] 0 0 1 0 0
      HMAC_384 HMAC [GENERATE_VERIFY_MAC] 0 0 1 0 0
      HMAC_512 HMAC [GENERATE_VERIFY_MAC] 0 0 1 0 0
      SM2 PRIVATE_KEY [SIGN_VERIFY, ENCRYPT_DECRYPT, KEY_AGREEMENT] 1 1 0 1 0
      ML_DSA_44 PRIVATE_KEY [SIGN_VERIFY] 0 1 0 0 0
      ML_DSA_65 PRIVATE_KEY [SIGN_VERIFY] 0 1 0 0 0
      ML_DSA_87 PRIVATE_KEY [SIGN_VERIFY] 0 1 0 0 0
      ECC_NIST_EDWARDS25519 PRIVATE_KEY [SIGN_VERIFY] 0 2 0 0 0
      ML_KEM_512 PRIVATE_KEY [ENCAPSULATE_DECAPSULATE] 0 0 0 0 1
      ML_KEM_768 PRIVATE_KEY [ENCAPSULATE_DECAPSULATE] 0 0 0 0 1
      ML_KEM_1024 PRIVATE_KEY [ENCAPSULATE_DECAPSULATE] 0 0 0 0 1
      """;

  @Test
  void table_hasALineForEachSpecWithAllAlgorithms() {
    assertThat(
            Stream.of(KeySpec.values())
                .map(KeySpecTableTest::describe)
                .collect(Collectors.joining()))
        .isEqualTo(EXPECTED);
  }

  /** The order in which DescribeKey and GetPublicKey return them. */
  @Test
  void algorithms_areInTheOrderOfTheService() {
    for (KeySpec rsa : new KeySpec[] {KeySpec.RSA_2048, KeySpec.RSA_3072, KeySpec.RSA_4096}) {
      assertThat(KeySpecTable.of(rsa).encryption())
          .hasToString("[RSAES_OAEP_SHA_1, RSAES_OAEP_SHA_256]");
      assertThat(KeySpecTable.of(rsa).signing())
          .hasToString(
              "[RSASSA_PKCS1_V1_5_SHA_256, RSASSA_PKCS1_V1_5_SHA_384, RSASSA_PKCS1_V1_5_SHA_512,"
                  + " RSASSA_PSS_SHA_256, RSASSA_PSS_SHA_384, RSASSA_PSS_SHA_512]");
    }
    assertThat(
            Stream.of(KeySpec.values())
                .map(KeySpecTable::of)
                .filter(line -> line.signing().size() < 6)
                .map(line -> line.signing() + " " + line.mac() + " " + line.agreement())
                .collect(Collectors.joining("\n")))
        .isEqualTo(
            """
            [ECDSA_SHA_256] [] [ECDH]
            [ECDSA_SHA_384] [] [ECDH]
            [ECDSA_SHA_512] [] [ECDH]
            [ECDSA_SHA_256] [] []
            [] [] []
            [] [HMAC_SHA_224] []
            [] [HMAC_SHA_256] []
            [] [HMAC_SHA_384] []
            [] [HMAC_SHA_512] []
            [SM2DSA] [] [ECDH]
            [ML_DSA_SHAKE_256] [] []
            [ML_DSA_SHAKE_256] [] []
            [ML_DSA_SHAKE_256] [] []
            [ED25519_SHA_512, ED25519_PH_SHA_512] [] []
            [] [] []
            [] [] []
            [] [] []""");
  }

  private static String describe(KeySpec spec) {
    KeySpecTable.Line line = KeySpecTable.of(spec);
    return String.format(
        "%s %s %s %d %d %d %d %d\n",
        spec,
        line.kind(),
        line.usages(),
        line.encryption().size(),
        line.signing().size(),
        line.mac().size(),
        line.agreement().size(),
        line.encapsulation().size());
  }
}
