package io.github.embeddedkms.endpoint;

import io.github.embeddedkms.AdjustableClock;
import io.github.embeddedkms.Caller;
import io.github.embeddedkms.FailureListener;
import io.github.embeddedkms.KmsService;
import io.github.embeddedkms.wire.ClockServer;
import io.github.embeddedkms.wire.RequestAuthenticator;
import io.github.embeddedkms.wire.RequestCallers;
import io.github.embeddedkms.wire.WireServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * A {@link KmsService} over HTTP, for clients in other processes and other languages. Clients use
 * {@link #url()} as their endpoint ({@code AWS_ENDPOINT_URL_KMS}, {@code endpoint_url}, {@code
 * endpointOverride}). The Region and the account are taken from the request, as with the in-memory
 * transport. Clients act as different principals if {@linkplain Builder#credentials(String, String,
 * Caller) credentials have callers}. The client's address is the fact {@code aws:SourceIp} of the
 * caller, and the header {@code User-Agent} is {@code aws:UserAgent}.
 *
 * <p>It listens on loopback unless configured otherwise, speaks HTTP/1.1, over TLS if it has {@link
 * Builder#tls an SSLContext}, and accepts any signature unless {@linkplain
 * Builder#credentials(String, String) credentials} are configured. Without credentials, every local
 * user and every program that can reach the port can decrypt. Requests from browsers and requests
 * for an unknown host name are refused.
 *
 * <p>{@code GET /health} and {@code HEAD /health} return status 200 if a request can be processed
 * and the storage responds, and 503 otherwise, after two seconds at most. The clock of a service
 * under test can be turned over HTTP if {@link Builder#adjustableClock} says so.
 *
 * <p>Every endpoint has its own limits: the {@linkplain Builder#maximumBodyBytes size of a body},
 * the {@linkplain Builder#maximumConcurrentRequests number of requests processed at once}, the
 * {@linkplain Builder#maximumConnections number of connections}, in all and {@linkplain
 * Builder#maximumConnectionsPerPeer from one address}, and the time in which a client must
 * {@linkplain Builder#requestTimeout send a request} and {@linkplain Builder#responseTimeout
 * receive the response}. All messages of more than 32 KiB together may use a quarter of the heap.
 *
 * <p>Each connection has a platform thread, which is kept for the next connection for 10 seconds.
 *
 * <p>Safe for use by several threads. Closing an endpoint does not close the service; an endpoint
 * that is not closed keeps the process alive, unless it is a {@linkplain Builder#daemon daemon}.
 */
public final class KmsEndpoint implements AutoCloseable {

  /** The part of the heap that large messages may use. */
  private static final int HEAP_SHARE = 4;

  /** For tests, not private. */
  final ConnectionServer server;

  private final URI url;
  private final AtomicBoolean closed = new AtomicBoolean();

  private KmsEndpoint(ConnectionServer server, URI url) {
    this.server = server;
    this.url = url;
  }

  /**
   * Starts an endpoint on a free port of the loopback addresses.
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
   * @return {@code http://127.0.0.1:} and the port, or the configured host; with {@code https} over
   *     TLS
   */
  public URI url() {
    return url;
  }

  /**
   * Stops listening. Requests that are being processed have five seconds to finish, and their
   * responses to be received; later requests find the connection closed. Closing again does
   * nothing.
   */
  @Override
  public void close() {
    if (!closed.getAndSet(true)) {
      server.close();
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
    private @Nullable String host;
    private int port;
    private int maximumBodyBytes = 1 << 20;
    private int maximumConcurrentRequests = 16;
    private Duration waitTimeout = Duration.ofSeconds(10);
    private int maximumConnections = 1024;
    private int maximumConnectionsPerPeer = 768;
    private Duration requestTimeout = Duration.ofSeconds(10);
    private Duration responseTimeout = Duration.ofSeconds(30);
    private Duration idleTimeout = Duration.ofSeconds(60);
    private @Nullable SSLContext tls;
    private boolean daemon;
    private final Set<String> allowedHosts = new HashSet<>();
    private final Map<String, String> secretAccessKeys = new HashMap<>();
    private final Map<String, Caller> callers = new HashMap<>();
    private InstantSource clock = Clock.systemUTC();
    private @Nullable AdjustableClock adjustableClock;
    private FailureListener failureListener = FailureListener.none();

    private Builder(KmsService service) {
      this.service = service;
    }

    /**
     * Sets the address to listen on. Any address but loopback exposes the keys to the network.
     *
     * @param host an address of this machine or a name for one; 127.0.0.1 and, where the machine
     *     has IPv6, ::1 if not set
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
      this.waitTimeout = within("waitTimeout", timeout, 60, "60 seconds");
      return this;
    }

    /**
     * Sets the maximum number of open connections. If there are more, the connection that has been
     * idle longest is closed. If none is idle, requests on further connections are refused with
     * HTTP status 503; health checks are answered on up to 16 of them. Each connection has a
     * platform thread.
     *
     * @param connections 1 to 65,536; 1,024 if not set
     * @return this builder
     * @throws IllegalArgumentException if it is outside these bounds
     */
    public Builder maximumConnections(int connections) {
      this.maximumConnections = within("maximumConnections", connections, 1, 1 << 16);
      return this;
    }

    /**
     * Sets the maximum number of open connections from one address, so that one client leaves room
     * for others. Further connections are treated as those beyond {@link #maximumConnections}.
     *
     * @param connections 1 to 65,536; 768 if not set
     * @return this builder
     * @throws IllegalArgumentException if it is outside these bounds
     */
    public Builder maximumConnectionsPerPeer(int connections) {
      this.maximumConnectionsPerPeer = within("maximumConnectionsPerPeer", connections, 1, 1 << 16);
      return this;
    }

    /**
     * Sets the time in which a client must send a request, from its first byte to its last. After
     * that time it is refused with HTTP status 408.
     *
     * @param timeout 1 millisecond to 1 hour; 10 seconds if not set
     * @return this builder
     * @throws IllegalArgumentException if it is outside these bounds
     */
    public Builder requestTimeout(Duration timeout) {
      this.requestTimeout = within("requestTimeout", timeout, 3600, "1 hour");
      return this;
    }

    /**
     * Sets the time in which a client must receive a response. After that time the connection is
     * closed, up to 100 milliseconds later.
     *
     * @param timeout 1 millisecond to 1 hour; 30 seconds if not set
     * @return this builder
     * @throws IllegalArgumentException if it is outside these bounds
     */
    public Builder responseTimeout(Duration timeout) {
      this.responseTimeout = within("responseTimeout", timeout, 3600, "1 hour");
      return this;
    }

    /**
     * Sets how long a connection is kept open without a request.
     *
     * @param timeout 1 millisecond to 1 hour; 60 seconds if not set
     * @return this builder
     * @throws IllegalArgumentException if it is outside these bounds
     */
    public Builder idleTimeout(Duration timeout) {
      this.idleTimeout = within("idleTimeout", timeout, 3600, "1 hour");
      return this;
    }

    /**
     * Serves HTTPS only. The certificate must be valid for the name that clients use.
     *
     * @param context has the certificate and its private key
     * @return this builder
     */
    public Builder tls(SSLContext context) {
      this.tls = Objects.requireNonNull(context, "context");
      return this;
    }

    /**
     * Accepts only requests signed with these credentials. Can be called for several credentials.
     * Without credentials, any signature is accepted, and so are unsigned requests.
     *
     * <p>The signature is verified with the secret. A security token that clients of temporary
     * credentials send is ignored.
     *
     * @param accessKeyId the id of the credentials; twelve digits are used as the account id
     * @param secretAccessKey the secret that signs requests
     * @return this builder
     * @throws IllegalArgumentException if the endpoint already has credentials with this id
     */
    public Builder credentials(String accessKeyId, String secretAccessKey) {
      Objects.requireNonNull(accessKeyId, "accessKeyId");
      Objects.requireNonNull(secretAccessKey, "secretAccessKey");
      if (secretAccessKeys.putIfAbsent(accessKeyId, secretAccessKey) != null) {
        throw new IllegalArgumentException(
            "embedded-kms: there are already credentials with the access key id " + accessKeyId);
      }
      return this;
    }

    /**
     * Accepts only requests signed with these credentials, as {@link #credentials(String, String)}
     * does, and processes them as those of the given caller. With credentials for several callers,
     * clients act as different principals.
     *
     * @param accessKeyId the id of the credentials, also one of twelve digits
     * @param secretAccessKey the secret that signs requests
     * @param caller the caller of requests with this signature, in the Region of the signature. The
     *     facts {@code aws:SourceIp} and {@code aws:UserAgent} are those of the request unless the
     *     caller states them
     * @return this builder
     * @throws IllegalArgumentException if the endpoint already has credentials with this id
     */
    public Builder credentials(String accessKeyId, String secretAccessKey, Caller caller) {
      Objects.requireNonNull(caller, "caller");
      credentials(accessKeyId, secretAccessKey);
      callers.put(accessKeyId, caller);
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
     * Lets clients turn the clock of a service under test: {@code POST /_embedded-kms/clock} with a
     * JSON object of {@code Set} (an ISO 8601 instant, or seconds since 1970), {@code Advance} (an
     * ISO 8601 duration, or seconds) and {@code Freeze} (true or false). The response, and that of
     * {@code GET}, has {@code Time} and {@code Frozen}. The same checks apply as to any request:
     * host, browser, size and, with {@link #credentials(String, String)}, the signature. Every
     * client that may use the keys can then have keys deleted before their time, except those whose
     * credentials are a user's, a role's or a service's.
     *
     * @param adjustableClock the clock of the service, for example a {@code KmsClock}; clients
     *     cannot turn the clock if not set. It has no effect on {@link #clock}
     * @return this builder
     */
    public Builder adjustableClock(AdjustableClock adjustableClock) {
      this.adjustableClock = Objects.requireNonNull(adjustableClock, "adjustableClock");
      return this;
    }

    /**
     * Does not keep the process alive: the process ends when all other threads have ended, even if
     * the endpoint is not closed.
     *
     * @return this builder
     */
    public Builder daemon() {
      this.daemon = true;
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
      List<ServerSocket> sockets =
          host == null
              ? ListeningSockets.onLoopback(port)
              : ListeningSockets.on(InetAddress.getByName(host), port);
      ConnectionServer server =
          new ConnectionServer(
              sockets,
              handler(),
              new Limits(
                  maximumConnections,
                  maximumConnectionsPerPeer,
                  requestTimeout,
                  responseTimeout,
                  idleTimeout),
              new MessageMemory(Runtime.getRuntime().maxMemory() / HEAP_SHARE),
              tls,
              failureListener);
      server.start(daemon);
      return new KmsEndpoint(server, urlOf(sockets.get(0)));
    }

    private RequestHandler handler() {
      Set<String> names = new HashSet<>(allowedHosts);
      if (host != null) {
        names.add(host.toLowerCase(Locale.ROOT));
      }
      return new RequestHandler(
          new WireServer(service, failureListener),
          adjustableClock == null ? null : new ClockServer(adjustableClock, failureListener),
          new RequestCallers(service.defaultCaller(), callers),
          new RequestGate(names, adjustableClock != null),
          secretAccessKeys.isEmpty() ? null : new RequestAuthenticator(secretAccessKeys, clock),
          maximumBodyBytes,
          new Semaphore(maximumConcurrentRequests, true),
          waitTimeout);
    }

    private URI urlOf(ServerSocket socket) {
      // Clients cannot connect to the wildcard address; loopback is one of the addresses it covers.
      String name =
          host == null || socket.getInetAddress().isAnyLocalAddress() ? "127.0.0.1" : host;
      boolean bareIpv6 = name.contains(":") && !name.startsWith("[");
      return URI.create(
          (tls == null ? "http://" : "https://")
              + (bareIpv6 ? "[" + name + "]" : name)
              + ":"
              + socket.getLocalPort());
    }

    private static int within(String name, int value, int least, int most) {
      if (value < least || value > most) {
        throw new IllegalArgumentException(
            "embedded-kms: " + name + " must be " + least + " to " + most + ", not " + value);
      }
      return value;
    }

    private static Duration within(String name, Duration value, int mostSeconds, String most) {
      if (value.compareTo(Duration.ofMillis(1)) < 0
          || value.compareTo(Duration.ofSeconds(mostSeconds)) > 0) {
        throw new IllegalArgumentException(
            "embedded-kms: " + name + " must be 1 millisecond to " + most + ", not " + value);
      }
      return value;
    }
  }
}
