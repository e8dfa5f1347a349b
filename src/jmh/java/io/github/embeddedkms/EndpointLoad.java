package io.github.embeddedkms;

import com.sun.net.httpserver.HttpServer;
import io.github.embeddedkms.endpoint.KmsEndpoint;
import io.github.embeddedkms.local.LocalKeyProvider;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * Puts the endpoint under load from another process: GenerateDataKey over several persistent
 * connections, compared with the same requests to an empty handler of the JDK's server. Each side
 * runs for ten seconds in turn, after a warm-up of ten seconds. Prints the requests per second and
 * their ratio, and fails if the status of any response is not 200.
 */
public final class EndpointLoad {

  private static final int CONNECTIONS = 8;
  private static final int SECONDS = 10;
  private static final int ROUNDS = 3;

  private EndpointLoad() {}

  /** Without arguments, runs the load; with one argument, the server of that name. */
  public static void main(String[] arguments) throws Exception {
    if (arguments.length == 0) {
      load();
    } else if (arguments[0].equals("endpoint")) {
      LocalKeyProvider provider = LocalKeyProvider.inMemory();
      String keyId = provider.createKey(key -> {}).keyMetadata().keyId();
      provider.createAlias(alias -> alias.aliasName("alias/load").targetKeyId(keyId));
      announce(KmsEndpoint.start(provider).url());
    } else {
      System.setProperty("sun.net.httpserver.nodelay", "true");
      HttpServer server =
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      server.setExecutor(Executors.newFixedThreadPool(64));
      byte[] response = "{}".getBytes(StandardCharsets.UTF_8);
      server.createContext(
          "/",
          exchange -> {
            exchange.getRequestBody().readAllBytes();
            exchange.sendResponseHeaders(200, response.length);
            exchange.getResponseBody().write(response);
            exchange.close();
          });
      server.start();
      announce(URI.create("http://127.0.0.1:" + server.getAddress().getPort()));
    }
  }

  private static void announce(URI url) {
    System.out.println(url);
    System.out.flush();
  }

  private static void load() throws Exception {
    Process endpoint = server("endpoint");
    Process empty = server("empty");
    try {
      URI endpointUrl = urlOf(endpoint);
      URI emptyUrl = urlOf(empty);
      drive(endpointUrl);
      drive(emptyUrl);
      for (int round = 0; round < ROUNDS; round++) {
        long ours = drive(endpointUrl) / SECONDS;
        long floor = drive(emptyUrl) / SECONDS;
        System.out.printf(
            Locale.ROOT,
            "endpoint %,d/s, empty handler %,d/s, ratio %.2f%n",
            ours,
            floor,
            (double) ours / floor);
      }
    } finally {
      endpoint.destroy();
      empty.destroy();
    }
  }

  private static Process server(String name) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            EndpointLoad.class.getName(),
            name)
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  private static URI urlOf(Process server) throws IOException {
    return URI.create(server.inputReader(StandardCharsets.UTF_8).readLine());
  }

  private static long drive(URI url) throws Exception {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
    ExecutorService connections = Executors.newFixedThreadPool(CONNECTIONS);
    try {
      List<Callable<Long>> each = new ArrayList<>();
      for (int i = 0; i < CONNECTIONS; i++) {
        each.add(() -> driveOne(url, end));
      }
      long responses = 0;
      for (Future<Long> one : connections.invokeAll(each)) {
        responses += one.get();
      }
      return responses;
    } finally {
      connections.shutdown();
    }
  }

  private static long driveOne(URI url, long end) throws IOException {
    String body = "{\"KeyId\":\"alias/load\",\"KeySpec\":\"AES_256\"}";
    byte[] request =
        ("POST / HTTP/1.1\r\nHost: "
                + url.getAuthority()
                + "\r\nX-Amz-Target: TrentService.GenerateDataKey\r\n"
                + "Content-Type: application/x-amz-json-1.1\r\nContent-Length: "
                + body.length()
                + "\r\n\r\n"
                + body)
            .getBytes(StandardCharsets.US_ASCII);
    try (Socket socket = new Socket(url.getHost(), url.getPort())) {
      socket.setTcpNoDelay(true);
      InputStream in = new BufferedInputStream(socket.getInputStream());
      long responses = 0;
      while (System.nanoTime() < end) {
        socket.getOutputStream().write(request);
        String status = line(in);
        if (!status.startsWith("HTTP/1.1 200")) {
          throw new IOException("the response was " + status);
        }
        in.skipNBytes(headersThenLength(in));
        responses++;
      }
      return responses;
    }
  }

  private static long headersThenLength(InputStream in) throws IOException {
    long length = 0;
    for (String header = line(in); !header.isEmpty(); header = line(in)) {
      if (header.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
        length = Long.parseLong(header.substring(header.indexOf(':') + 1).trim());
      }
    }
    return length;
  }

  private static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0) {
        throw new IOException("the connection was closed");
      }
      if (c != '\r') {
        line.append((char) c);
      }
    }
    return line.toString();
  }
}
