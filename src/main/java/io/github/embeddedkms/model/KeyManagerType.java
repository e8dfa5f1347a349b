package io.github.embeddedkms.model;

/**
 * The manager of a KMS key.
 *
 * <p>{@link #toString()} is the value on the wire. Source: AWS KMS API Reference, KeyMetadata.
 */
public enum KeyManagerType {
  /** An AWS service on behalf of the account. */
  AWS,
  /** The account itself. */
  CUSTOMER
}
