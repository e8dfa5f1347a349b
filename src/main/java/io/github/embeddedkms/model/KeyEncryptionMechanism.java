package io.github.embeddedkms.model;

/**
 * How a result is encrypted for the recipient of an attestation document.
 *
 * <p>{@link #toString()} is the value on the wire. Source: AWS KMS API Reference, RecipientInfo.
 */
public enum KeyEncryptionMechanism {
  /** RSAES-OAEP (RFC 8017) with SHA-256. */
  RSAES_OAEP_SHA_256
}
