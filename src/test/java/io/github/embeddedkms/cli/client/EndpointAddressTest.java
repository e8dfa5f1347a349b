package io.github.embeddedkms.cli.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EndpointAddressTest {

  @ParameterizedTest
  @CsvSource({
    "https://kms.eu-west-1.amazonaws.com, https://kms.eu-west-1.amazonaws.com/,"
        + " kms.eu-west-1.amazonaws.com",
    "https://KMS.example:443/, https://kms.example:443/, kms.example",
    "HTTP://localhost:4599, http://localhost:4599/, localhost:4599",
    "http://127.0.0.1:80, http://127.0.0.1:80/, 127.0.0.1",
    "http://[::1]:4599, http://[::1]:4599/, [::1]:4599",
  })
  void url_ofAHost_isRead(String text, String url, String host) {
    EndpointAddress address = EndpointAddress.of(text);
    assertThat(address.url()).hasToString(url);
    assertThat(address.hostHeader()).isEqualTo(host);
    assertThat(address).hasToString(address.url().getProtocol() + "://" + host);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "localhost",
        "localhost:4599",
        "//localhost",
        "ftp://localhost",
        "file:///etc/passwd",
        "jar:http://localhost!/",
        "http://",
        "http://:80",
        "http://user:secret@localhost",
        "http://localhost/path",
        "http://localhost/?secret",
        "http://localhost#secret",
        "http://localhost:0",
        "http://localhost:65536",
        "http://local host",
        "http://local_host",
        "http://localhost\r\nX: secret",
      })
  void text_thatIsNoUrlOfAHost_isRefused_andNotQuoted(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> EndpointAddress.of(text))
        .withMessage("--endpoint-url takes https://HOST, http://HOST, or either with :PORT");
  }
}
