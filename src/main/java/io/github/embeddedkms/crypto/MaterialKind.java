package io.github.embeddedkms.crypto;

/** What a key material is made of, and so what can be done with it. */
public enum MaterialKind {
  /** The secret of a symmetric encryption key. */
  SYMMETRIC,
  /** The secret of an HMAC key. */
  HMAC,
  /** A private key, beside which the public key is stored in the clear. */
  PRIVATE_KEY
}
