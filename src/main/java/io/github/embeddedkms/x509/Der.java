package io.github.embeddedkms.x509;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Writes values in the Distinguished Encoding Rules of ASN.1. Every method returns one complete
 * value: tag, definite length and content.
 *
 * <p>Source: ITU-T X.690 (02/2021), sections 8, 10 and 11; RFC 5280, section 4.1.2.5 for times.
 */
public final class Der {

  private static final int BOOLEAN = 0x01;
  private static final int INTEGER = 0x02;
  private static final int BIT_STRING = 0x03;
  private static final int OCTET_STRING = 0x04;
  private static final int OBJECT_IDENTIFIER = 0x06;
  private static final int UTF8_STRING = 0x0C;
  private static final int PRINTABLE_STRING = 0x13;
  private static final int UTC_TIME = 0x17;
  private static final int GENERALIZED_TIME = 0x18;
  private static final int SEQUENCE = 0x30;
  private static final int SET = 0x31;
  private static final int CONTEXT = 0x80;
  private static final int CONSTRUCTED = 0x20;

  /** Larger tag numbers need more than one octet. */
  private static final int LARGEST_TAG_NUMBER = 30;

  private static final Pattern PRINTABLE = Pattern.compile("[A-Za-z0-9 '()+,./:=?-]*");

  private static final Pattern OID_ARCS =
      Pattern.compile("(0|[1-9]\\d{0,17})(\\.(0|[1-9]\\d{0,17}))+");

  /** UTCTime has two digits of the year, which mean 1950 to 2049. */
  private static final DateTimeFormatter UTC_TIME_FORMAT =
      DateTimeFormatter.ofPattern("yyMMddHHmmss'Z'", Locale.ROOT);

  private static final DateTimeFormatter GENERALIZED_TIME_FORMAT =
      DateTimeFormatter.ofPattern("uuuuMMddHHmmss'Z'", Locale.ROOT);

  private Der() {}

  /**
   * Writes a SEQUENCE.
   *
   * @param values complete values, in this order
   * @return the encoding
   */
  public static byte[] sequence(byte[]... values) {
    return value(SEQUENCE, concatenation(values));
  }

  /**
   * Writes a SET OF, whose values DER sorts by their octets.
   *
   * @param values complete values, in any order
   * @return the encoding
   */
  public static byte[] setOf(byte[]... values) {
    byte[][] sorted = values.clone();
    // X.690 pads the shorter value with zeros. No complete value is the beginning of another one,
    // so the padding never decides.
    Arrays.sort(sorted, Arrays::compareUnsigned);
    return value(SET, concatenation(sorted));
  }

  /**
   * Writes an INTEGER.
   *
   * @param value any integer
   * @return the encoding
   */
  public static byte[] integer(BigInteger value) {
    return value(INTEGER, value.toByteArray());
  }

  /**
   * Writes an INTEGER.
   *
   * @param value any integer
   * @return the encoding
   */
  public static byte[] integer(long value) {
    return integer(BigInteger.valueOf(value));
  }

  /**
   * Writes a BOOLEAN.
   *
   * @param value true or false
   * @return the encoding
   */
  public static byte[] bool(boolean value) {
    return value(BOOLEAN, new byte[] {(byte) (value ? 0xFF : 0)});
  }

  /**
   * Writes an OBJECT IDENTIFIER.
   *
   * @param dotted two or more numbers of up to 18 digits, {@code 2.5.29.17} for example
   * @return the encoding
   * @throws IllegalArgumentException if there is no such identifier
   */
  public static byte[] oid(String dotted) {
    if (!OID_ARCS.matcher(dotted).matches()) {
      throw new IllegalArgumentException("embedded-kms: not an object identifier: " + dotted);
    }
    long[] arcs = Arrays.stream(dotted.split("\\.")).mapToLong(Long::parseLong).toArray();
    if (arcs[0] > 2 || (arcs[0] < 2 && arcs[1] > 39)) {
      throw new IllegalArgumentException("embedded-kms: not an object identifier: " + dotted);
    }
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    writeArc(content, 40 * arcs[0] + arcs[1]); // the first two share one number
    for (int i = 2; i < arcs.length; i++) {
      writeArc(content, arcs[i]);
    }
    return value(OBJECT_IDENTIFIER, content.toByteArray());
  }

  /** Seven bits to an octet, most significant first. All octets but the last have the top bit. */
  private static void writeArc(ByteArrayOutputStream content, long arc) {
    int shift = 0;
    while (arc >>> shift > 0x7F) {
      shift += 7;
    }
    for (; shift > 0; shift -= 7) {
      content.write((int) (0x80 | (arc >>> shift & 0x7F)));
    }
    content.write((int) (arc & 0x7F));
  }

  /**
   * Writes a BIT STRING of whole octets.
   *
   * @param octets the bits
   * @return the encoding
   */
  public static byte[] bitString(byte[] octets) {
    return value(BIT_STRING, concatenation(new byte[1], octets));
  }

  /**
   * Writes a BIT STRING with named bits, whose trailing zeros DER removes.
   *
   * @param set the numbers of the bits that are 1; 0 is the first bit
   * @return the encoding
   */
  public static byte[] namedBits(int... set) {
    int bits = Arrays.stream(set).max().orElse(-1) + 1;
    byte[] content = new byte[1 + (bits + 7) / 8];
    content[0] = (byte) ((8 - bits % 8) % 8);
    for (int bit : set) {
      content[1 + bit / 8] |= (byte) (0x80 >>> bit % 8);
    }
    return value(BIT_STRING, content);
  }

  /**
   * Writes an OCTET STRING.
   *
   * @param octets any octets
   * @return the encoding
   */
  public static byte[] octetString(byte[] octets) {
    return value(OCTET_STRING, octets);
  }

  /**
   * Writes a UTF8String.
   *
   * @param string any string
   * @return the encoding
   */
  public static byte[] utf8String(String string) {
    return value(UTF8_STRING, string.getBytes(UTF_8));
  }

  /**
   * Writes a PrintableString.
   *
   * @param string ASCII letters, digits, blanks and {@code '()+,-./:=?}
   * @return the encoding
   * @throws IllegalArgumentException if it has another character
   */
  public static byte[] printableString(String string) {
    if (!PRINTABLE.matcher(string).matches()) {
      throw new IllegalArgumentException("embedded-kms: not a PrintableString: " + string);
    }
    return value(PRINTABLE_STRING, string.getBytes(US_ASCII));
  }

  /**
   * Writes a time as certificates have it: UTCTime in the years 1950 to 2049, else GeneralizedTime.
   *
   * @param instant in the years 0 to 9999; a fraction of a second is dropped
   * @return the encoding
   * @throws IllegalArgumentException if it is in another year
   */
  public static byte[] time(Instant instant) {
    ZonedDateTime time = instant.atZone(ZoneOffset.UTC);
    int year = time.getYear();
    if (year < 0 || year > 9999) {
      throw new IllegalArgumentException("embedded-kms: not in the years 0 to 9999: " + instant);
    }
    return year >= 1950 && year < 2050
        ? value(UTC_TIME, UTC_TIME_FORMAT.format(time).getBytes(US_ASCII))
        : value(GENERALIZED_TIME, GENERALIZED_TIME_FORMAT.format(time).getBytes(US_ASCII));
  }

  /**
   * Writes a value with an explicit context-specific tag.
   *
   * @param number the tag number, 0 to 30
   * @param value a complete value
   * @return the encoding
   * @throws IllegalArgumentException if the number is outside these bounds
   */
  public static byte[] explicit(int number, byte[] value) {
    return value(CONTEXT | CONSTRUCTED | tagNumber(number), value);
  }

  /**
   * Writes a primitive value with an implicit context-specific tag, which replaces its own tag.
   *
   * @param number the tag number, 0 to 30
   * @param content the content of the value, without its tag and length
   * @return the encoding
   * @throws IllegalArgumentException if the number is outside these bounds
   */
  public static byte[] implicit(int number, byte[] content) {
    return value(CONTEXT | tagNumber(number), content);
  }

  /**
   * Writes a constructed value, a SEQUENCE for example, with an implicit context-specific tag.
   *
   * @param number the tag number, 0 to 30
   * @param values complete values, the content
   * @return the encoding
   * @throws IllegalArgumentException if the number is outside these bounds
   */
  public static byte[] implicitSequence(int number, byte[]... values) {
    return value(CONTEXT | CONSTRUCTED | tagNumber(number), concatenation(values));
  }

  private static int tagNumber(int number) {
    if (number < 0 || number > LARGEST_TAG_NUMBER) {
      throw new IllegalArgumentException("embedded-kms: not a tag number of 0 to 30: " + number);
    }
    return number;
  }

  private static byte[] value(int tag, byte[] content) {
    ByteArrayOutputStream value = new ByteArrayOutputStream(content.length + 6);
    value.write(tag);
    writeLength(value, content.length);
    value.writeBytes(content);
    return value.toByteArray();
  }

  /** One octet up to 127. Beyond that, the number of octets that follow, and the length in them. */
  private static void writeLength(ByteArrayOutputStream value, int length) {
    if (length < 0x80) {
      value.write(length);
      return;
    }
    int octets = (Integer.SIZE - Integer.numberOfLeadingZeros(length) + 7) / 8;
    value.write(0x80 | octets);
    for (int shift = 8 * (octets - 1); shift >= 0; shift -= 8) {
      value.write(length >>> shift);
    }
  }

  private static byte[] concatenation(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }
}
