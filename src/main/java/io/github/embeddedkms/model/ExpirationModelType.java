package io.github.embeddedkms.model;

/**
 * Whether imported key material ends by itself.
 *
 * <p>{@link #toString()} is the value on the wire. Source: AWS KMS API Reference,
 * ImportKeyMaterial.
 */
public enum ExpirationModelType {
  /** It is deleted at its date. */
  KEY_MATERIAL_EXPIRES,
  /** It stays until it is deleted. */
  KEY_MATERIAL_DOES_NOT_EXPIRE
}
