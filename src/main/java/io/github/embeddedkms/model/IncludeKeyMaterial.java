package io.github.embeddedkms.model;

/**
 * Which key materials a listing of rotations contains.
 *
 * <p>{@link #toString()} is the value on the wire. Source: AWS KMS API Reference, ListKeyRotations.
 */
public enum IncludeKeyMaterial {
  /** All materials: also the first one, and one that waits for its rotation. */
  ALL_KEY_MATERIAL,
  /** Only materials that a completed rotation has made the current one. */
  ROTATIONS_ONLY
}
