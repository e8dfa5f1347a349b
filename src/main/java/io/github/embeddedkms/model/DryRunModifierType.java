package io.github.embeddedkms.model;

/**
 * The checks that a dry run can omit.
 *
 * <p>{@link #toString()} is the value on the wire. Source: AWS KMS API Reference, Decrypt.
 */
public enum DryRunModifierType {
  /**
   * Only the caller's permission is checked. The request needs no ciphertext, but must name the
   * key.
   */
  IGNORE_CIPHERTEXT
}
