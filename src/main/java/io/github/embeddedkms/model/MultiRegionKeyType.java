package io.github.embeddedkms.model;

/**
 * The role of a multi-Region key among its related keys.
 *
 * <p>{@link #toString()} is the value on the wire. Source: AWS KMS API Reference,
 * MultiRegionConfiguration.
 */
public enum MultiRegionKeyType {
  /** The only key that can be replicated; shared properties are changed on it. */
  PRIMARY,
  /** A key with the same id and material in another Region. */
  REPLICA
}
