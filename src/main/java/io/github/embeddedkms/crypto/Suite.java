package io.github.embeddedkms.crypto;

import java.util.Optional;

/** How a key material seals. Fixed by the kind of the material, never chosen by a blob. */
public enum Suite {
  /** XAES-256-GCM (C2SP) under material of 32 bytes. */
  XAES_256_GCM(0x01, 32),

  /**
   * XSM4-GCM under material of 16 bytes: SM4-GCM (RFC 8998) with a key that is derived for each
   * salt by CMAC-SM4 in counter mode (NIST SP 800-108). Of this library's own making, after the
   * model of XAES-256-GCM; no claim of interoperability is made.
   */
  XSM4_GCM(0x02, 16);

  private final byte code;
  private final int keyBytes;

  Suite(int code, int keyBytes) {
    this.code = (byte) code;
    this.keyBytes = keyBytes;
  }

  /**
   * The suite of a code.
   *
   * @param code a byte in a blob or a stored document
   * @return the suite; empty if no suite has it
   */
  public static Optional<Suite> of(int code) {
    // No stream: this is asked for every key of a store that is opened.
    for (Suite suite : values()) {
      if (suite.code == code) {
        return Optional.of(suite);
      }
    }
    return Optional.empty();
  }

  /**
   * The suite in a blob.
   *
   * @return its byte
   */
  public byte code() {
    return code;
  }

  /**
   * The length of the material, and of the blob key derived from it.
   *
   * @return 32 or 16 bytes
   */
  public int keyBytes() {
    return keyBytes;
  }
}
