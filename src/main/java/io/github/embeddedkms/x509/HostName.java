package io.github.embeddedkms.x509;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.net.IDN;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * A name of a server: a DNS name or an IP address. Nothing is resolved.
 *
 * <p>Source: RFC 5280, sections 4.2.1.6 and 4.2.1.10; RFC 1034, section 3.5 for DNS names.
 * Underscores are refused: the JDK's TLS ends every handshake for such a name.
 */
final class HostName {

  /** The choices of GeneralName. */
  static final int DNS_NAME = 2;

  static final int IP_ADDRESS = 7;

  private static final int MAXIMUM_LENGTH = 253;

  private static final Pattern DNS =
      Pattern.compile(
          "(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\\.)*[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?");

  private static final String OCTET = "(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)";

  private static final Pattern IPV4 = Pattern.compile("(?:" + OCTET + "\\.){3}" + OCTET);

  /** With a number at its end, a name is an IPv4 address to many clients, or nothing at all. */
  private static final Pattern NUMBER_LAST = Pattern.compile("(?:.*\\.)?(?:\\d+|0x[0-9a-f]*)");

  /** An IPv6 address has a colon. A zone, as in fe80::1%eth0, has a meaning on one machine only. */
  private static final Pattern IPV6 = Pattern.compile("[0-9a-f:]*:[0-9a-f:.]*");

  private final int choice;
  private final byte[] content;

  private HostName(int choice, byte[] content) {
    this.choice = choice;
    this.content = content;
  }

  /**
   * Parses a name.
   *
   * @param name a DNS name, an IPv4 address in four decimal numbers, or an IPv6 address with or
   *     without brackets
   * @throws IllegalArgumentException if it is none of these
   */
  static HostName of(String name) {
    String lowerCase = name.toLowerCase(Locale.ROOT);
    if (lowerCase.contains(":")) {
      return ofIpv6(name, lowerCase.replaceFirst("^\\[(.*)]$", "$1"));
    }
    if (IPV4.matcher(lowerCase).matches()) {
      return new HostName(IP_ADDRESS, address(name, lowerCase));
    }
    String ascii = ascii(name, lowerCase.replaceFirst("\\.$", ""));
    if (ascii.length() > MAXIMUM_LENGTH
        || !DNS.matcher(ascii).matches()
        || NUMBER_LAST.matcher(ascii).matches()) {
      throw invalid(name);
    }
    return new HostName(DNS_NAME, ascii.getBytes(US_ASCII));
  }

  private static HostName ofIpv6(String name, String literal) {
    if (!IPV6.matcher(literal).matches()) {
      throw invalid(name);
    }
    // The JDK returns the IPv4 address if the literal is one, as in ::ffff:127.0.0.1.
    return new HostName(IP_ADDRESS, address(name, literal));
  }

  /** The JDK resolves only names. Digits with dots or colons are addresses. */
  private static byte[] address(String name, String literal) {
    try {
      return InetAddress.getByName(literal).getAddress();
    } catch (UnknownHostException e) {
      throw invalid(name);
    }
  }

  private static String ascii(String name, String lowerCase) {
    if (lowerCase.chars().allMatch(c -> c < 0x80)) {
      return lowerCase;
    }
    try {
      return IDN.toASCII(lowerCase).toLowerCase(Locale.ROOT);
    } catch (IllegalArgumentException e) {
      throw invalid(name);
    }
  }

  private static IllegalArgumentException invalid(String name) {
    return new IllegalArgumentException(
        "embedded-kms: a certificate needs host names or IP addresses, without a port or a"
            + " wildcard, not "
            + name);
  }

  boolean isAddress() {
    return choice == IP_ADDRESS;
  }

  /** Returns the GeneralName of subjectAltName. */
  byte[] alternativeName() {
    return Der.implicit(choice, content);
  }

  /**
   * Returns the GeneralName of nameConstraints. An address has a mask there, whose bits are all 1.
   * A DNS name also permits the names below it; the form for a single name does not exist.
   */
  byte[] constraint() {
    if (!isAddress()) {
      return alternativeName();
    }
    byte[] addressAndMask = Arrays.copyOf(content, 2 * content.length);
    Arrays.fill(addressAndMask, content.length, addressAndMask.length, (byte) 0xFF);
    return Der.implicit(choice, addressAndMask);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof HostName that
        && choice == that.choice
        && Arrays.equals(content, that.content);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(content);
  }
}
