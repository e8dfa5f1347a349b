package io.github.embeddedkms.model;

/**
 * Who manages a KMS key.
 *
 * <p>{@link #toString()} is the value on the wire. Source: AWS KMS API Reference, KeyMetadata.
 */
public enum KeyManagerType {
  /** A service of AWS on the account's behalf. */
  AWS,
  /** The account itself. */
  CUSTOMER
}
