package io.github.embeddedkms.constraint;

import java.util.List;
import java.util.Map;

/**
 * The sets of values that the service prints when a value is not in its enumeration. Their order is
 * the service's own and follows no rule; where it was never recorded, the order of the model is
 * printed. Values that are newer than the recorded set are at its end.
 *
 * <p>The set of {@code keySpec} is that of KMS keys even for the spec of a data key, as in the
 * service's responses.
 */
final class EnumerationSets {

  private static final String ENCRYPTION_ALGORITHMS =
      "[RSAES_OAEP_SHA_1, RSAES_OAEP_SHA_256, SM2PKE, SYMMETRIC_DEFAULT]";

  private static final Map<String, String> RECORDED =
      Map.of(
          "keySpec",
          "[RSA_2048, RSA_3072, RSA_4096, ECC_NIST_P256, ECC_NIST_P384, ECC_NIST_P521,"
              + " ECC_SECG_P256K1, ECC_NIST_EDWARDS25519, SYMMETRIC_DEFAULT, HMAC_224, HMAC_256,"
              + " HMAC_384, HMAC_512, SM2, ML_DSA_44, ML_DSA_65, ML_DSA_87, ML_KEM_512, ML_KEM_768,"
              + " ML_KEM_1024]",
          "customerMasterKeySpec",
          "[RSA_2048, ECC_NIST_P384, ECC_NIST_P256, ECC_NIST_P521, RSA_3072, ECC_SECG_P256K1,"
              + " RSA_4096, SYMMETRIC_DEFAULT, HMAC_224, HMAC_256, HMAC_384, HMAC_512, SM2]",
          "keyUsage",
          "[ENCRYPT_DECRYPT, SIGN_VERIFY, GENERATE_VERIFY_MAC, KEY_AGREEMENT,"
              + " ENCAPSULATE_DECAPSULATE]",
          "macAlgorithm",
          "[HMAC_SHA_384, HMAC_SHA_256, HMAC_SHA_224, HMAC_SHA_512]",
          "messageType",
          "[RAW, DIGEST, EXTERNAL_MU]",
          "signingAlgorithm",
          "[RSASSA_PSS_SHA_256, RSASSA_PSS_SHA_384, RSASSA_PSS_SHA_512,"
              + " RSASSA_PKCS1_V1_5_SHA_256, RSASSA_PKCS1_V1_5_SHA_384, RSASSA_PKCS1_V1_5_SHA_512,"
              + " ECDSA_SHA_256, ECDSA_SHA_384, ECDSA_SHA_512, ED25519_SHA_512, ED25519_PH_SHA_512,"
              + " SM2DSA, ML_DSA_SHAKE_256]",
          "encryptionAlgorithm",
          ENCRYPTION_ALGORITHMS,
          "sourceEncryptionAlgorithm",
          ENCRYPTION_ALGORITHMS,
          "destinationEncryptionAlgorithm",
          ENCRYPTION_ALGORITHMS);

  private EnumerationSets() {}

  static String printed(String path, List<String> known) {
    return RECORDED.getOrDefault(path, known.toString());
  }
}
