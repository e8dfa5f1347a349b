package io.github.embeddedkms.model;

/**
 * The algorithm with which a KMS key generates and verifies MACs.
 *
 * <p>{@link #toString()} is the value on the wire. Source: AWS KMS API Reference, GenerateMac.
 */
public enum MacAlgorithmSpec {
  /** HMAC with SHA-224, untruncated. */
  HMAC_SHA_224,
  /** HMAC with SHA-256, untruncated. */
  HMAC_SHA_256,
  /** HMAC with SHA-384, untruncated. */
  HMAC_SHA_384,
  /** HMAC with SHA-512, untruncated. */
  HMAC_SHA_512
}
