package io.github.embeddedkms.x509;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DerTest {

  private static String hex(byte[] der) {
    return HexFormat.of().formatHex(der);
  }

  private static byte[] octets(String hex) {
    return HexFormat.of().parseHex(hex);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 020100",
    "127, 02017f",
    "128, 02020080",
    "256, 02020100",
    "-1, 0201ff",
    "-128, 020180",
    "-129, 0202ff7f"
  })
  void integer_isAsShortAsPossible(long value, String expected) {
    assertThat(hex(Der.integer(value))).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({"0, 0400", "127, 047f", "128, 048180", "255, 0481ff", "256, 04820100"})
  void octetString_lengthIsAsShortAsPossible(int length, String tagAndLength) {
    assertThat(hex(Der.octetString(new byte[length])))
        .isEqualTo(tagAndLength + "00".repeat(length));
  }

  @ParameterizedTest
  @CsvSource({
    "1.2.840.10045.4.3.2, 06082a8648ce3d040302",
    "2.5.29.17, 0603551d11",
    "2.999.3, 0603883703", // X.690, 8.19.5
    "0.0, 060100",
    "1.39, 06014f"
  })
  void oid_isEncoded(String dotted, String expected) {
    assertThat(hex(Der.oid(dotted))).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "1", "3.1", "0.40", "1.40", "1..2", "1.2.", ".1.2", "1.02", "a.b"})
  void oid_notAnIdentifier_isRefused(String dotted) {
    assertThatThrownBy(() -> Der.oid(dotted))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("embedded-kms: not an object identifier: " + dotted);
  }

  @Test
  void bool_isOneOctetOfOnesOrZeros() {
    assertThat(hex(Der.bool(true))).isEqualTo("0101ff");
    assertThat(hex(Der.bool(false))).isEqualTo("010100");
  }

  @Test
  void bitString_hasNoUnusedBits() {
    assertThat(hex(Der.bitString(octets("0a0b")))).isEqualTo("0303000a0b");
  }

  @Test
  void namedBits_trailingZerosAreRemoved() {
    assertThat(hex(Der.namedBits())).isEqualTo("030100");
    assertThat(hex(Der.namedBits(0))).isEqualTo("03020780");
    assertThat(hex(Der.namedBits(5, 6))).isEqualTo("03020106");
    assertThat(hex(Der.namedBits(7))).isEqualTo("03020001");
    assertThat(hex(Der.namedBits(0, 8))).isEqualTo("0303078080");
  }

  @Test
  void setOf_isSortedByEncoding() {
    byte[] set = Der.setOf(Der.integer(200), Der.integer(3), Der.bool(true));
    assertThat(hex(set)).isEqualTo("310a" + "0101ff" + "020103" + "020200c8");
  }

  @Test
  void sequence_keepsOrder() {
    assertThat(hex(Der.sequence(Der.integer(3), Der.bool(true))))
        .isEqualTo("3006" + "020103" + "0101ff");
  }

  @Test
  void strings_haveTheirTags() {
    assertThat(hex(Der.utf8String("é"))).isEqualTo("0c02c3a9");
    assertThat(hex(Der.printableString("a B9?"))).isEqualTo("1305" + "612042393f");
    assertThatThrownBy(() -> Der.printableString("a@b"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("embedded-kms: not a PrintableString: a@b");
  }

  @ParameterizedTest
  @CsvSource({
    "1949-12-31T23:59:59Z, 18, 19491231235959Z",
    "1950-01-01T00:00:00Z, 17, 500101000000Z",
    "2026-02-03T04:05:06.999Z, 17, 260203040506Z",
    "2049-12-31T23:59:59Z, 17, 491231235959Z",
    "2050-01-01T00:00:00Z, 18, 20500101000000Z"
  })
  void time_isUtcTimeUntil2049(Instant instant, String tag, String expected) {
    byte[] der = Der.time(instant);
    assertThat(hex(der)).startsWith(tag + HexFormat.of().toHexDigits((byte) expected.length()));
    assertThat(new String(der, 2, der.length - 2, US_ASCII)).isEqualTo(expected);
  }

  @Test
  void time_yearOfFiveDigits_isRefused() {
    Instant instant = Instant.parse("+10000-01-01T00:00:00Z");
    assertThatThrownBy(() -> Der.time(instant))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("embedded-kms: not in the years 0 to 9999: +10000-01-01T00:00:00Z");
  }

  @Test
  void contextTags_areExplicitOrImplicit() {
    assertThat(hex(Der.explicit(3, Der.bool(true)))).isEqualTo("a303" + "0101ff");
    assertThat(hex(Der.implicit(7, octets("7f000001")))).isEqualTo("87047f000001");
    assertThat(hex(Der.implicitSequence(1, Der.integer(1)))).isEqualTo("a103" + "020101");
    assertThatThrownBy(() -> Der.implicit(31, new byte[0]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("embedded-kms: not a tag number of 0 to 30: 31");
  }
}
