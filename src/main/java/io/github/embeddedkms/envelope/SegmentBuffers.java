package io.github.embeddedkms.envelope;

import java.util.Arrays;

/** The buffers for a batch of segments of a stream, plaintext and sealed. */
final class SegmentBuffers {

  final byte[] plaintext;
  final byte[] ciphertext;

  SegmentBuffers(Segments segments) {
    plaintext = new byte[segments.batchSize() * SegmentCipher.PLAINTEXT_BYTES];
    ciphertext = new byte[segments.batchSize() * SegmentCipher.SEALED_BYTES];
  }

  void wipe() {
    Arrays.fill(plaintext, (byte) 0);
  }
}
