package io.github.embeddedkms.model;

/**
 * What the message of Sign and Verify is.
 *
 * <p>{@link #toString()} is the value on the wire. Source: AWS KMS API Reference, Sign.
 */
public enum MessageType {
  /** The message itself, 1 to 4096 bytes. The service computes its digest. */
  RAW,
  /** The digest of the message, as long as the algorithm's hash. */
  DIGEST,
  /** The 64-byte message representative mu of ML-DSA (FIPS 204), computed by the caller. */
  EXTERNAL_MU
}
