package io.github.embeddedkms.model;

/**
 * Whether imported key material expires.
 *
 * <p>{@link #toString()} is the value on the wire. Source: AWS KMS API Reference,
 * ImportKeyMaterial.
 */
public enum ExpirationModelType {
  /** The material is deleted at its expiration date. */
  KEY_MATERIAL_EXPIRES,
  /** The material is kept until it is deleted. */
  KEY_MATERIAL_DOES_NOT_EXPIRE
}
