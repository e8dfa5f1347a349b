package io.github.embeddedkms.crypto;

/** The kind of a key material, which determines its uses. */
public enum MaterialKind {
  /** The secret of a symmetric encryption key. */
  SYMMETRIC,
  /** The secret of an HMAC key. */
  HMAC,
  /** A private key. The public key is stored next to it in the clear. */
  PRIVATE_KEY
}
