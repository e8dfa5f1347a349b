package io.github.embeddedkms.model;

/**
 * The algorithm with which a KMS key encrypts and decrypts.
 *
 * <p>{@link #toString()} is the value on the wire. Source: AWS KMS API Reference, Encrypt.
 */
public enum EncryptionAlgorithmSpec {
  /** Authenticated encryption under a symmetric key: AES-256-GCM, in China Regions SM4-GCM. */
  SYMMETRIC_DEFAULT("SYMMETRIC_DEFAULT"),
  /** RSAES-OAEP (RFC 8017) with SHA-1 in both places. */
  RSAES_OAEP_SHA_1("RSAES_OAEP_SHA_1"),
  /** RSAES-OAEP (RFC 8017) with SHA-256 in both places. */
  RSAES_OAEP_SHA_256("RSAES_OAEP_SHA_256"),
  /** Public key encryption with SM2; China Regions only. */
  SM2_PKE("SM2PKE");

  private final String wireValue;

  EncryptionAlgorithmSpec(String wireValue) {
    this.wireValue = wireValue;
  }

  @Override
  public String toString() {
    return wireValue;
  }
}
