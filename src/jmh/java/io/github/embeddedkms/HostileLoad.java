package io.github.embeddedkms;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/**
 * Puts an endpoint with a heap of 128 MiB under load by clients of one hostile kind at a time, and
 * measures ordinary calls meanwhile: one GenerateDataKey after the other, every second one on a new
 * connection. Prints their number, the longest and the failed ones, what the hostile clients
 * received, and the threads, descriptors and heap of the server before and after.
 */
final class HostileLoad {

  /** One hostile client: one connection from its beginning to its end. */
  private interface Client {
    void run(Socket socket, Random random) throws Exception;
  }

  private static final byte[] ORDINARY =
      request("GenerateDataKey", "{\"KeyId\":\"alias/load\",\"KeySpec\":\"AES_256\"}");

  private final EndpointLoad.Server server;
  private final URI url;
  private final int seconds;
  private volatile boolean running;

  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();

  /** What the hostile clients received: statuses, or the ends of their connections. */
  private final Map<String, LongAdder> received = new ConcurrentHashMap<>();

  private HostileLoad(EndpointLoad.Server server, int seconds) {
    this.server = server;
    this.url = server.url();
    this.seconds = seconds;
  }

  static void run(int seconds) throws Exception {
    try (EndpointLoad.Server server = EndpointLoad.start("endpoint", "-Xmx128m")) {
      HostileLoad load = new HostileLoad(server, seconds);
      load.scenario("warm-up", 0, (socket, random) -> {});
      load.scenario("500 idle", 500, HostileLoad::idle);
      load.scenario("200 dripping", 200, HostileLoad::dripping);
      load.scenario("64 that never read", 64, HostileLoad::neverReading);
      load.scenario("8 x 1 MiB of violations", 8, load::violating);
      load.scenario("8 that reset", 8, HostileLoad::resetting);
      load.scenario("afterwards", 0, (socket, random) -> {});
    }
  }

  private void scenario(String name, int clients, Client client) throws Exception {
    String before = server.state();
    received.clear();
    sockets.clear();
    running = true;
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < clients; i++) {
      int seed = i;
      Thread thread = new Thread(null, () -> repeat(client, new Random(seed)), "hostile", 1 << 18);
      thread.setDaemon(true);
      threads.add(thread);
      thread.start();
    }
    String ordinary = ordinaryCalls();
    running = false;
    for (Thread thread : threads) {
      thread.interrupt();
    }
    for (Socket socket : sockets) {
      socket.close();
    }
    for (Thread thread : threads) {
      thread.join(TimeUnit.SECONDS.toMillis(5));
    }
    System.out.printf("%s: %s%n  received: %s%n", name, ordinary, new TreeMap<>(received));
    System.out.printf("  before: %s%n  after:  %s%n", before, server.state());
  }

  private void repeat(Client client, Random random) {
    while (running) {
      try (Socket socket = new Socket(url.getHost(), url.getPort())) {
        sockets.add(socket);
        client.run(socket, random);
        sockets.remove(socket);
        count("ended");
      } catch (InterruptedException e) {
        return;
      } catch (Exception e) {
        if (running) {
          count(e.getClass().getSimpleName());
        }
      }
    }
  }

  private void count(String what) {
    received.computeIfAbsent(what, name -> new LongAdder()).increment();
  }

  private String ordinaryCalls() throws Exception {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    List<Long> nanos = new ArrayList<>();
    Map<String, Integer> failures = new TreeMap<>();
    Socket kept = new Socket(url.getHost(), url.getPort());
    while (System.nanoTime() < end) {
      boolean isNew = nanos.size() % 2 == 0;
      long before = System.nanoTime();
      try {
        Socket socket = isNew ? new Socket(url.getHost(), url.getPort()) : kept;
        String status = exchange(socket, ORDINARY);
        if (!status.equals("200")) {
          failures.merge(status, 1, Integer::sum);
        }
        if (isNew) {
          socket.close();
        }
      } catch (IOException e) {
        failures.merge(e.toString(), 1, Integer::sum);
        kept.close();
        kept = new Socket(url.getHost(), url.getPort());
      }
      nanos.add(System.nanoTime() - before);
      Thread.sleep(2);
    }
    kept.close();
    nanos.sort(null);
    return String.format(
        Locale.ROOT,
        "%,d ordinary calls, median %.1f ms, 99 %% %.1f ms, longest %.1f ms, failed %s",
        nanos.size(),
        nanos.get(nanos.size() / 2) / 1e6,
        nanos.get(nanos.size() * 99 / 100) / 1e6,
        nanos.get(nanos.size() - 1) / 1e6,
        failures);
  }

  private static void idle(Socket socket, Random random) throws Exception {
    if (random.nextBoolean()) {
      exchange(socket, ORDINARY);
    }
    while (socket.getInputStream().read() >= 0) {
      // Waits until the server closes it.
    }
  }

  private static void dripping(Socket socket, Random random) throws Exception {
    byte[] request = random.nextBoolean() ? ORDINARY : request("Encrypt", "a".repeat(1 << 20));
    // Half of them send nearly everything first.
    int begin = random.nextBoolean() ? 0 : request.length - 200;
    socket.getOutputStream().write(request, 0, Math.max(0, begin));
    for (int i = Math.max(0, begin); i < request.length; i++) {
      socket.getOutputStream().write(request[i]);
      Thread.sleep(100 + random.nextInt(400));
    }
  }

  private static void neverReading(Socket socket, Random random) throws Exception {
    socket.setReceiveBufferSize(4096);
    byte[] request =
        random.nextBoolean()
            ? request("CreateKey", "{\"Tags\":[" + "{},".repeat(100) + "{}]}")
            : request("DescribeKey", "{\"KeyId\":\"" + "a".repeat(500_000) + "\"}");
    while (true) {
      socket.getOutputStream().write(request);
    }
  }

  private void violating(Socket socket, Random random) throws Exception {
    String[][] lists = {
      {"CreateKey", "{\"Tags\":[", "{},"},
      {"Encrypt", "{\"GrantTokens\":[", "\"\","},
      {"Decrypt", "{\"DryRunModifiers\":[", "\"x\","}
    };
    String[] list = lists[random.nextInt(lists.length)];
    String body = list[1] + list[2].repeat(((1 << 20) - 40) / list[2].length()) + "null]}";
    byte[] request = request(list[0], body);
    while (running) {
      count(exchange(socket, request));
    }
  }

  private static void resetting(Socket socket, Random random) throws Exception {
    socket.setSoLinger(true, 0);
    socket.getOutputStream().write(ORDINARY, 0, random.nextInt(ORDINARY.length + 1));
    if (random.nextBoolean()) {
      Thread.sleep(random.nextInt(5));
    }
  }

  private static byte[] request(String operation, String body) {
    return ("POST / HTTP/1.1\r\nHost: localhost\r\nX-Amz-Target: TrentService."
            + operation
            + "\r\nContent-Type: application/x-amz-json-1.1\r\nContent-Length: "
            + body.length()
            + "\r\n\r\n"
            + body)
        .getBytes(ISO_8859_1);
  }

  /** Sends a request and returns the status of the response. */
  private static String exchange(Socket socket, byte[] request) throws IOException {
    socket.setSoTimeout(60_000);
    socket.getOutputStream().write(request);
    InputStream in = new BufferedInputStream(socket.getInputStream());
    String status = EndpointLoad.line(in);
    in.skipNBytes(EndpointLoad.headersThenLength(in));
    return status.split(" ", -1)[1];
  }
}
