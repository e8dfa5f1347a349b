package io.github.embeddedkms.model;

/**
 * Whose KMS keys a listing contains.
 *
 * <p>{@link #toString()} is the value on the wire. Source: AWS KMS API Reference, ListKeys.
 */
public enum ResourceOwnerType {
  /** The keys of the caller's account. */
  SELF,
  /** Keys that other accounts share with the caller's account through AWS RAM. */
  OTHER_ACCOUNTS_VIA_RAM
}
