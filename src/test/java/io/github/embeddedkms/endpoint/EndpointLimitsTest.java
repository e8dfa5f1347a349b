package io.github.embeddedkms.endpoint;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.embeddedkms.Caller;
import io.github.embeddedkms.KmsClient;
import io.github.embeddedkms.KmsService;
import io.github.embeddedkms.local.LocalKeyProvider;
import io.github.embeddedkms.operation.KmsRequest;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Clients that are slow, greedy or gone, and what others notice of them. */
@Timeout(value = 1, unit = TimeUnit.MINUTES)
class EndpointLimitsTest {

  private static final String HEALTH = "GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n";
  private static final String LIST =
      "POST / HTTP/1.1\r\nHost: localhost\r\nX-Amz-Target: TrentService.ListKeys\r\n"
          + "Content-Length: 2\r\n\r\n{}";

  private static final String CONTINUE =
      LIST.replace("\r\n\r\n{}", "\r\nExpect: 100-continue\r\n\r\n");

  private final LocalKeyProvider provider = LocalKeyProvider.inMemory();
  private final List<RawHttp> clients = new ArrayList<>();

  @AfterEach
  void close() throws IOException {
    for (RawHttp client : clients) {
      client.close();
    }
    provider.close();
  }

  private RawHttp connect(KmsEndpoint endpoint) throws IOException {
    RawHttp client = new RawHttp(endpoint.url());
    clients.add(client);
    return client;
  }

  private static void assertOk(RawHttp client, String request) throws IOException {
    assertThat(client.send(request).response()).startsWith("HTTP/1.1 200 OK\r\n");
  }

  private static void assertRefused(String response, String status, String message) {
    assertThat(response)
        .startsWith("HTTP/1.1 " + status + "\r\n")
        .endsWith("\"message\":\"embedded-kms: " + message + "\"}");
  }

  @Test
  void request_drippingIn_isRefusedAfterTheTimeout() throws Exception {
    try (KmsEndpoint endpoint =
        KmsEndpoint.builder(provider).requestTimeout(Duration.ofMillis(300)).start()) {
      RawHttp client = connect(endpoint);
      Thread dripping =
          new Thread(
              () -> {
                try {
                  client.send("POST / HTTP/1.1\r\nHost: localhost\r\nX-A: ");
                  while (true) {
                    client.send("a");
                    Thread.sleep(50);
                  }
                } catch (IOException | InterruptedException e) {
                  // Closed.
                }
              });
      dripping.start();
      assertRefused(client.rest(), "408 Request Timeout", "the request took too long to arrive");
      client.close();
      dripping.join();
      RawHttp body = connect(endpoint);
      assertRefused(
          body.send(LIST.substring(0, LIST.length() - 1)).rest(),
          "408 Request Timeout",
          "the request took too long to arrive");
    }
  }

  @Test
  void connection_idle_isClosedAfterTheTimeout() throws IOException {
    try (KmsEndpoint endpoint =
        KmsEndpoint.builder(provider).idleTimeout(Duration.ofSeconds(1)).start()) {
      assertThat(connect(endpoint).rest()).isEmpty();
      RawHttp used = connect(endpoint);
      assertOk(used, LIST);
      assertThat(used.rest()).isEmpty();
    }
  }

  /** The response is longer than the buffers of both sockets. */
  @Test
  void response_thatIsNotRead_endsTheConnectionAfterTheTimeout() throws Exception {
    try (KmsEndpoint endpoint =
        KmsEndpoint.builder(provider)
            .maximumBodyBytes(16 << 20)
            .responseTimeout(Duration.ofMillis(300))
            .start()) {
      RawHttp deaf = sendUnreadResponse(endpoint, 15 << 20);
      while (threads("embedded-kms-endpoint-watchdog") == 0) {
        Thread.sleep(10);
      }
      // The thread ends some time after the only connection with a deadline was closed.
      while (threads("embedded-kms-endpoint-watchdog") > 0) {
        Thread.sleep(10);
      }
      assertThatExceptionOfType(IOException.class).isThrownBy(deaf::response);
      assertOk(connect(endpoint), LIST);
    }
  }

  private RawHttp sendUnreadResponse(KmsEndpoint endpoint, int length) throws IOException {
    RawHttp deaf = connect(endpoint);
    String body = "{\"KeyId\":\"" + "a".repeat(length) + "\"}";
    return deaf.send(describeKey(body));
  }

  /** Returns a request whose bytes are characters, as {@link RawHttp#send} takes them. */
  private static String describeKey(String body) {
    byte[] bytes = body.getBytes(UTF_8);
    return LIST.replace("ListKeys", "DescribeKey")
        .replace("Length: 2", "Length: " + bytes.length)
        .replace("{}", new String(bytes, ISO_8859_1));
  }

  @Test
  void clientsThatNeverRead_doNotDelayOthers() throws IOException {
    try (KmsEndpoint endpoint =
        KmsEndpoint.builder(provider).maximumConcurrentRequests(1).start()) {
      for (int i = 0; i < 64; i++) {
        // Each is answered until the buffers of the sockets are full.
        connect(endpoint).socket().setReceiveBufferSize(4096);
      }
      // The response is twice as long, since the value violates two constraints.
      String body = "{\"KeyId\":\"" + "\u00e4".repeat(30_000) + "\"}";
      String request = describeKey(body);
      for (RawHttp deaf : clients) {
        Thread sender =
            new Thread(
                () -> {
                  try {
                    while (true) {
                      deaf.send(request);
                    }
                  } catch (IOException e) {
                    // Closed at the end of the test.
                  }
                });
        sender.setDaemon(true);
        sender.start();
      }
      RawHttp ordinary = connect(endpoint);
      for (int i = 0; i < 30; i++) {
        assertOk(ordinary, LIST);
        assertOk(ordinary, HEALTH);
      }
      // Closing the endpoint would give them five seconds.
      for (RawHttp client : clients) {
        client.close();
      }
    }
  }

  @Test
  void largeRequests_unfinished_doNotDelaySmallOnes() throws IOException {
    try (KmsEndpoint endpoint =
        KmsEndpoint.builder(provider)
            .maximumBodyBytes(64 << 20)
            .waitTimeout(Duration.ofMillis(100))
            .start()) {
      // Enough to use all memory for large messages.
      List<RawHttp> large = new ArrayList<>();
      for (int i = 0; i < 64; i++) {
        RawHttp client = connect(endpoint);
        client.send(CONTINUE.replace("Length: 2", "Length: 67108864"));
        large.add(client);
      }
      assertOk(connect(endpoint), LIST);
      int refused = 0;
      for (RawHttp client : large) {
        String head = client.head();
        if (!head.startsWith("HTTP/1.1 100 Continue\r\n")) {
          assertThat(head).startsWith("HTTP/1.1 503 Service Unavailable\r\n");
          assertThat(client.rest())
              .endsWith("embedded-kms: too many large requests for the last 100 ms; try again\"}");
          refused++;
        }
      }
      assertThat(refused).isBetween(1, 63);
    }
  }

  @Test
  void connections_tooMany_getOnlyHealthChecks() throws IOException {
    for (boolean perPeer : new boolean[] {false, true}) {
      KmsEndpoint.Builder builder = KmsEndpoint.builder(provider);
      try (KmsEndpoint endpoint =
          (perPeer ? builder.maximumConnectionsPerPeer(2) : builder.maximumConnections(2))
              .start()) {
        List<RawHttp> unfinished = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
          // It waits for status 100, so the request has begun to arrive.
          RawHttp client = connect(endpoint).send(CONTINUE);
          assertThat(client.head()).isEqualTo("HTTP/1.1 100 Continue\r\n\r\n");
          unfinished.add(client);
        }
        assertRefused(
            connect(endpoint).send(LIST).rest(),
            "503 Service Unavailable",
            "too many connections; try again");
        RawHttp health = connect(endpoint).send(HEALTH);
        assertThat(health.rest()).startsWith("HTTP/1.1 200 OK\r\n").contains("Connection: close");
        // Beyond those for health checks too.
        boolean closed = false;
        while (!closed) {
          closed = isClosedAtOnce(connect(endpoint));
        }
        for (RawHttp client : unfinished) {
          assertOk(client, "{}");
        }
      }
    }
  }

  private static boolean isClosedAtOnce(RawHttp client) throws IOException {
    try {
      client.socket().setSoTimeout(20);
      return client.socket().getInputStream().read() < 0;
    } catch (SocketTimeoutException e) {
      return false;
    } catch (SocketException e) {
      return true;
    }
  }

  @Test
  void connections_idle_makeRoomForNewOnes() throws Exception {
    try (KmsEndpoint endpoint = KmsEndpoint.builder(provider).maximumConnections(3).start()) {
      List<RawHttp> idle = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        idle.add(connect(endpoint));
        assertOk(idle.get(i), LIST);
        awaitIdle(endpoint, i + 1);
      }
      assertOk(idle.get(0), LIST);
      awaitIdle(endpoint, 3);
      RawHttp further = connect(endpoint);
      assertOk(further, LIST);
      // The one that has been idle longest was closed.
      assertThat(idle.get(1).rest()).isEmpty();
      assertOk(idle.get(0), LIST);
      assertOk(idle.get(2), LIST);
    }
  }

  /** A client has its response a moment before its connection is idle. */
  private static void awaitIdle(KmsEndpoint endpoint, int count) throws InterruptedException {
    for (int i = 0; endpoint.server.connections().idleCount() < count && i < 2_000; i++) {
      Thread.sleep(10);
    }
    assertThat(endpoint.server.connections().idleCount()).isEqualTo(count);
  }

  /** Virtual threads would keep all processors until these requests end. */
  @Test
  void requestsThatComputeOnAllProcessors_doNotStopOthers() throws Exception {
    int computing = Runtime.getRuntime().availableProcessors();
    CountDownLatch ended = new CountDownLatch(1);
    AtomicInteger started = new AtomicInteger();
    KmsService service =
        serviceRunning(
            () -> {
              if (started.incrementAndGet() <= computing) {
                while (ended.getCount() > 0) {
                  Thread.onSpinWait();
                }
              }
            });
    try (KmsEndpoint endpoint =
        KmsEndpoint.builder(service).maximumConcurrentRequests(computing + 1).start()) {
      List<RawHttp> busy = new ArrayList<>();
      for (int i = 0; i < computing; i++) {
        busy.add(connect(endpoint).send(LIST));
      }
      try {
        while (started.get() < computing) {
          Thread.sleep(10);
        }
        assertOk(connect(endpoint), LIST);
        assertOk(connect(endpoint), HEALTH);
      } finally {
        ended.countDown();
      }
      for (RawHttp each : busy) {
        assertThat(each.response()).startsWith("HTTP/1.1 200 OK\r\n");
      }
    }
  }

  @Test
  void health_allPermitsTaken_isUnavailable_andRecovers() throws Exception {
    CountDownLatch arrived = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    KmsService slow =
        serviceRunning(
            () -> {
              arrived.countDown();
              release.await();
            });
    try (KmsEndpoint endpoint = KmsEndpoint.builder(slow).maximumConcurrentRequests(1).start()) {
      RawHttp first = connect(endpoint).send(LIST);
      arrived.await();
      RawHttp health = connect(endpoint);
      String unavailable = health.send(HEALTH).response();
      assertRefused(
          unavailable,
          "503 Service Unavailable",
          "no request could be processed for the last 2000 ms");
      release.countDown();
      assertThat(first.response()).startsWith("HTTP/1.1 200 OK\r\n");
      String response;
      do {
        response = health.send(HEALTH).response();
      } while (response.startsWith("HTTP/1.1 503"));
      assertThat(response).startsWith("HTTP/1.1 200 OK\r\n");
    }
  }

  @Test
  void health_failingStorage_isUnavailable() throws IOException {
    List<String> reported = new ArrayList<>();
    KmsService failing =
        serviceRunning(
            () -> {
              throw new IllegalStateException("no storage");
            });
    try (KmsEndpoint endpoint =
        KmsEndpoint.builder(failing)
            .failureListener((operation, failure) -> reported.add(failure.getMessage()))
            .start()) {
      assertRefused(
          connect(endpoint).send(HEALTH).response(),
          "503 Service Unavailable",
          "the service cannot process requests");
    }
    assertThat(reported).containsExactly("no storage");
  }

  @Test
  void close_endsEverythingWithinItsTime_withClientsOfEveryKind() throws Exception {
    CountDownLatch arrived = new CountDownLatch(1);
    KmsService stuck =
        serviceRunning(
            () -> {
              arrived.countDown();
              Thread.sleep(Duration.ofMinutes(1).toMillis());
            });
    KmsEndpoint endpoint = KmsEndpoint.start(stuck);
    RawHttp busy = connect(endpoint).send(LIST);
    arrived.await();
    RawHttp idle = connect(endpoint);
    RawHttp unfinished = connect(endpoint).send("POST / HT");
    endpoint.close();
    assertThat(idle.rest()).isEmpty();
    assertThatExceptionOfType(IOException.class).isThrownBy(unfinished::response);
    assertThatExceptionOfType(IOException.class).isThrownBy(busy::response);
    while (threads("embedded-kms-endpoint-" + "accept-" + endpoint.url().getPort()) > 0) {
      Thread.sleep(10);
    }
  }

  @Test
  void endpoints_many_leaveNoThread() throws Exception {
    for (int i = 0; i < 20; i++) {
      try (KmsEndpoint endpoint = KmsEndpoint.start(provider)) {
        for (int client = 0; client < 5; client++) {
          assertOk(connect(endpoint), LIST);
        }
      }
    }
    while (threads("embedded-kms-endpoint-") > 0) {
      Thread.sleep(10);
    }
  }

  private static long threads(String prefix) {
    Set<Thread> all = Thread.getAllStackTraces().keySet();
    return all.stream().filter(thread -> thread.getName().startsWith(prefix)).count();
  }

  @Test
  void defaultHost_isBothLoopbackAddresses() throws IOException {
    try (KmsEndpoint endpoint = KmsEndpoint.start(provider)) {
      int port = endpoint.url().getPort();
      for (String host : List.of("127.0.0.1", "::1")) {
        if (host.equals("::1") && !hasIpv6()) {
          continue;
        }
        RawHttp client = new RawHttp(new Socket(host, port));
        clients.add(client);
        assertOk(client, LIST);
      }
    }
  }

  /** Another process would receive requests that are meant for this endpoint. */
  @Test
  void start_portTakenOnIpv6Only_throwsBindException() throws IOException {
    assumeTrue(hasIpv6(), "no IPv6");
    try (ServerSocket other = new ServerSocket(0, 1, ipv6Loopback())) {
      int port = other.getLocalPort();
      assertThatExceptionOfType(BindException.class)
          .isThrownBy(() -> KmsEndpoint.builder(provider).port(port).start())
          .withMessage("Address already in use ([::1]:" + port + ")");
      try (KmsEndpoint endpoint =
          KmsEndpoint.builder(provider).host("127.0.0.1").port(port).start()) {
        assertOk(connect(endpoint), LIST);
      }
    }
  }

  private static InetAddress ipv6Loopback() throws IOException {
    byte[] address = new byte[16];
    address[15] = 1;
    return InetAddress.getByAddress(address);
  }

  static boolean hasIpv6() {
    try (ServerSocket probe = new ServerSocket(0, 1, ipv6Loopback())) {
      return probe.isBound();
    } catch (IOException e) {
      return false;
    }
  }

  /** A step that may fail in any way. */
  private interface Step {
    void run() throws InterruptedException;
  }

  private KmsService serviceRunning(Step first) {
    return new KmsService() {
      @Override
      public KmsClient client(Caller caller) {
        KmsClient client = provider.client(caller);
        return new KmsClient() {
          @Override
          public <R> R call(KmsRequest<R> request) {
            try {
              first.run();
            } catch (InterruptedException e) {
              throw new IllegalStateException(e);
            }
            return client.call(request);
          }
        };
      }

      @Override
      public Caller defaultCaller() {
        return provider.defaultCaller();
      }
    };
  }
}
