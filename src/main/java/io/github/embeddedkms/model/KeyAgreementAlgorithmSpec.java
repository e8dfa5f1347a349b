package io.github.embeddedkms.model;

/**
 * The algorithm with which a KMS key derives shared secrets.
 *
 * <p>{@link #toString()} is the value on the wire. Source: AWS KMS API Reference,
 * DeriveSharedSecret.
 */
public enum KeyAgreementAlgorithmSpec {
  /** Elliptic curve Diffie-Hellman with cofactor (NIST SP 800-56A). */
  ECDH
}
