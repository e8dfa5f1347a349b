package io.github.embeddedkms.envelope;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/** Takes messages apart and recombines the parts, as an attacker would. */
final class Messages {

  private Messages() {}

  static Prefix prefix(byte[] message) {
    try {
      return Prefix.read(new HeaderInput(new ByteArrayInputStream(message)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static int prefixLength(byte[] message) {
    return write(prefix(message).recipients()).length;
  }

  static int headerLength(byte[] message) {
    try {
      HeaderInput in = new HeaderInput(new ByteArrayInputStream(message));
      Header.read(in);
      return in.count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Replaces the recipients; also by an invalid number of them. */
  static byte[] withRecipients(byte[] message, List<Recipient> recipients) {
    return join(
        write(recipients), Arrays.copyOfRange(message, prefixLength(message), message.length));
  }

  static byte[] withRecipientsOf(byte[] other, byte[] message) {
    return withRecipients(message, prefix(other).recipients());
  }

  /** Replaces the key ARN of one recipient. */
  static byte[] renamed(byte[] message, int recipient, String arn) {
    List<Recipient> recipients = new ArrayList<>(prefix(message).recipients());
    Recipient old = recipients.get(recipient);
    recipients.set(recipient, new Recipient(old.kind(), arn, old.sealed()));
    return withRecipients(message, recipients);
  }

  static List<Recipient> repeat(Recipient recipient, int times) {
    return Collections.nCopies(times, recipient);
  }

  /** Returns the segments of a message, including tags. */
  static List<byte[]> segments(byte[] message) {
    List<byte[]> segments = new ArrayList<>();
    for (int at = headerLength(message); at < message.length; at += 65_552) {
      segments.add(Arrays.copyOfRange(message, at, Math.min(at + 65_552, message.length)));
    }
    return segments;
  }

  static byte[] withSegments(byte[] message, List<byte[]> segments) {
    byte[] changed = Arrays.copyOf(message, headerLength(message));
    for (byte[] segment : segments) {
      changed = join(changed, segment);
    }
    return changed;
  }

  static byte[] join(byte[] one, byte[] other) {
    return ByteBuffer.allocate(one.length + other.length).put(one).put(other).array();
  }

  private static byte[] write(List<Recipient> recipients) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    boolean online = recipients.stream().allMatch(Recipient::isOnline);
    byte version = (byte) (online ? 1 : 2);
    out.writeBytes(new byte[] {'E', 'K', 'M', version, 1, (byte) recipients.size()});
    for (Recipient recipient : recipients) {
      if (!online) {
        out.write(recipient.kind());
      }
      for (byte[] part :
          List.of(
              recipient.keyArn().getBytes(StandardCharsets.US_ASCII),
              recipient.sealed().asByteArray())) {
        out.write(part.length >> 8);
        out.write(part.length);
        out.writeBytes(part);
      }
    }
    return out.toByteArray();
  }
}
