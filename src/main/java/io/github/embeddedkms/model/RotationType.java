package io.github.embeddedkms.model;

/**
 * The cause of a rotation of key material.
 *
 * <p>{@link #toString()} is the value on the wire. Source: AWS KMS API Reference,
 * RotationsListEntry.
 */
public enum RotationType {
  /** The end of the rotation period. */
  AUTOMATIC,
  /** The operation RotateKeyOnDemand. */
  ON_DEMAND
}
