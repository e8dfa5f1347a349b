package io.github.embeddedkms.envelope;

import java.util.Arrays;

/** A batch of segments of a stream, in the clear and sealed. */
final class SegmentBuffers {

  final byte[] plaintext;
  final byte[] ciphertext;

  SegmentBuffers(Segments segments) {
    plaintext = new byte[segments.atOnce() * SegmentCipher.PLAINTEXT_BYTES];
    ciphertext = new byte[segments.atOnce() * SegmentCipher.SEALED_BYTES];
  }

  void wipe() {
    Arrays.fill(plaintext, (byte) 0);
  }
}
