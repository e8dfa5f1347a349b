package io.github.embeddedkms.endpoint;

import com.sun.net.httpserver.HttpServer;
import io.github.embeddedkms.FailureListener;
import io.github.embeddedkms.KmsService;
import io.github.embeddedkms.wire.RequestAuthenticator;
import io.github.embeddedkms.wire.WireServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A {@link KmsService} over HTTP, for clients in other processes and other languages. Clients use
 * {@link #url()} as their endpoint ({@code AWS_ENDPOINT_URL_KMS}, {@code endpoint_url}, {@code
 * endpointOverride}). The Region and the account are taken from the request, as with the in-memory
 * transport.
 *
 * <p>It listens on loopback unless configured otherwise, speaks HTTP without TLS, and accepts any
 * signature unless {@linkplain Builder#credentials credentials} are configured. Without
 * credentials, every local user and every program that can reach the port can decrypt. Requests
 * from browsers and requests for an unknown host name are refused. {@code GET /health} returns
 * status 200.
 *
 * <p>The {@linkplain Builder#maximumBodyBytes size of a body} and the {@linkplain
 * Builder#maximumConcurrentRequests number of requests processed at once} are limited; four times
 * as many requests may be arriving. Clients that begin that many requests and finish none keep
 * other clients waiting for as long as the JDK's server allows. The server's time limits and its
 * limit of connections are settings for the whole JVM: {@code sun.net.httpserver.idleInterval},
 * {@code sun.net.httpserver.maxReqTime} and {@code jdk.httpserver.maxConnections}. By default the
 * server limits nothing. The command {@code serve} sets them.
 *
 * <p>On JDK 17, a client that keeps its connection open waits 40 ms for each response, unless
 * {@code sun.net.httpserver.nodelay} is true before the JDK's server is first used in the JVM. This
 * class sets the property unless it is already set.
 *
 * <p>Safe for use by several threads. Closing an endpoint does not close the service; an endpoint
 * that is not closed keeps the process alive.
 */
public final class KmsEndpoint implements AutoCloseable {

  private static final String NO_DELAY = "sun.net.httpserver.nodelay";
  private static final int SECONDS_TO_FINISH = 5;

  /** The number of arriving requests for each request that is being processed. */
  private static final int ARRIVING_PER_PROCESSED = 4;

  static {
    if (System.getProperty(NO_DELAY) == null) {
      System.setProperty(NO_DELAY, "true");
    }
  }

  private final HttpServer server;
  private final ThreadPoolExecutor workers;
  private final Semaphore permits;
  private final int allPermits;
  private final @Nullable RequestAuthenticator authenticator;
  private final URI url;
  private final AtomicBoolean closed = new AtomicBoolean();

  private KmsEndpoint(
      HttpServer server,
      ThreadPoolExecutor workers,
      Semaphore permits,
      @Nullable RequestAuthenticator authenticator,
      URI url) {
    this.server = server;
    this.workers = workers;
    this.permits = permits;
    this.allPermits = permits.availablePermits();
    this.authenticator = authenticator;
    this.url = url;
  }

  /**
   * Starts an endpoint on a free port of the loopback address.
   *
   * @param service processes the requests
   * @return the endpoint, listening
   * @throws IOException if there is no free port
   */
  public static KmsEndpoint start(KmsService service) throws IOException {
    return builder(service).start();
  }

  /**
   * Returns a builder of an endpoint with custom settings.
   *
   * @param service processes the requests
   * @return a builder that starts from the settings of {@link #start(KmsService)}
   */
  public static Builder builder(KmsService service) {
    return new Builder(service);
  }

  /**
   * Returns the URL of the endpoint.
   *
   * @return {@code http://127.0.0.1:} and the port, or the configured host
   */
  public URI url() {
    return url;
  }

  /**
   * Stops listening. Requests that are being processed have five seconds to finish; later requests
   * find the connection closed. Closing again does nothing.
   */
  @Override
  public void close() {
    if (closed.getAndSet(true)) {
      return;
    }
    try {
      // When all permits are acquired, no request is being processed, and none will be. The server
      // itself would not wait. If the permits cannot be acquired in time, there is nothing more to
      // do.
      var unused = permits.tryAcquire(allPermits, SECONDS_TO_FINISH, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    server.stop(0);
    workers.shutdownNow();
    if (authenticator != null) {
      authenticator.close();
    }
  }

  /** Returns a string with the URL. */
  @Override
  public String toString() {
    return "KmsEndpoint[" + url + "]";
  }

  /** Builds an endpoint. Not safe for use by several threads. */
  public static final class Builder {

    private final KmsService service;
    private String host = "127.0.0.1";
    private int port;
    private int maximumBodyBytes = 1 << 20;
    private int maximumConcurrentRequests = 16;
    private Duration waitTimeout = Duration.ofSeconds(10);
    private final Set<String> allowedHosts = new HashSet<>();
    private final Map<String, String> secretAccessKeys = new HashMap<>();
    private InstantSource clock = Clock.systemUTC();
    private FailureListener failureListener = FailureListener.none();

    private Builder(KmsService service) {
      this.service = service;
    }

    /**
     * Sets the address to listen on. Any address but loopback exposes the keys to the network.
     *
     * @param host an address of this machine or a name for one; 127.0.0.1 if not set
     * @return this builder
     * @throws IllegalArgumentException if it is empty
     */
    public Builder host(String host) {
      if (host.isBlank()) {
        throw new IllegalArgumentException("embedded-kms: the host is empty");
      }
      this.host = host;
      return this;
    }

    /**
     * Sets the port to listen on.
     *
     * @param port 1 to 65535; 0, any free port, if not set
     * @return this builder
     * @throws IllegalArgumentException if it is outside these bounds
     */
    public Builder port(int port) {
      this.port = within("port", port, 0, 65535);
      return this;
    }

    /**
     * Allows clients to use a name of this machine, as containers do. Addresses, {@code localhost}
     * and the {@linkplain #host host} are always allowed. Can be called for several names.
     *
     * @param name a host name without a port
     * @return this builder
     */
    public Builder allowedHost(String name) {
      allowedHosts.add(name.toLowerCase(Locale.ROOT));
      return this;
    }

    /**
     * Sets the maximum size of a request body. A larger body is refused with HTTP status 413.
     *
     * @param bytes 1 to 67,108,864; 1,048,576 if not set
     * @return this builder
     * @throws IllegalArgumentException if it is outside these bounds
     */
    public Builder maximumBodyBytes(int bytes) {
      this.maximumBodyBytes = within("maximumBodyBytes", bytes, 1, 64 << 20);
      return this;
    }

    /**
     * Sets how many requests are processed at once. Other requests wait, in the order of their
     * arrival.
     *
     * @param requests 1 to 4,096; 16 if not set
     * @return this builder
     * @throws IllegalArgumentException if it is outside these bounds
     */
    public Builder maximumConcurrentRequests(int requests) {
      this.maximumConcurrentRequests = within("maximumConcurrentRequests", requests, 1, 4096);
      return this;
    }

    /**
     * Sets how long a request waits for other requests to be processed. After that time it is
     * refused with HTTP status 503, and clients retry it.
     *
     * @param timeout 1 millisecond to 60 seconds; 10 seconds if not set
     * @return this builder
     * @throws IllegalArgumentException if it is outside these bounds
     */
    public Builder waitTimeout(Duration timeout) {
      if (timeout.compareTo(Duration.ofMillis(1)) < 0
          || timeout.compareTo(Duration.ofSeconds(60)) > 0) {
        throw new IllegalArgumentException(
            "embedded-kms: waitTimeout must be 1 millisecond to 60 seconds, not " + timeout);
      }
      this.waitTimeout = timeout;
      return this;
    }

    /**
     * Accepts only requests signed with these credentials. Can be called for several credentials.
     * Without credentials, any signature is accepted, and so are unsigned requests.
     *
     * @param accessKeyId the id of the credentials; twelve digits are used as the account id
     * @param secretAccessKey the secret that signs requests
     * @return this builder
     */
    public Builder credentials(String accessKeyId, String secretAccessKey) {
      secretAccessKeys.put(
          Objects.requireNonNull(accessKeyId, "accessKeyId"),
          Objects.requireNonNull(secretAccessKey, "secretAccessKey"));
      return this;
    }

    /**
     * Sets the clock that the timestamp of a signature is compared with; the two may differ by 15
     * minutes.
     *
     * @param clock the clock of the service; the system's clock if not set
     * @return this builder
     */
    public Builder clock(InstantSource clock) {
      this.clock = clock;
      return this;
    }

    /**
     * Sets a listener for the failures that clients see as KMSInternalException.
     *
     * @param failureListener the listener; failures are dropped if not set
     * @return this builder
     */
    public Builder failureListener(FailureListener failureListener) {
      this.failureListener = failureListener;
      return this;
    }

    /**
     * Starts the endpoint.
     *
     * @return the endpoint, listening
     * @throws IOException if the port is taken, or the host is not one of this machine
     */
    public KmsEndpoint start() throws IOException {
      InetAddress address = InetAddress.getByName(host);
      HttpServer server = HttpServer.create(new InetSocketAddress(address, port), 0);
      ThreadPoolExecutor workers =
          Workers.atMost(ARRIVING_PER_PROCESSED * maximumConcurrentRequests);
      Semaphore permits = new Semaphore(maximumConcurrentRequests, true);
      RequestAuthenticator authenticator =
          secretAccessKeys.isEmpty() ? null : new RequestAuthenticator(secretAccessKeys, clock);
      Set<String> names = new HashSet<>(allowedHosts);
      names.add(host.toLowerCase(Locale.ROOT));
      server.setExecutor(workers);
      server.createContext(
          "/",
          new RequestHandler(
              new WireServer(service, failureListener),
              service.defaultCaller(),
              new RequestGate(names),
              authenticator,
              maximumBodyBytes,
              permits,
              waitTimeout));
      server.start();
      URI url = urlOf(address, server.getAddress().getPort());
      return new KmsEndpoint(server, workers, permits, authenticator, url);
    }

    private URI urlOf(InetAddress address, int port) {
      // Clients cannot connect to the wildcard address; loopback is one of the addresses it covers.
      String name = address.isAnyLocalAddress() ? "127.0.0.1" : host;
      boolean bareIpv6 = name.contains(":") && !name.startsWith("[");
      return URI.create("http://" + (bareIpv6 ? "[" + name + "]" : name) + ":" + port);
    }

    private static int within(String name, int value, int least, int most) {
      if (value < least || value > most) {
        throw new IllegalArgumentException(
            "embedded-kms: " + name + " must be " + least + " to " + most + ", not " + value);
      }
      return value;
    }
  }
}
