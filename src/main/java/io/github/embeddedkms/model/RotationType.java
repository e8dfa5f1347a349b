package io.github.embeddedkms.model;

/**
 * What caused a rotation of key material.
 *
 * <p>{@link #toString()} is the value on the wire. Source: AWS KMS API Reference,
 * RotationsListEntry.
 */
public enum RotationType {
  /** The end of the rotation period. */
  AUTOMATIC,
  /** RotateKeyOnDemand. */
  ON_DEMAND
}
