package io.github.embeddedkms.envelope;

import io.github.embeddedkms.model.Bytes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The beginning of a message: its version, its cipher suite and its recipients. A prefix of version
 * 1 alone is a prepared container.
 *
 * @param recipients 1 to 16 recipients; the version follows from their kinds
 */
record Prefix(List<Recipient> recipients) {

  /** All recipients are online. */
  static final int VERSION_1 = 1;

  /** Each recipient has a kind, and at least one is not online. */
  static final int VERSION_2 = 2;

  static final int AES_256_GCM = 1;
  static final int MAX_RECIPIENTS = 16;

  private static final int SM4_GCM = 2;
  private static final byte[] MAGIC = {'E', 'K', 'M'};

  Prefix {
    recipients = List.copyOf(recipients);
  }

  int version() {
    for (Recipient recipient : recipients) {
      if (!recipient.isOnline()) {
        return VERSION_2;
      }
    }
    return VERSION_1;
  }

  byte[] toByteArray() {
    int version = version();
    int kindBytes = version == VERSION_2 ? 1 : 0;
    int length = MAGIC.length + 3;
    for (Recipient recipient : recipients) {
      length += kindBytes + 2 * Short.BYTES;
      length += recipient.keyArn().length() + recipient.sealed().length();
    }
    ByteBuffer out = ByteBuffer.allocate(length).put(MAGIC);
    out.put((byte) version).put((byte) AES_256_GCM).put((byte) recipients.size());
    for (Recipient recipient : recipients) {
      if (version == VERSION_2) {
        out.put((byte) recipient.kind());
      }
      byte[] arn = recipient.keyArn().getBytes(StandardCharsets.US_ASCII);
      byte[] sealed = recipient.sealed().asByteArray();
      out.putShort((short) arn.length).put(arn).putShort((short) sealed.length).put(sealed);
    }
    return out.array();
  }

  static Prefix read(HeaderInput in) throws IOException {
    if (!Arrays.equals(in.bytes(MAGIC.length), MAGIC)) {
      throw new MalformedMessageException(
          "not a message: it does not begin like one; pass the whole sealed message");
    }
    int version = in.u8();
    if (version != VERSION_1 && version != VERSION_2) {
      throw new UnsupportedVersionException(
          "the message has version "
              + version
              + ", but this library reads only versions 1 and 2; update it");
    }
    int suite = in.u8();
    if (suite != AES_256_GCM) {
      throw new UnsupportedVersionException(
          "the message has cipher suite "
              + suite
              + (suite == SM4_GCM ? " (SM4-GCM), which is reserved and not used yet" : "")
              + "; this library reads only suite 1 (AES-256-GCM)");
    }
    int count = in.u8();
    if (count == 0) {
      throw new MalformedMessageException(
          "malformed message: it has no recipients; get the message again");
    }
    if (count > MAX_RECIPIENTS) {
      throw new TooManyRecipientsException(
          "the message has " + count + " recipients, more than the maximum of 16; none was tried");
    }
    List<Recipient> recipients = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int kind = version == VERSION_1 ? RecipientKind.ONLINE.code() : in.u8();
      recipients.add(readRecipient(kind, in));
    }
    Prefix prefix = new Prefix(recipients);
    if (prefix.version() != version) {
      throw new MalformedMessageException(
          "malformed message: version 2 without a recipient that needs it; get the message again");
    }
    return prefix;
  }

  private static Recipient readRecipient(int kind, HeaderInput in) throws IOException {
    // One character for each byte, so that nothing is lost before it is checked.
    String arn =
        new String(
            in.prefixed(Short.BYTES, 1, Recipient.MAX_ARN_BYTES, "a key ARN"),
            StandardCharsets.ISO_8859_1);
    if (!Recipient.isPrintable(arn)) {
      throw new MalformedMessageException(
          "malformed message: a key ARN that is not printable ASCII; get the message again");
    }
    byte[] sealed = in.prefixed(Short.BYTES, 1, Recipient.MAX_SEALED_BYTES, "a sealed data key");
    Recipient recipient = new Recipient(kind, arn, Bytes.fromByteArray(sealed));
    RecipientKind.of(kind)
        .filter(RecipientKind::isOffline)
        .ifPresent(offline -> OfflineRecord.parse(recipient, offline));
    return recipient;
  }
}
