package io.github.embeddedkms.model;

/**
 * The length of a data key, as the name of the cipher that it is for.
 *
 * <p>{@link #toString()} is the value on the wire. Source: AWS KMS API Reference, GenerateDataKey.
 */
public enum DataKeySpec {
  /** A data key of 32 bytes. */
  AES_256,
  /** A data key of 16 bytes. */
  AES_128
}
