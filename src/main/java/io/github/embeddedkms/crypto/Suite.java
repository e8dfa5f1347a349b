package io.github.embeddedkms.crypto;

import java.util.Optional;

/**
 * The way in which a key material seals. It is fixed by the kind of the material, never chosen by a
 * blob.
 */
public enum Suite {
  /** XAES-256-GCM (C2SP) under material of 32 bytes. */
  XAES_256_GCM(0x01, 32),

  /**
   * XSM4-GCM under material of 16 bytes: SM4-GCM (RFC 8998) with a key that is derived for each
   * salt by CMAC-SM4 in counter mode (NIST SP 800-108). This library's own construction, modeled on
   * XAES-256-GCM, without any claim of interoperability.
   */
  XSM4_GCM(0x02, 16);

  private final byte code;
  private final int keyBytes;

  Suite(int code, int keyBytes) {
    this.code = (byte) code;
    this.keyBytes = keyBytes;
  }

  /**
   * Returns the suite with the given code.
   *
   * @param code a byte in a blob or a stored document
   * @return the suite; empty if no suite has that code
   */
  public static Optional<Suite> of(int code) {
    // Not a stream, for speed: this method is called for every key of a store that is opened.
    for (Suite suite : values()) {
      if (suite.code == code) {
        return Optional.of(suite);
      }
    }
    return Optional.empty();
  }

  /**
   * Returns the code of this suite in a blob.
   *
   * @return the code
   */
  public byte code() {
    return code;
  }

  /**
   * Returns the length of the material, which is also the length of the blob key derived from it.
   *
   * @return 32 or 16 bytes
   */
  public int keyBytes() {
    return keyBytes;
  }
}
