package io.github.embeddedkms.constraint;

import java.util.List;
import java.util.Map;

/**
 * The sets of values that the service prints when a value is not in its enumeration. Their order is
 * the service's own and follows no rule; where it was never recorded, the order of the model is
 * printed.
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
              + " HMAC_384, HMAC_512, SM2, ML_DSA_44, ML_DSA_65, ML_DSA_87]",
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
