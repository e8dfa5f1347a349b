package io.github.embeddedkms.model;

/**
 * The part that a multi-Region key plays among its related keys.
 *
 * <p>{@link #toString()} is the value on the wire. Source: AWS KMS API Reference,
 * MultiRegionConfiguration.
 */
public enum MultiRegionKeyType {
  /** The one key that can be replicated; shared properties are changed here. */
  PRIMARY,
  /** A key with the same id and material in another Region. */
  REPLICA
}
