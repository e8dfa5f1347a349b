package io.github.embeddedkms.model;

/**
 * The older name of {@link KeySpec}, which the service still accepts and still returns together
 * with the new one. The newest specs have no value in this enum.
 *
 * <p>{@link #toString()} is the value on the wire. Source: AWS KMS API Reference, CreateKey.
 */
public enum CustomerMasterKeySpec {
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
  SM2("SM2");

  private final String wireValue;

  CustomerMasterKeySpec(String wireValue) {
    this.wireValue = wireValue;
  }

  @Override
  public String toString() {
    return wireValue;
  }
}
