package io.github.embeddedkms.model;

/**
 * The operations that a KMS key can be used for. It cannot be changed after the key is created.
 *
 * <p>{@link #toString()} is the value on the wire. Source: AWS KMS API Reference, CreateKey.
 */
public enum KeyUsageType {
  /** Signing and verifying; asymmetric keys. */
  SIGN_VERIFY,
  /** Encrypting and decrypting, and generating data keys if the key is symmetric. */
  ENCRYPT_DECRYPT,
  /** Generating and verifying message authentication codes; HMAC keys. */
  GENERATE_VERIFY_MAC,
  /** Deriving shared secrets; elliptic curve keys. */
  KEY_AGREEMENT,
  /** Encapsulating and decapsulating shared secrets; ML-KEM keys. */
  ENCAPSULATE_DECAPSULATE
}
