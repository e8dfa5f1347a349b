package io.github.embeddedkms.authorization;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A range of IP addresses of one family, in CIDR notation; without a prefix length, one address.
 *
 * <p>{@code InetAddress} is not used, because it looks up what is not an address as a host name.
 *
 * @param address the bytes of an address in the range, 4 or 16
 * @param prefix the number of leading bits that are the same in the range
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record IpRange(byte[] address, int prefix) {

  private static final Pattern COLON = Pattern.compile(":");
  private static final Pattern DOT = Pattern.compile("\\.");

  private static final int V4_BYTES = 4;
  private static final int V6_BYTES = 16;
  private static final int MAX_LENGTH = 64;

  /** Parses a range; null if it is none. */
  static @Nullable IpRange parse(String text) {
    if (text.length() > MAX_LENGTH) {
      return null;
    }
    int slash = text.indexOf('/');
    byte[] address = address(slash < 0 ? text : text.substring(0, slash));
    if (address == null) {
      return null;
    }
    int bits = address.length * 8;
    int prefix = slash < 0 ? bits : number(text.substring(slash + 1), 10, 3, bits);
    return prefix < 0 ? null : new IpRange(address, prefix);
  }

  /** Returns whether a string is an address in the range. */
  boolean contains(String text) {
    byte[] other = text.length() > MAX_LENGTH ? null : address(text);
    if (other == null || other.length != address.length) {
      return false;
    }
    for (int bit = 0; bit < prefix; bit++) {
      if (((other[bit / 8] ^ address[bit / 8]) & (0x80 >> (bit % 8))) != 0) {
        return false;
      }
    }
    return true;
  }

  private static byte @Nullable [] address(String text) {
    return text.indexOf(':') < 0 ? v4(text) : v6(text);
  }

  private static byte @Nullable [] v4(String text) {
    String[] parts = DOT.split(text, -1);
    byte[] address = new byte[V4_BYTES];
    if (parts.length != V4_BYTES) {
      return null;
    }
    for (int i = 0; i < V4_BYTES; i++) {
      int value = number(parts[i], 10, 3, 255);
      if (value < 0) {
        return null;
      }
      address[i] = (byte) value;
    }
    return address;
  }

  private static byte @Nullable [] v6(String text) {
    int gap = text.indexOf("::");
    if (gap < 0) {
      byte[] address = new byte[V6_BYTES];
      return groups(text, address) == V6_BYTES ? address : null;
    }
    byte[] head = new byte[V6_BYTES];
    byte[] tail = new byte[V6_BYTES];
    int before = groups(text.substring(0, gap), head);
    int after = groups(text.substring(gap + 2), tail);
    if (before < 0 || after < 0 || before + after > V6_BYTES - 2) {
      return null;
    }
    System.arraycopy(tail, 0, head, V6_BYTES - after, after);
    return head;
  }

  /**
   * Reads groups of up to four digits, the last of which can be an IPv4 address; -1 if it fails.
   */
  private static int groups(String text, byte[] into) {
    if (text.isEmpty()) {
      return 0;
    }
    String[] parts = COLON.split(text, -1);
    int length = 0;
    for (int i = 0; i < parts.length; i++) {
      byte[] group = group(parts[i], i == parts.length - 1);
      if (group == null || length + group.length > into.length) {
        return -1;
      }
      System.arraycopy(group, 0, into, length, group.length);
      length += group.length;
    }
    return length;
  }

  private static byte @Nullable [] group(String text, boolean last) {
    if (last && text.indexOf('.') >= 0) {
      return v4(text);
    }
    int value = number(text, 16, 4, 0xFFFF);
    return value < 0 ? null : new byte[] {(byte) (value >> 8), (byte) value};
  }

  private static int number(String digits, int radix, int maxLength, int max) {
    if (digits.isEmpty() || digits.length() > maxLength) {
      return -1;
    }
    int value = 0;
    for (int i = 0; i < digits.length(); i++) {
      char c = digits.charAt(i);
      int digit = c < 0x80 ? Character.digit(c, radix) : -1;
      if (digit < 0) {
        return -1;
      }
      value = value * radix + digit;
    }
    return value <= max ? value : -1;
  }
}
