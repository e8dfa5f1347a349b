package io.github.embeddedkms.envelope;

import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.EncryptionContext;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The part of a message that precedes its segments.
 *
 * @param prefix with the recipients
 * @param salt 32 bytes that make the keys of the message unique
 * @param context the context, or null if it is not stored
 * @param commitment 32 bytes that can only be derived from the data key and the context
 */
record Header(Prefix prefix, Bytes salt, @Nullable EncryptionContext context, Bytes commitment) {

  static final int SALT_BYTES = 32;
  static final int COMMITMENT_BYTES = 32;
  static final int MAX_CONTEXT_BYTES = 65_536;

  private static final int CONTEXT_STORED = 1;
  private static final int MIN_CONTEXT_BYTES = 2;

  /** Returns the flags byte of a message that does or does not store its context. */
  static byte flags(boolean storesContext) {
    return (byte) (storesContext ? CONTEXT_STORED : 0);
  }

  byte flags() {
    return flags(context != null);
  }

  byte[] toByteArray() {
    byte[] before = prefix.toByteArray();
    byte[] stored = context == null ? new byte[0] : context.canonicalBytes();
    int lengthBytes = context == null ? 0 : Integer.BYTES;
    ByteBuffer header =
        ByteBuffer.allocate(
            before.length + 1 + SALT_BYTES + lengthBytes + stored.length + COMMITMENT_BYTES);
    header.put(before).put(flags()).put(salt.asByteArray());
    if (context != null) {
      header.putInt(stored.length).put(stored);
    }
    return header.put(commitment.asByteArray()).array();
  }

  /**
   * Reads a whole header.
   *
   * @throws TruncatedMessageException if it is incomplete, or ends after the recipients
   */
  static Header read(HeaderInput in) throws IOException {
    Prefix prefix = Prefix.read(in);
    int flags = in.readOrEnd();
    if (flags < 0 && prefix.version() == Prefix.VERSION_2) {
      throw HeaderInput.truncated();
    }
    if (flags < 0) {
      throw new TruncatedMessageException(
          "empty container: it was prepared and not filled, or the message was cut off there;"
              + " fill it, or get the whole message");
    }
    return readAfterFlags(prefix, flags, in);
  }

  /** Reads the part of a header that follows the recipients and the flags. */
  static Header readAfterFlags(Prefix prefix, int flags, HeaderInput in) throws IOException {
    if ((flags & ~CONTEXT_STORED) != 0) {
      throw new MalformedMessageException(
          "malformed message: its flags are unknown; get the message again");
    }
    Bytes salt = Bytes.fromByteArray(in.bytes(SALT_BYTES));
    EncryptionContext context = (flags & CONTEXT_STORED) == 0 ? null : readContext(in);
    return new Header(prefix, salt, context, Bytes.fromByteArray(in.bytes(COMMITMENT_BYTES)));
  }

  private static EncryptionContext readContext(HeaderInput in) throws IOException {
    byte[] stored = in.prefixed(Integer.BYTES, MIN_CONTEXT_BYTES, MAX_CONTEXT_BYTES, "a context");
    try {
      return EncryptionContext.fromCanonicalBytes(stored);
    } catch (IllegalArgumentException e) {
      throw new MalformedMessageException(
          "malformed message: its context is not in canonical form; get the message again");
    }
  }
}
