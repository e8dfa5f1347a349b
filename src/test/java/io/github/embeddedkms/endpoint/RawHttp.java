package io.github.embeddedkms.endpoint;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;

/** A client that sends bytes as they are. */
final class RawHttp implements AutoCloseable {

  private static final int TIMEOUT_MILLIS = 30_000;

  private final Socket socket;

  RawHttp(URI url) throws IOException {
    this(new Socket(url.getHost(), url.getPort()));
  }

  RawHttp(Socket socket) throws IOException {
    this.socket = socket;
    socket.setSoTimeout(TIMEOUT_MILLIS);
  }

  RawHttp send(String bytes) throws IOException {
    socket.getOutputStream().write(bytes.getBytes(ISO_8859_1));
    return this;
  }

  /** Returns one response with its body; the connection stays open. */
  String response() throws IOException {
    String head = head();
    return head + body(head);
  }

  /** Returns the head of a response, with the empty line. */
  String head() throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int next = socket.getInputStream().read();
      if (next < 0) {
        throw new EOFException("closed after: " + head);
      }
      head.append((char) next);
    }
    return head.toString();
  }

  private String body(String head) throws IOException {
    int begin = head.indexOf("Content-Length: ") + "Content-Length: ".length();
    int length = Integer.parseInt(head.substring(begin, head.indexOf("\r\n", begin)));
    byte[] body = socket.getInputStream().readNBytes(length);
    if (body.length < length) {
      throw new EOFException("closed in the body");
    }
    return new String(body, ISO_8859_1);
  }

  /** Returns what is received until the connection is closed by the server. */
  String rest() throws IOException {
    ByteArrayOutputStream rest = new ByteArrayOutputStream();
    InputStream in = socket.getInputStream();
    in.transferTo(rest);
    return rest.toString(ISO_8859_1);
  }

  /** As {@link #rest}, if the server may reset the connection instead of closing it. */
  String restOrReset() throws IOException {
    try {
      return rest();
    } catch (SocketException e) {
      return "";
    }
  }

  Socket socket() {
    return socket;
  }

  /** Replaces what differs each time. */
  static String masked(String response) {
    return response
        .replaceAll(
            "x-amzn-RequestId: [0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}",
            "x-amzn-RequestId: ID")
        .replaceAll(
            "Date: (Mon|Tue|Wed|Thu|Fri|Sat|Sun), \\d{2} [A-Z][a-z]{2} \\d{4} \\d\\d:\\d\\d:\\d\\d GMT",
            "Date: NOW");
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
