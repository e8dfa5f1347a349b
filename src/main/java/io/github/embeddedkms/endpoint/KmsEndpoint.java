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
 * A {@link KmsService} over HTTP, for clients in other processes and other languages: give them
 * {@link #url()} as their endpoint ({@code AWS_ENDPOINT_URL_KMS}, {@code endpoint_url}, {@code
 * endpointOverride}). Region and account follow the request, as with the in-memory transport.
 *
 * <p>It listens on loopback unless configured otherwise, speaks HTTP without TLS, and accepts any
 * signature unless it is given {@linkplain Builder#credentials credentials}. Without credentials,
 * every local user and every program that can reach the port can decrypt. Requests of browsers are
 * refused, and so are those for an unknown host name. {@code GET /health} returns status 200.
 *
 * <p>Each request has a {@linkplain Builder#maximumBodyBytes largest body}, each endpoint a
 * {@linkplain Builder#maximumConcurrentRequests largest number of requests answered at once}; four
 * times as many may be on their way. Clients that begin so many requests and finish none keep
 * others waiting for as long as the JDK's server lets them: time limits and the number of
 * connections are its settings for the whole JVM, {@code sun.net.httpserver.idleInterval}, {@code
 * sun.net.httpserver.maxReqTime}, {@code jdk.httpserver.maxConnections}, of which it limits nothing
 * by itself. The program {@code serve} sets them.
 *
 * <p>On JDK 17 a client that keeps its connection waits 40 ms for each response unless {@code
 * sun.net.httpserver.nodelay} is true before the JDK's server is first used in the JVM; this class
 * sets it unless it is set already.
 *
 * <p>Safe for use by several threads. Closing an endpoint does not close the service; an endpoint
 * that is not closed keeps the process alive.
 */
public final class KmsEndpoint implements AutoCloseable {

  private static final String NO_DELAY = "sun.net.httpserver.nodelay";
  private static final int SECONDS_TO_FINISH = 5;

  /** Requests on their way for each that is being answered. */
  private static final int ARRIVING = 4;

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
   * @param service answers the requests
   * @return the endpoint, listening
   * @throws IOException if there is no free port
   */
  public static KmsEndpoint start(KmsService service) throws IOException {
    return builder(service).start();
  }

  /**
   * An endpoint with custom settings.
   *
   * @param service answers the requests
   * @return a builder that starts from the settings of {@link #start(KmsService)}
   */
  public static Builder builder(KmsService service) {
    return new Builder(service);
  }

  /**
   * Where clients find the endpoint.
   *
   * @return {@code http://127.0.0.1:} and the port, or the host that was chosen
   */
  public URI url() {
    return url;
  }

  /**
   * Stops listening. Requests that are being answered are given five seconds to finish, later ones
   * find a closed connection. Closing again does nothing.
   */
  @Override
  public void close() {
    if (closed.getAndSet(true)) {
      return;
    }
    try {
      // With all permits in hand, nothing is being answered, and nothing will be any more. The
      // server itself would not wait; nor is there more to do if they are not to be had in time.
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

  /** The URL. */
  @Override
  public String toString() {
    return "KmsEndpoint[" + url + "]";
  }

  /** Settings of an endpoint. Not safe for use by several threads. */
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
     * Where to listen. Anything but loopback opens the keys to the network.
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
     * On which port to listen.
     *
     * @param port 1 to 65535; 0, any free one, if not set
     * @return this builder
     * @throws IllegalArgumentException if it is outside these bounds
     */
    public Builder port(int port) {
      this.port = within("port", port, 0, 65535);
      return this;
    }

    /**
     * Allows clients to call this machine by a name, as containers do. Addresses, {@code localhost}
     * and the {@linkplain #host host} need not be allowed. May be called for several names.
     *
     * @param name a host name without a port
     * @return this builder
     */
    public Builder allowedHost(String name) {
      allowedHosts.add(name.toLowerCase(Locale.ROOT));
      return this;
    }

    /**
     * The largest body of a request. What is larger is refused with HTTP status 413.
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
     * How many requests are answered at once; the others wait, in the order in which they came.
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
     * How long a request waits for others to be answered. Then it is answered with HTTP status 503,
     * after which clients try again.
     *
     * @param timeout 1 millisecond to 60 seconds; 10 seconds if not set
     * @return this builder
     * @throws IllegalArgumentException if it is outside these bounds
     */
    public Builder waitTimeout(Duration timeout) {
      if (timeout.compareTo(Duration.ofMillis(1)) < 0
          || timeout.compareTo(Duration.ofSeconds(60)) > 0) {
        throw new IllegalArgumentException(
            "embedded-kms: waitTimeout is 1 millisecond to 60 seconds, not " + timeout);
      }
      this.waitTimeout = timeout;
      return this;
    }

    /**
     * Answers only requests signed with these credentials (or others given the same way). Without
     * credentials, any signature is accepted, and unsigned requests are too.
     *
     * @param accessKeyId the name of the credentials; twelve digits are taken for the account
     * @param secretAccessKey what signs
     * @return this builder
     */
    public Builder credentials(String accessKeyId, String secretAccessKey) {
      secretAccessKeys.put(
          Objects.requireNonNull(accessKeyId, "accessKeyId"),
          Objects.requireNonNull(secretAccessKey, "secretAccessKey"));
      return this;
    }

    /**
     * The clock that the timestamp of a signature is compared with; it may differ by 15 minutes.
     *
     * @param clock the clock of the service; the system's clock if not set
     * @return this builder
     */
    public Builder clock(InstantSource clock) {
      this.clock = clock;
      return this;
    }

    /**
     * Receives failures that clients see as KMSInternalException.
     *
     * @param failureListener a listener; failures are dropped if not set
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
     * @throws IOException if the port is taken, or the host is none of this machine
     */
    public KmsEndpoint start() throws IOException {
      InetAddress address = InetAddress.getByName(host);
      HttpServer server = HttpServer.create(new InetSocketAddress(address, port), 0);
      ThreadPoolExecutor workers = Workers.atMost(ARRIVING * maximumConcurrentRequests);
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
            "embedded-kms: " + name + " is " + least + " to " + most + ", not " + value);
      }
      return value;
    }
  }
}
