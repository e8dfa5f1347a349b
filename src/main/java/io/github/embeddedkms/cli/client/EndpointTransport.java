package io.github.embeddedkms.cli.client;

import io.github.embeddedkms.cli.terminal.CommandLineException;
import io.github.embeddedkms.signature.RequestSigner;
import io.github.embeddedkms.wire.Transport;
import io.github.embeddedkms.wire.WireResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * Carries requests to an endpoint, each over a connection of its own: by the JDK's {@link
 * HttpURLConnection}, on the calling thread. A request is sent once; redirects are not followed,
 * because the signature is for one host.
 */
final class EndpointTransport implements Transport, AutoCloseable {

  /** Far more than any response of the service. */
  static final int MAX_RESPONSE_BYTES = 8 << 20;

  private static final int BUFFER = 8192;

  private static final String CUT_OFF = "the connection was closed before the end of the response";

  static {
    // A connection that is kept is watched by a thread of the JDK. Read once, by the JDK's client.
    if (System.getProperty("http.keepAlive") == null) {
      System.setProperty("http.keepAlive", "false");
    }
  }

  /**
   * How long to wait.
   *
   * @param connect for a connection
   * @param read for the next bytes of the response
   * @param all for the request and the whole response, which the JDK does not limit
   */
  record Limits(Duration connect, Duration read, Duration all) {
    static final Limits DEFAULT =
        new Limits(Duration.ofSeconds(10), Duration.ofSeconds(60), Duration.ofSeconds(120));
  }

  private final EndpointAddress address;
  private final @Nullable RequestSigner signer;
  private final Limits limits;
  private final @Nullable SSLSocketFactory trusted;

  /**
   * Creates a transport.
   *
   * @param signer signs the requests, or null to send them unsigned; {@link #close()} closes it
   * @param trusted the sockets for {@code https}, or null for those with the JDK's trust
   */
  EndpointTransport(
      EndpointAddress address,
      @Nullable RequestSigner signer,
      Limits limits,
      @Nullable SSLSocketFactory trusted) {
    this.address = address;
    this.signer = signer;
    this.limits = limits;
    this.trusted = trusted;
  }

  @Override
  public WireResponse send(String target, byte[] body) {
    HttpURLConnection connection = null;
    Thread limiter = null;
    try {
      connection = connect(target, body);
      limiter = limit(connection);
      try (OutputStream out = connection.getOutputStream()) {
        out.write(body);
      }
      int status = connection.getResponseCode();
      if (status < 0) {
        throw failed("it does not respond with HTTP");
      }
      requireSuccessOfKms(status, connection);
      return new WireResponse(status, read(connection), null);
    } catch (IOException e) {
      throw failed(reason(e));
    } finally {
      if (limiter != null) {
        limiter.interrupt();
      }
      if (connection != null) {
        connection.disconnect();
      }
    }
  }

  /**
   * Closes the connection after the limit for all. The JDK limits each read only: a server that
   * sends its headers byte by byte, or does not read, would keep the command for ever.
   */
  private Thread limit(HttpURLConnection connection) {
    Thread limiter =
        new Thread(
            () -> {
              try {
                Thread.sleep(limits.all.toMillis());
                connection.disconnect();
              } catch (InterruptedException e) {
                // The exchange has ended.
              }
            },
            "embedded-kms request limit");
    limiter.setDaemon(true);
    limiter.start();
    return limiter;
  }

  /**
   * Operations without output have an empty body, which any server can send. The service sends its
   * content type and a request id with every response.
   */
  private void requireSuccessOfKms(int status, HttpURLConnection connection) {
    if (status == HttpURLConnection.HTTP_OK
        && !WireResponse.CONTENT_TYPE.equals(connection.getContentType())
        && connection.getHeaderField("x-amzn-RequestId") == null) {
      throw CommandLineException.failure(
          "the response from " + address + " is not one of AWS KMS: it has no request id");
    }
  }

  private HttpURLConnection connect(String target, byte[] body) throws IOException {
    HttpURLConnection connection = (HttpURLConnection) address.url().openConnection();
    if (trusted != null && connection instanceof HttpsURLConnection encrypted) {
      encrypted.setSSLSocketFactory(trusted);
    }
    connection.setConnectTimeout((int) limits.connect.toMillis());
    connection.setReadTimeout((int) limits.read.toMillis());
    connection.setInstanceFollowRedirects(false);
    connection.setUseCaches(false);
    connection.setAllowUserInteraction(false);
    connection.setRequestMethod("POST");
    connection.setDoOutput(true);
    // Without a buffer the JDK cannot send the request again: an operation could happen twice.
    connection.setFixedLengthStreamingMode(body.length);
    connection.setRequestProperty("Connection", "close");
    connection.setRequestProperty("Accept", WireResponse.CONTENT_TYPE);
    Map<String, String> signed =
        Map.of(
            "Host",
            address.hostHeader(),
            "Content-Type",
            WireResponse.CONTENT_TYPE,
            "X-Amz-Target",
            target);
    signed.forEach(connection::setRequestProperty);
    if (signer != null) {
      signer.sign("POST", signed, body).forEach(connection::setRequestProperty);
    }
    return connection;
  }

  private byte[] read(HttpURLConnection connection) throws IOException {
    try (InputStream in = bodyOf(connection)) {
      byte[] body = in == null ? new byte[0] : readAll(in);
      // Before version 25 the JDK does not report a body that is shorter than announced. It drops
      // that of a 401.
      if (connection.getResponseCode() == HttpURLConnection.HTTP_OK
          && connection.getContentLengthLong() > body.length) {
        Arrays.fill(body, (byte) 0);
        throw failed(CUT_OFF);
      }
      return body;
    }
  }

  private static @Nullable InputStream bodyOf(HttpURLConnection connection) throws IOException {
    return connection.getResponseCode() < HttpURLConnection.HTTP_BAD_REQUEST
        ? connection.getInputStream()
        : connection.getErrorStream();
  }

  private byte[] readAll(InputStream in) throws IOException {
    long end = System.nanoTime() + limits.read.toNanos();
    byte[] bytes = new byte[BUFFER];
    int length = 0;
    try {
      while (true) {
        int part = in.read(bytes, length, bytes.length - length);
        if (part < 0) {
          return Arrays.copyOf(bytes, length);
        }
        length += part;
        if (length > MAX_RESPONSE_BYTES) {
          throw CommandLineException.failure(
              "the response from " + address + " is longer than 8 MiB");
        }
        // A response that comes byte by byte meets the limit of each read, and never ends.
        if (System.nanoTime() - end > 0) {
          throw new SocketTimeoutException();
        }
        if (length == bytes.length) {
          bytes = grown(bytes);
        }
      }
    } finally {
      // There may be a data key in it.
      Arrays.fill(bytes, (byte) 0);
    }
  }

  private static byte[] grown(byte[] bytes) {
    byte[] grown = Arrays.copyOf(bytes, bytes.length * 2);
    Arrays.fill(bytes, (byte) 0);
    return grown;
  }

  private CommandLineException failed(String reason) {
    return CommandLineException.failure("no response from " + address + ": " + reason);
  }

  private String reason(IOException e) {
    if (e instanceof UnknownHostException) {
      return "unknown host";
    }
    if (e instanceof SocketTimeoutException) {
      return "it took longer than the time limit ("
          + limits.connect.toSeconds()
          + " seconds to connect, "
          + limits.read.toSeconds()
          + " to respond)";
    }
    String message = String.valueOf(e.getMessage());
    if (message.equals("Premature EOF")) {
      return CUT_OFF;
    }
    return e instanceof SSLException failure ? "TLS failed: " + TlsTrust.reason(failure) : message;
  }

  /** Wipes the credentials. */
  @Override
  public void close() {
    if (signer != null) {
      signer.close();
    }
  }
}
