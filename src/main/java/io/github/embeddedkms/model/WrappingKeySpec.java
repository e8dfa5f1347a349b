package io.github.embeddedkms.model;

/**
 * The type of the public key under which key material is wrapped for its import.
 *
 * <p>{@link #toString()} is the value on the wire. Source: AWS KMS API Reference,
 * GetParametersForImport.
 */
public enum WrappingKeySpec {
  /** RSA with a modulus of 2048 bits. */
  RSA_2048,
  /** RSA with a modulus of 3072 bits. */
  RSA_3072,
  /** RSA with a modulus of 4096 bits. */
  RSA_4096,
  /** The elliptic curve SM2 (GB/T 32918); China Regions only. */
  SM2
}
