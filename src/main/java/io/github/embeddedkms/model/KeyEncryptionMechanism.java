package io.github.embeddedkms.model;

/**
 * The algorithm that encrypts a result for the enclave that an attestation document describes.
 *
 * <p>{@link #toString()} is the value on the wire. Source: AWS KMS API Reference, RecipientInfo.
 */
public enum KeyEncryptionMechanism {
  /** RSAES-OAEP (RFC 8017) with SHA-256. */
  RSAES_OAEP_SHA_256
}
