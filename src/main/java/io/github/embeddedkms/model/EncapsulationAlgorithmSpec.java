package io.github.embeddedkms.model;

/**
 * The algorithm with which a KMS key encapsulates and decapsulates shared secrets.
 *
 * <p>{@link #toString()} is the value on the wire. Source: AWS KMS API Reference, Encapsulate.
 */
public enum EncapsulationAlgorithmSpec {
  /** ML-KEM (FIPS 203), with the parameter set of the key. */
  ML_KEM
}
