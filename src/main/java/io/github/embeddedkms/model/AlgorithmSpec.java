package io.github.embeddedkms.model;

/**
 * How key material is wrapped for its import.
 *
 * <p>{@link #toString()} is the value on the wire. Source: AWS KMS API Reference,
 * GetParametersForImport.
 */
public enum AlgorithmSpec {
  /** RSAES-PKCS1-v1_5 (RFC 8017). The service no longer supports it. */
  RSAES_PKCS1_V1_5("RSAES_PKCS1_V1_5"),
  /** RSAES-OAEP (RFC 8017) with SHA-1 in both places, of the material itself. */
  RSAES_OAEP_SHA_1("RSAES_OAEP_SHA_1"),
  /** RSAES-OAEP (RFC 8017) with SHA-256 in both places, of the material itself. */
  RSAES_OAEP_SHA_256("RSAES_OAEP_SHA_256"),
  /**
   * An AES key wrapped by RSAES-OAEP with SHA-1, followed by the material wrapped under the AES key
   * (RFC 5649). For RSA and elliptic curve private keys.
   */
  RSA_AES_KEY_WRAP_SHA_1("RSA_AES_KEY_WRAP_SHA_1"),
  /**
   * An AES key wrapped by RSAES-OAEP with SHA-256, followed by the material wrapped under the AES
   * key (RFC 5649). For RSA and elliptic curve private keys.
   */
  RSA_AES_KEY_WRAP_SHA_256("RSA_AES_KEY_WRAP_SHA_256"),
  /** Public key encryption with SM2, of the material itself; China Regions only. */
  SM2_PKE("SM2PKE");

  private final String wireValue;

  AlgorithmSpec(String wireValue) {
    this.wireValue = wireValue;
  }

  @Override
  public String toString() {
    return wireValue;
  }
}
