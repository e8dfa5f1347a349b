package io.github.embeddedkms.local;

import io.github.embeddedkms.Caller;
import io.github.embeddedkms.exception.UnsupportedOperationException;
import io.github.embeddedkms.exception.ValidationException;
import io.github.embeddedkms.model.AlgorithmSpec;
import io.github.embeddedkms.model.KeySpec;
import io.github.embeddedkms.model.WrappingKeySpec;
import java.util.EnumSet;
import java.util.Set;

/**
 * Which wrapping algorithm and which wrapping key go together, in which Region, and for which
 * material. The service's messages were never recorded.
 *
 * <p>Source: AWS KMS API Reference, GetParametersForImport.
 */
final class WrappingChecks {

  private static final Set<AlgorithmSpec> OAEP =
      EnumSet.of(AlgorithmSpec.RSAES_OAEP_SHA_1, AlgorithmSpec.RSAES_OAEP_SHA_256);
  private static final Set<AlgorithmSpec> KEY_WRAP =
      EnumSet.of(AlgorithmSpec.RSA_AES_KEY_WRAP_SHA_1, AlgorithmSpec.RSA_AES_KEY_WRAP_SHA_256);
  private static final Set<KeySpec> RSA =
      EnumSet.of(KeySpec.RSA_2048, KeySpec.RSA_3072, KeySpec.RSA_4096);
  private static final Set<KeySpec> RSA_OR_CURVE =
      EnumSet.of(
          KeySpec.RSA_2048,
          KeySpec.RSA_3072,
          KeySpec.RSA_4096,
          KeySpec.ECC_NIST_P256,
          KeySpec.ECC_NIST_P384,
          KeySpec.ECC_NIST_P521,
          KeySpec.ECC_SECG_P256_K1,
          KeySpec.ECC_NIST_EDWARDS25519);

  private WrappingChecks() {}

  /** Requires a combination that the service documents. */
  static void requirePossible(
      Caller caller, KeySpec material, AlgorithmSpec algorithm, WrappingKeySpec wrappingKey) {
    if (algorithm == AlgorithmSpec.RSAES_PKCS1_V1_5) {
      throw new UnsupportedOperationException(
          "embedded-kms: the service no longer supports the WrappingAlgorithm " + algorithm);
    }
    boolean sm2 = algorithm == AlgorithmSpec.SM2_PKE;
    requireRegion(KeySpecs.isInChina(caller), algorithm, wrappingKey);
    if (sm2 != (wrappingKey == WrappingKeySpec.SM2)) {
      throw new ValidationException(
          "embedded-kms: WrappingAlgorithm "
              + algorithm
              + " is not compatible with WrappingKeySpec "
              + wrappingKey);
    }
    if ((OAEP.contains(algorithm) && RSA.contains(material))
        || (KEY_WRAP.contains(algorithm) && !RSA_OR_CURVE.contains(material))) {
      throw new ValidationException(
          "embedded-kms: WrappingAlgorithm "
              + algorithm
              + " does not wrap key material of KeySpec "
              + material);
    }
    if (OAEP.contains(algorithm)
        && material == KeySpec.ECC_NIST_P521
        && wrappingKey == WrappingKeySpec.RSA_2048) {
      throw new ValidationException(
          "embedded-kms: WrappingKeySpec RSA_2048 is too short for key material of KeySpec "
              + material
              + " and WrappingAlgorithm "
              + algorithm);
    }
  }

  private static void requireRegion(
      boolean china, AlgorithmSpec algorithm, WrappingKeySpec wrappingKey) {
    if (!china && (algorithm == AlgorithmSpec.SM2_PKE || wrappingKey == WrappingKeySpec.SM2)) {
      throw new UnsupportedOperationException(
          "embedded-kms: wrapping by SM2 is available in China Regions only");
    }
    if (china && KEY_WRAP.contains(algorithm)) {
      throw new UnsupportedOperationException(
          "embedded-kms: WrappingAlgorithm " + algorithm + " is not available in China Regions");
    }
  }
}
