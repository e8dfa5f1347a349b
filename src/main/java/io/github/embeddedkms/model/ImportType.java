package io.github.embeddedkms.model;

/**
 * Whether imported key material is new to its KMS key.
 *
 * <p>{@link #toString()} is the value on the wire. Source: AWS KMS API Reference,
 * ImportKeyMaterial.
 */
public enum ImportType {
  /** The key has never had this material. */
  NEW_KEY_MATERIAL,
  /** The material was imported into the key before. */
  EXISTING_KEY_MATERIAL
}
