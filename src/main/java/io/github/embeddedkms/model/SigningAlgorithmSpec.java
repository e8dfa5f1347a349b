package io.github.embeddedkms.model;

/**
 * The algorithm with which a KMS key signs and verifies.
 *
 * <p>{@link #toString()} is the value on the wire. Source: AWS KMS API Reference, Sign.
 */
public enum SigningAlgorithmSpec {
  /** RSASSA-PSS (RFC 8017) with SHA-256 and a salt as long as the hash. */
  RSASSA_PSS_SHA_256("RSASSA_PSS_SHA_256"),
  /** RSASSA-PSS (RFC 8017) with SHA-384 and a salt as long as the hash. */
  RSASSA_PSS_SHA_384("RSASSA_PSS_SHA_384"),
  /** RSASSA-PSS (RFC 8017) with SHA-512 and a salt as long as the hash. */
  RSASSA_PSS_SHA_512("RSASSA_PSS_SHA_512"),
  /** RSASSA-PKCS1-v1_5 (RFC 8017) with SHA-256. */
  RSASSA_PKCS1_V1_5_SHA_256("RSASSA_PKCS1_V1_5_SHA_256"),
  /** RSASSA-PKCS1-v1_5 (RFC 8017) with SHA-384. */
  RSASSA_PKCS1_V1_5_SHA_384("RSASSA_PKCS1_V1_5_SHA_384"),
  /** RSASSA-PKCS1-v1_5 (RFC 8017) with SHA-512. */
  RSASSA_PKCS1_V1_5_SHA_512("RSASSA_PKCS1_V1_5_SHA_512"),
  /** ECDSA (FIPS 186-5) with SHA-256, the signature in DER. */
  ECDSA_SHA_256("ECDSA_SHA_256"),
  /** ECDSA (FIPS 186-5) with SHA-384, the signature in DER. */
  ECDSA_SHA_384("ECDSA_SHA_384"),
  /** ECDSA (FIPS 186-5) with SHA-512, the signature in DER. */
  ECDSA_SHA_512("ECDSA_SHA_512"),
  /** The SM2 signature with SM3; China Regions only. */
  SM2_DSA("SM2DSA"),
  /** ML-DSA (FIPS 204) with SHAKE256. */
  ML_DSA_SHAKE_256("ML_DSA_SHAKE_256"),
  /** Pure Ed25519 (RFC 8032). */
  ED25519_SHA_512("ED25519_SHA_512"),
  /** Ed25519ph (RFC 8032), the prehashed form. */
  ED25519_PH_SHA_512("ED25519_PH_SHA_512");

  private final String wireValue;

  SigningAlgorithmSpec(String wireValue) {
    this.wireValue = wireValue;
  }

  @Override
  public String toString() {
    return wireValue;
  }
}
