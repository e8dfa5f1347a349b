package io.github.embeddedkms.envelope;

import io.github.embeddedkms.model.Bytes;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The beginning of a message: its version, its cipher suite and its recipients. A prefix alone is a
 * prepared container.
 *
 * @param recipients 1 to 16 recipients
 */
record Prefix(List<Recipient> recipients) {

  static final int VERSION = 1;
  static final int AES_256_GCM = 1;
  static final int MAX_RECIPIENTS = 16;

  private static final int SM4_GCM = 2;
  private static final byte[] MAGIC = {'E', 'K', 'M'};

  Prefix {
    recipients = List.copyOf(recipients);
  }

  byte[] toByteArray() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.write(MAGIC);
      out.write(VERSION);
      out.write(AES_256_GCM);
      out.write(recipients.size());
      for (Recipient recipient : recipients) {
        out.writeShort(recipient.keyArn().length());
        out.write(recipient.keyArn().getBytes(StandardCharsets.US_ASCII));
        out.writeShort(recipient.sealedDataKey().length());
        out.write(recipient.sealedDataKey().asByteArray());
      }
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory cannot fail", e);
    }
    return bytes.toByteArray();
  }

  static Prefix read(HeaderInput in) throws IOException {
    if (!Arrays.equals(in.bytes(MAGIC.length), MAGIC)) {
      throw new MalformedMessageException(
          "not a message: it does not begin like one; pass the whole sealed message");
    }
    int version = in.u8();
    if (version != VERSION) {
      throw new UnsupportedVersionException(
          "the message has version "
              + version
              + ", but this library reads only version 1; update it");
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
      recipients.add(readRecipient(in));
    }
    return new Prefix(recipients);
  }

  private static Recipient readRecipient(HeaderInput in) throws IOException {
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
    return new Recipient(arn, Bytes.fromByteArray(sealed));
  }
}
