package io.github.embeddedkms.envelope;

import io.github.embeddedkms.model.EncryptionContext;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** Replaces the recipients of a message, without changing any byte after them. */
final class Rewrap {

  private Rewrap() {}

  static void run(
      MessageKeys keys,
      InputStream message,
      OutputStream rewrapped,
      EncryptionContext context,
      NewRecipients wanted)
      throws IOException {
    Header old = Header.read(new HeaderInput(message));
    Prefix prefix = keys.rewrap(old, context, wanted);
    Header header = new Header(prefix, old.salt(), old.context(), old.commitment());
    rewrapped.write(header.toByteArray());
    copySegments(message, rewrapped);
    rewrapped.flush();
  }

  /**
   * Copies the segments. They cannot be opened here, but a missing last segment can be detected.
   */
  private static void copySegments(InputStream message, OutputStream rewrapped) throws IOException {
    byte[] segment = new byte[SegmentCipher.SEALED_BYTES];
    int length = segment.length;
    while (length == segment.length) {
      length = message.readNBytes(segment, 0, segment.length);
      rewrapped.write(segment, 0, length);
    }
    if (length < SegmentCipher.TAG_BYTES) {
      throw HeaderInput.truncated();
    }
  }
}
