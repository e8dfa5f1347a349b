package io.github.embeddedkms.model;

/**
 * Whether the bytes of an imported key material are present.
 *
 * <p>{@link #toString()} is the value on the wire. Source: AWS KMS API Reference,
 * RotationsListEntry.
 */
public enum ImportState {
  /** The bytes are present. */
  IMPORTED,
  /** The bytes are missing: they have expired or were deleted. */
  PENDING_IMPORT
}
