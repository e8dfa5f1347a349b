package io.github.embeddedkms.endpoint;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;

/** A server of the JDK's TLS on all addresses. It responds {@code ok} to every HTTP request. */
final class TlsServer implements AutoCloseable {

  private final SSLServerSocket listening;
  private final ExecutorService threads = Executors.newCachedThreadPool();

  TlsServer(SSLContext context) throws IOException {
    listening =
        (SSLServerSocket)
            context.getServerSocketFactory().createServerSocket(0, 50, InetAddress.getByName("::"));
    threads.execute(this::accept);
  }

  int port() {
    return listening.getLocalPort();
  }

  private void accept() {
    while (true) {
      try {
        SSLSocket socket = (SSLSocket) listening.accept();
        threads.execute(() -> respond(socket));
      } catch (IOException e) {
        return; // closed
      }
    }
  }

  private static void respond(SSLSocket socket) {
    try (socket) {
      BufferedReader in =
          new BufferedReader(new InputStreamReader(socket.getInputStream(), US_ASCII));
      String line = in.readLine();
      while (line != null && !line.isEmpty()) {
        line = in.readLine();
      }
      socket
          .getOutputStream()
          .write(
              "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok"
                  .getBytes(US_ASCII));
    } catch (IOException e) {
      // The client did not trust this server.
    }
  }

  @Override
  public void close() throws IOException {
    listening.close();
    threads.shutdownNow();
  }
}
