package io.github.embeddedkms.endpoint;

import io.github.embeddedkms.FailureListener;
import io.github.embeddedkms.endpoint.Connections.Admission;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** Accepts connections and serves each on its own thread, until it is closed. */
final class ConnectionServer implements AutoCloseable {

  /** How long requests in progress may take when this server is closed. */
  private static final Duration TO_FINISH = Duration.ofSeconds(5);

  /** How long threads may take to end after they are interrupted. */
  private static final Duration TO_END = Duration.ofSeconds(1);

  /** How long to wait if the process has no file descriptor left. */
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  /** Threads whose connections have just ended. */
  private static final int ENDING_THREADS = 64;

  private final List<ServerSocket> sockets;
  private final RequestHandler handler;
  private final Limits limits;
  private final MessageMemory memory;
  private final @Nullable SSLContext tls;
  private final FailureListener failures;
  private final Connections connections;
  private final Workers workers;
  private final Watchdog watchdog = new Watchdog();
  private final List<Thread> acceptors = new ArrayList<>();
  private volatile boolean closing;

  /**
   * Creates a server, which accepts nothing yet.
   *
   * @param sockets the bound sockets, which this server closes
   * @param handler handles the requests
   * @param memory limits the memory of large messages
   * @param tls creates the TLS sockets; null for plain connections
   * @param failures receives the failures of this server itself
   */
  ConnectionServer(
      List<ServerSocket> sockets,
      RequestHandler handler,
      Limits limits,
      MessageMemory memory,
      @Nullable SSLContext tls,
      FailureListener failures) {
    this.sockets = List.copyOf(sockets);
    this.handler = handler;
    this.limits = limits;
    this.memory = memory;
    this.tls = tls;
    this.failures = failures;
    this.connections = new Connections(limits);
    this.workers = new Workers(limits.connections() + Limits.RESERVED + ENDING_THREADS);
  }

  /** Starts to accept connections. The threads keep the process alive unless they are daemons. */
  void start(boolean daemon) {
    for (ServerSocket socket : sockets) {
      Thread acceptor =
          new Thread(() -> accept(socket), Workers.NAME + "accept-" + socket.getLocalPort());
      acceptor.setDaemon(daemon);
      acceptors.add(acceptor);
      acceptor.start();
    }
  }

  private void accept(ServerSocket server) {
    while (!closing) {
      try {
        admit(server.accept());
      } catch (IOException | RuntimeException | Error e) {
        // The client has gone already, or there is no descriptor, memory or thread left for it.
        LockSupport.parkNanos(closing ? 0 : PAUSE_NANOS);
      }
    }
  }

  private void admit(Socket socket) {
    boolean served = false;
    Connection connection = new Connection(this, socket, watchdog.guard(socket));
    try {
      Admission admission = connections.admit(connection);
      connection.admittedAs(admission);
      served = admission != Admission.REFUSED && workers.run(connection);
    } finally {
      if (!served) {
        connection.end();
      }
    }
  }

  RequestHandler handler() {
    return handler;
  }

  Limits limits() {
    return limits;
  }

  MessageMemory memory() {
    return memory;
  }

  @Nullable SSLContext tls() {
    return tls;
  }

  Connections connections() {
    return connections;
  }

  boolean isClosing() {
    return closing;
  }

  /** Reports a failure of this server, and returns what the client sees of it. */
  HttpResponse internalError(Throwable failure) {
    try {
      failures.failed("", failure);
    } catch (RuntimeException | Error e) {
      // The client waits for a response, whatever a listener does.
    }
    return HttpResponse.refused(500, "the request could not be processed");
  }

  /**
   * Stops accepting, closes the connections that are not processing a request, and the others after
   * five seconds at most.
   */
  @Override
  public void close() {
    closing = true;
    for (ServerSocket socket : sockets) {
      try {
        socket.close();
      } catch (IOException e) {
        // Closed as far as possible.
      }
    }
    Collection<Connection> present = connections.close();
    present.forEach(Connection::closeUnlessBusy);
    try {
      if (!awaitEnd(present, TO_FINISH)) {
        present.forEach(Connection::abort);
        workers.close();
        awaitEnd(present, TO_END);
      }
      for (Thread acceptor : acceptors) {
        acceptor.join(TO_END.toMillis());
      }
    } catch (InterruptedException e) {
      present.forEach(Connection::abort);
      Thread.currentThread().interrupt();
    } finally {
      workers.close();
      handler.close();
    }
  }

  private static boolean awaitEnd(Collection<Connection> connections, Duration time)
      throws InterruptedException {
    long end = System.nanoTime() + time.toNanos();
    for (Connection each : connections) {
      if (!each.awaitEnd(Math.max(0, end - System.nanoTime()))) {
        return false;
      }
    }
    return true;
  }
}
