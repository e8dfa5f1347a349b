package io.github.embeddedkms.envelope;

import io.github.embeddedkms.model.Bytes;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The content of an offline recipient: what its data key was sealed with, and the sealed data key.
 * Nothing here is authenticated before the data key is unwrapped.
 *
 * @param kind an offline kind
 * @param keyArn the ARN of the key of ML-KEM or RSA: a hint
 * @param fingerprint SHA-256 of that key's SubjectPublicKeyInfo, 32 bytes
 * @param ciphertext the ciphertext of ML-KEM or RSA
 * @param curve the part of the second key; null if there is only one key
 * @param wrapped the data key, wrapped, 48 bytes
 */
record OfflineRecord(
    RecipientKind kind,
    String keyArn,
    Bytes fingerprint,
    Bytes ciphertext,
    @Nullable Curve curve,
    Bytes wrapped) {

  static final int FINGERPRINT_BYTES = 32;
  static final int WRAPPED_BYTES = MessageKey.DATA_KEY_BYTES + SegmentCipher.TAG_BYTES;

  /**
   * The part of the key of a curve.
   *
   * @param keyArn its ARN: a hint
   * @param fingerprint SHA-256 of its SubjectPublicKeyInfo, 32 bytes
   * @param point the sealer's public key for this recipient only, uncompressed
   */
  record Curve(String keyArn, Bytes fingerprint, Bytes point) {}

  /**
   * Takes apart a recipient.
   *
   * @throws MalformedMessageException if a length is not that of its kind, or an ARN not printable
   */
  static OfflineRecord parse(Recipient recipient, RecipientKind kind) {
    ByteBuffer in = recipient.sealed().asByteBuffer();
    int fixed = FINGERPRINT_BYTES + kind.ciphertextBytes() + WRAPPED_BYTES;
    boolean paired = kind.curve() != null;
    if (!paired && in.remaining() != fixed) {
      throw malformed();
    }
    if (paired && in.remaining() < fixed + Short.BYTES) {
      throw malformed();
    }
    Bytes fingerprint = take(in, FINGERPRINT_BYTES);
    Bytes ciphertext = take(in, kind.ciphertextBytes());
    Curve curve = paired ? parseCurve(in, kind) : null;
    return new OfflineRecord(
        kind, recipient.keyArn(), fingerprint, ciphertext, curve, take(in, WRAPPED_BYTES));
  }

  private static Curve parseCurve(ByteBuffer in, RecipientKind kind) {
    int length = Short.toUnsignedInt(in.getShort());
    if (length < 1
        || length > Recipient.MAX_ARN_BYTES
        || in.remaining() != length + FINGERPRINT_BYTES + kind.pointBytes() + WRAPPED_BYTES) {
      throw malformed();
    }
    String arn = new String(take(in, length).asByteArray(), StandardCharsets.ISO_8859_1);
    if (!Recipient.isPrintable(arn)) {
      throw malformed();
    }
    return new Curve(arn, take(in, FINGERPRINT_BYTES), take(in, kind.pointBytes()));
  }

  private static Bytes take(ByteBuffer in, int length) {
    byte[] bytes = new byte[length];
    in.get(bytes);
    return Bytes.fromByteArray(bytes);
  }

  private static MalformedMessageException malformed() {
    return new MalformedMessageException(
        "malformed message: a recipient that does not have the form of its kind; get the message"
            + " again");
  }

  /** Returns the recipient. */
  Recipient toRecipient() {
    byte[] head = sealedHead();
    byte[] sealed = Arrays.copyOf(head, head.length + WRAPPED_BYTES);
    System.arraycopy(wrapped.asByteArray(), 0, sealed, head.length, WRAPPED_BYTES);
    return new Recipient(kind.code(), keyArn, Bytes.fromByteArray(sealed));
  }

  /** Returns the whole recipient, from its kind on, without the wrapped data key. */
  byte[] head() {
    byte[] sealed = sealedHead();
    byte[] arn = keyArn.getBytes(StandardCharsets.US_ASCII);
    return ByteBuffer.allocate(1 + Short.BYTES + arn.length + Short.BYTES + sealed.length)
        .put((byte) kind.code())
        .putShort((short) arn.length)
        .put(arn)
        .putShort((short) (sealed.length + WRAPPED_BYTES))
        .put(sealed)
        .array();
  }

  /** Returns SHA-256 of the whole recipient. */
  Bytes digest() {
    byte[] head = head();
    byte[] whole = Arrays.copyOf(head, head.length + WRAPPED_BYTES);
    System.arraycopy(wrapped.asByteArray(), 0, whole, head.length, WRAPPED_BYTES);
    return Sha256.of(Bytes.fromByteArray(whole));
  }

  private byte[] sealedHead() {
    int length = FINGERPRINT_BYTES + ciphertext.length();
    if (curve == null) {
      return ByteBuffer.allocate(length)
          .put(fingerprint.asByteBuffer())
          .put(ciphertext.asByteBuffer())
          .array();
    }
    byte[] arn = curve.keyArn().getBytes(StandardCharsets.US_ASCII);
    return ByteBuffer.allocate(
            length + Short.BYTES + arn.length + FINGERPRINT_BYTES + curve.point().length())
        .put(fingerprint.asByteBuffer())
        .put(ciphertext.asByteBuffer())
        .putShort((short) arn.length)
        .put(arn)
        .put(curve.fingerprint().asByteBuffer())
        .put(curve.point().asByteBuffer())
        .array();
  }
}
