package io.github.embeddedkms;

import com.sun.net.httpserver.HttpServer;
import io.github.embeddedkms.endpoint.KmsEndpoint;
import io.github.embeddedkms.local.LocalKeyProvider;
import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
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
 * connections, compared with the same requests to an empty handler of the JDK's server, and with
 * requests to a path that the endpoint refuses, which is an empty handler of its own server. Each
 * side runs for ten seconds in turn, after a warm-up of ten seconds. Prints the requests per second
 * and their ratios, and fails if any status is not the expected one.
 *
 * <p>With the arguments {@code hostile 60} it runs {@link HostileLoad} for 60 seconds each.
 */
public final class EndpointLoad {

  private static final int CONNECTIONS = 8;
  static final int SECONDS = 10;
  private static final int ROUNDS = 3;

  private EndpointLoad() {}

  /** Without arguments, compares; {@code hostile SECONDS}; or runs the server of that name. */
  public static void main(String[] arguments) throws Exception {
    if (arguments.length == 0) {
      compare();
    } else if (arguments[0].equals("hostile")) {
      HostileLoad.run(Integer.parseInt(arguments[1]));
    } else if (arguments[0].equals("endpoint")) {
      LocalKeyProvider provider = LocalKeyProvider.inMemory();
      String keyId = provider.createKey(key -> {}).keyMetadata().keyId();
      provider.createAlias(alias -> alias.aliasName("alias/load").targetKeyId(keyId));
      serve(
          KmsEndpoint.builder(provider)
              .failureListener((operation, failure) -> failure.printStackTrace())
              .start()
              .url());
    } else {
      serve(emptyHandlerOfTheJdk());
    }
  }

  private static URI emptyHandlerOfTheJdk() throws IOException {
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
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  /** Prints the URL, and then the state of the process for each line of input. */
  private static void serve(URI url) throws IOException {
    System.out.println(url);
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    while (in.readLine() != null) {
      System.gc();
      var memory = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage();
      String[] descriptors = Path.of("/proc/self/fd").toFile().list();
      System.out.printf(
          Locale.ROOT,
          "%d threads, %d descriptors, %.1f MiB of heap%n",
          Thread.activeCount(),
          descriptors == null ? -1 : descriptors.length,
          memory.getUsed() / (double) (1 << 20));
    }
    System.exit(0);
  }

  /** A server in another process. */
  static final class Server implements AutoCloseable {

    private final Process process;
    private final BufferedReader out;
    private final URI url;

    private Server(Process process) throws IOException {
      this.process = process;
      this.out = process.inputReader(StandardCharsets.UTF_8);
      this.url = URI.create(out.readLine());
    }

    URI url() {
      return url;
    }

    /** Returns its threads, descriptors and heap, after a garbage collection. */
    String state() throws IOException {
      process.outputWriter(StandardCharsets.UTF_8).append('\n').flush();
      return out.readLine();
    }

    @Override
    public void close() {
      process.destroy();
    }
  }

  static Server start(String name, String... jvmOptions) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(jvmOptions));
    command.addAll(
        List.of("-cp", System.getProperty("java.class.path"), EndpointLoad.class.getName(), name));
    return new Server(
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start());
  }

  private static void compare() throws Exception {
    try (Server endpoint = start("endpoint");
        Server empty = start("empty")) {
      drive(endpoint.url(), "/", 200);
      drive(endpoint.url(), "/empty", 404);
      drive(empty.url(), "/", 200);
      for (int round = 0; round < ROUNDS; round++) {
        long ours = drive(endpoint.url(), "/", 200) / SECONDS;
        long own = drive(endpoint.url(), "/empty", 404) / SECONDS;
        long jdk = drive(empty.url(), "/", 200) / SECONDS;
        System.out.printf(
            Locale.ROOT,
            "endpoint %,d/s; its empty handler %,d/s, ratio %.2f; the JDK's %,d/s, ratio %.2f%n",
            ours,
            own,
            (double) ours / own,
            jdk,
            (double) ours / jdk);
      }
    }
  }

  static long drive(URI url, String path, int status) throws Exception {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
    ExecutorService connections = Executors.newFixedThreadPool(CONNECTIONS);
    try {
      List<Callable<Long>> each = new ArrayList<>();
      for (int i = 0; i < CONNECTIONS; i++) {
        each.add(() -> driveOne(url, path, status, end));
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

  private static long driveOne(URI url, String path, int expected, long end) throws IOException {
    String body = "{\"KeyId\":\"alias/load\",\"KeySpec\":\"AES_256\"}";
    byte[] request =
        ("POST "
                + path
                + " HTTP/1.1\r\nHost: "
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
        if (!status.startsWith("HTTP/1.1 " + expected)) {
          throw new IOException("the response was " + status);
        }
        in.skipNBytes(headersThenLength(in));
        responses++;
      }
      return responses;
    }
  }

  static long headersThenLength(InputStream in) throws IOException {
    long length = 0;
    for (String header = line(in); !header.isEmpty(); header = line(in)) {
      if (header.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
        length = Long.parseLong(header.substring(header.indexOf(':') + 1).trim());
      }
    }
    return length;
  }

  static String line(InputStream in) throws IOException {
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
