package io.github.embeddedkms.cli.client;

import java.net.MalformedURLException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The address of a service: a scheme, a host and a port.
 *
 * @param url with the path {@code /}
 */
record EndpointAddress(URL url) {

  /**
   * Reads the value of {@code --endpoint-url}.
   *
   * @throws IllegalArgumentException if it is not a URL of a host alone; the message does not quote
   *     it, because it may contain a password
   */
  static EndpointAddress of(String text) {
    try {
      URI uri = new URI(text);
      if (!isHostAlone(uri)) {
        throw notAnAddress();
      }
      return new EndpointAddress(
          new URI(
                  lower(uri.getScheme()),
                  null,
                  lower(uri.getHost()),
                  uri.getPort(),
                  "/",
                  null,
                  null)
              .toURL());
    } catch (URISyntaxException | MalformedURLException e) {
      throw notAnAddress();
    }
  }

  private static IllegalArgumentException notAnAddress() {
    return new IllegalArgumentException(
        "--endpoint-url takes https://HOST, http://HOST, or either with :PORT");
  }

  private static boolean isHostAlone(URI uri) {
    String scheme = lower(uri.getScheme());
    return (scheme.equals("https") || scheme.equals("http"))
        && uri.getHost() != null
        && uri.getPort() <= 65_535
        && uri.getPort() != 0
        && uri.getRawUserInfo() == null
        && uri.getRawQuery() == null
        && uri.getRawFragment() == null
        && (uri.getRawPath().isEmpty() || uri.getRawPath().equals("/"));
  }

  private static String lower(@Nullable String text) {
    return text == null ? "" : text.toLowerCase(Locale.ROOT);
  }

  /** Whether the requests are sent over TLS. */
  boolean isEncrypted() {
    return url.getProtocol().equals("https");
  }

  /** The value of the header {@code Host}, without the port if it is the default one. */
  String hostHeader() {
    return url.getPort() < 0 || url.getPort() == url.getDefaultPort()
        ? url.getHost()
        : url.getHost() + ":" + url.getPort();
  }

  /** For messages. */
  @Override
  public String toString() {
    return url.getProtocol() + "://" + hostHeader();
  }
}
