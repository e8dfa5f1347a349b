package io.github.embeddedkms.envelope;

import io.github.embeddedkms.crypto.HkdfSha256;
import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.EncryptionContext;
import io.github.embeddedkms.model.SecretBytes;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/**
 * The keys of one message, derived from its data key, its salt and its context. Immutable; safe for
 * use by several threads.
 *
 * <p>The data key is used in HMAC only: a cipher would keep copies of it that cannot be wiped.
 */
final class MessageKey {

  static final int DATA_KEY_BYTES = 32;

  private static final byte[] LABEL =
      "embedded-kms/envelope/v1".getBytes(StandardCharsets.US_ASCII);
  private static final int KEY_BYTES = 32;
  private static final int NONCE_BYTES = 12;

  private final byte[] commitment;
  private final SecretKey key;
  private final byte[] baseNonce;

  private MessageKey(byte[] derived) {
    this.commitment = Arrays.copyOf(derived, Header.COMMITMENT_BYTES);
    this.key = new SecretKeySpec(derived, Header.COMMITMENT_BYTES, KEY_BYTES, "AES");
    this.baseNonce =
        Arrays.copyOfRange(derived, Header.COMMITMENT_BYTES + KEY_BYTES, derived.length);
  }

  /**
   * Derives the keys of a message.
   *
   * @param dataKey 32 bytes
   */
  static MessageKey derive(SecretBytes dataKey, Bytes salt, byte flags, EncryptionContext context) {
    byte[] canonical = context.canonicalBytes();
    byte[] info =
        ByteBuffer.allocate(LABEL.length + 2 + canonical.length)
            .put(LABEL)
            .put((byte) Prefix.AES_256_GCM)
            .put(flags)
            .put(canonical)
            .array();
    int length = Header.COMMITMENT_BYTES + KEY_BYTES + NONCE_BYTES;
    byte[] derived = dataKey.lend(key -> HkdfSha256.derive(key, salt.asByteArray(), info, length));
    try {
      return new MessageKey(derived);
    } finally {
      Arrays.fill(derived, (byte) 0);
    }
  }

  Bytes commitment() {
    return Bytes.fromByteArray(commitment);
  }

  /** Compares a message's commitment with that of these keys, in constant time. */
  boolean commitsTo(Bytes claimed) {
    return MessageDigest.isEqual(commitment, claimed.asByteArray());
  }

  /** Creates a cipher for the segments of this message, for use by one thread at a time. */
  SegmentCipher cipher() {
    return new SegmentCipher(key, baseNonce.clone());
  }
}
