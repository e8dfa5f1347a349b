package io.github.embeddedkms.envelope;

import io.github.embeddedkms.model.Bytes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** Digests by SHA-256. */
final class Sha256 {

  private Sha256() {}

  static Bytes of(Bytes bytes) {
    try {
      return Bytes.fromByteArray(MessageDigest.getInstance("SHA-256").digest(bytes.asByteArray()));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
