package io.github.embeddedkms.model;

/**
 * The type of a KMS key's material, which determines the algorithms that the key can be used with.
 * It cannot be changed after the key is created.
 *
 * <p>{@link #toString()} is the value on the wire. Source: AWS KMS API Reference, CreateKey.
 */
public enum KeySpec {
  /** RSA with a modulus of 2048 bits. */
  RSA_2048("RSA_2048"),
  /** RSA with a modulus of 3072 bits. */
  RSA_3072("RSA_3072"),
  /** RSA with a modulus of 4096 bits. */
  RSA_4096("RSA_4096"),
  /** The elliptic curve NIST P-256 (secp256r1). */
  ECC_NIST_P256("ECC_NIST_P256"),
  /** The elliptic curve NIST P-384 (secp384r1). */
  ECC_NIST_P384("ECC_NIST_P384"),
  /** The elliptic curve NIST P-521 (secp521r1). */
  ECC_NIST_P521("ECC_NIST_P521"),
  /** The elliptic curve secp256k1 of SEC 2. */
  ECC_SECG_P256_K1("ECC_SECG_P256K1"),
  /**
   * A symmetric encryption key of 256 bits for AES-GCM; in China Regions one of 128 bits for
   * SM4-GCM. It never leaves the service.
   */
  SYMMETRIC_DEFAULT("SYMMETRIC_DEFAULT"),
  /** A key for HMAC with SHA-224 (RFC 2104). */
  HMAC_224("HMAC_224"),
  /** A key for HMAC with SHA-256 (RFC 2104). */
  HMAC_256("HMAC_256"),
  /** A key for HMAC with SHA-384 (RFC 2104). */
  HMAC_384("HMAC_384"),
  /** A key for HMAC with SHA-512 (RFC 2104). */
  HMAC_512("HMAC_512"),
  /** The elliptic curve SM2 (GB/T 32918); China Regions only. */
  SM2("SM2"),
  /** ML-DSA-44 (FIPS 204). */
  ML_DSA_44("ML_DSA_44"),
  /** ML-DSA-65 (FIPS 204). */
  ML_DSA_65("ML_DSA_65"),
  /** ML-DSA-87 (FIPS 204). */
  ML_DSA_87("ML_DSA_87"),
  /** The twisted Edwards curve of Ed25519 (RFC 8032). */
  ECC_NIST_EDWARDS25519("ECC_NIST_EDWARDS25519"),
  /** ML-KEM-512 (FIPS 203); not available in China Regions. */
  ML_KEM_512("ML_KEM_512"),
  /** ML-KEM-768 (FIPS 203); not available in China Regions. */
  ML_KEM_768("ML_KEM_768"),
  /** ML-KEM-1024 (FIPS 203); not available in China Regions. */
  ML_KEM_1024("ML_KEM_1024");

  private final String wireValue;

  KeySpec(String wireValue) {
    this.wireValue = wireValue;
  }

  @Override
  public String toString() {
    return wireValue;
  }
}
