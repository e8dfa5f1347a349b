package io.github.embeddedkms.model;

/**
 * The state of a key material of a symmetric KMS key: one material is current; the others only
 * decrypt or are pending.
 *
 * <p>{@link #toString()} is the value on the wire. Source: AWS KMS API Reference,
 * RotationsListEntry.
 */
public enum KeyMaterialState {
  /** Decrypts what it encrypted before a rotation. */
  NON_CURRENT,
  /** Encrypts and decrypts. */
  CURRENT,
  /** Imported for the next rotation on demand. */
  PENDING_ROTATION,
  /** Imported into the primary key; at least one replica still needs the import. */
  PENDING_MULTI_REGION_IMPORT_AND_ROTATION
}
