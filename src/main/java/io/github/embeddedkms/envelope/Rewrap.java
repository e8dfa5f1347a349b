package io.github.embeddedkms.envelope;

import io.github.embeddedkms.model.EncryptionContext;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;

/** Replaces the recipients of a message, without changing any byte after them. */
final class Rewrap {

  private Rewrap() {}

  static void run(
      MessageKeys keys,
      InputStream message,
      OutputStream rewrapped,
      EncryptionContext context,
      List<String> newKeys)
      throws IOException {
    if (newKeys.isEmpty() || newKeys.size() > Prefix.MAX_RECIPIENTS) {
      throw new IllegalArgumentException(
          "embedded-kms: a message must have 1 to 16 recipients, not " + newKeys.size());
    }
    Header old = Header.read(new HeaderInput(message));
    MessageKeys.requireStored(old, context);
    Prefix prefix = keys.rewrap(old.prefix(), context, newKeys);
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
