package io.github.embeddedkms.x509;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HostNameTest {

  @ParameterizedTest
  @CsvSource({
    "localhost, localhost",
    "KMS.Example, kms.example",
    "kms.example., kms.example",
    "my-kms-1, my-kms-1",
    "4kms.2x, 4kms.2x",
    "bücher.example, xn--bcher-kva.example"
  })
  void of_name_isDnsNameInLowerCase(String name, String expected) {
    byte[] encoded = HostName.of(name).alternativeName();
    assertThat(encoded).isEqualTo(Der.implicit(2, expected.getBytes(US_ASCII)));
    assertThat(HostName.of(name).constraint()).isEqualTo(encoded);
  }

  @ParameterizedTest
  @CsvSource({
    "127.0.0.1, 7f000001",
    "255.255.255.255, ffffffff",
    "::1, 00000000000000000000000000000001",
    "[::1], 00000000000000000000000000000001",
    "2001:DB8::a, 20010db800000000000000000000000a",
    "::ffff:10.0.0.1, 0a000001"
  })
  void of_address_isItsOctets_andConstraintHasAFullMask(String address, String octets) {
    HostName name = HostName.of(address);
    assertThat(name.alternativeName()).isEqualTo(Der.implicit(7, HexFormat.of().parseHex(octets)));
    assertThat(name.constraint())
        .isEqualTo(
            Der.implicit(7, HexFormat.of().parseHex(octets + "ff".repeat(octets.length() / 2))));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ".",
        "a..b",
        ".a",
        "a..",
        "*.example",
        "a b",
        "my_kms",
        "-a",
        "a-",
        "kms:4599",
        "999.1.1.1",
        "1.2.3",
        "01.2.3.4",
        "1.2.3.4.",
        "kms.1",
        "0x7f000001",
        "2130706433",
        "fe80::1%eth0",
        "[::1]:4599",
        "1::2::3",
        ":",
        "evil.com#.localhost",
        "https://kms",
        "a\nb",
        "\uD800"
      })
  void of_neitherNameNorAddress_isRefused(String name) {
    assertThatThrownBy(() -> HostName.of(name))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "embedded-kms: a certificate needs host names or IP addresses, without a port or a"
                + " wildcard, not "
                + name);
  }

  @Test
  void of_longNames_areRefusedBeyondTheLimitsOfDns() {
    String label = "a".repeat(63);
    String longest = String.join(".", label, label, label, "a".repeat(61));
    assertThat(HostName.of(longest).isAddress()).isFalse();
    assertThatThrownBy(() -> HostName.of(longest + "a"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> HostName.of(label + "a")).isInstanceOf(IllegalArgumentException.class);
  }
}
