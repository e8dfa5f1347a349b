package io.github.embeddedkms.model;

/**
 * What a dry run may leave out.
 *
 * <p>{@link #toString()} is the value on the wire. Source: AWS KMS API Reference, Decrypt.
 */
public enum DryRunModifierType {
  /**
   * Only the caller's permission is checked; no ciphertext need be given, but the key must be
   * named.
   */
  IGNORE_CIPHERTEXT
}
