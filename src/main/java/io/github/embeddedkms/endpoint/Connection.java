package io.github.embeddedkms.endpoint;

import io.github.embeddedkms.endpoint.Connections.Admission;
import io.github.embeddedkms.wire.RequestCallers;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * One connection: reads requests, has them handled and sends the responses, one after the other, on
 * one thread. Every wait for the client has a limit. Other threads may close it at any time.
 */
final class Connection implements Runnable {

  /**
   * The bytes that the operating system keeps for a client that does not read. It would keep
   * megabytes.
   */
  private static final int SEND_BUFFER = 64 << 10;

  /** What a connection is doing. Only its own thread leaves any state but {@code IDLE}. */
  private enum State {
    /** Waiting for the first byte of a request. */
    IDLE,
    /** Receiving a request. */
    RECEIVING,
    /** Processing a request that was received, or sending the response. */
    BUSY,
    /** Closed, or about to be. */
    CLOSED
  }

  private final ConnectionServer server;
  private final Socket plain;
  private final Watchdog.Guard guard;
  private final AtomicReference<State> state = new AtomicReference<>(State.IDLE);
  private final CountDownLatch ended = new CountDownLatch(1);

  /** The socket for reading and writing: the plain one, or TLS over it. */
  private Socket socket;

  private volatile long idleSince = System.nanoTime();
  private volatile boolean healthOnly;
  private volatile @Nullable Thread thread;

  Connection(ConnectionServer server, Socket plain, Watchdog.Guard guard) {
    this.server = server;
    this.plain = plain;
    this.guard = guard;
    this.socket = plain;
  }

  InetAddress peer() {
    return plain.getInetAddress();
  }

  void admittedAs(Admission admission) {
    healthOnly = admission == Admission.HEALTH_ONLY;
  }

  boolean isIdle() {
    return state.get() == State.IDLE;
  }

  /** Returns since when it has been idle, in the JVM's nanoseconds. */
  long idleSince() {
    return idleSince;
  }

  /** Closes the connection unless a request has begun to arrive. */
  boolean closeIfIdle() {
    if (!state.compareAndSet(State.IDLE, State.CLOSED)) {
      return false;
    }
    Watchdog.closeQuietly(plain);
    return true;
  }

  /** Closes the connection unless a request has been received completely. */
  void closeUnlessBusy() {
    if (closeIfIdle() || state.compareAndSet(State.RECEIVING, State.CLOSED)) {
      Watchdog.closeQuietly(plain);
    }
  }

  /** Closes the connection, and interrupts the request that is being processed. */
  void abort() {
    Watchdog.closeQuietly(plain);
    Thread running = thread;
    if (running != null && ended.getCount() > 0) {
      running.interrupt();
    }
  }

  /** Waits for the end of this connection. */
  boolean awaitEnd(long nanos) throws InterruptedException {
    return ended.await(nanos, TimeUnit.NANOSECONDS);
  }

  @Override
  public void run() {
    thread = Thread.currentThread();
    try {
      serve();
    } catch (IOException e) {
      // The client has gone, or is too slow: no one is left who could receive a response.
    } catch (InterruptedException e) {
      // The endpoint is being closed. The thread belongs to the pool, which is closed too.
      Thread.currentThread().interrupt();
    } finally {
      end();
    }
  }

  /** Ends a connection that is not served, or is not served any more. */
  void end() {
    guard.close();
    Watchdog.closeQuietly(plain);
    server.connections().remove(this);
    ended.countDown();
  }

  private void serve() throws IOException, InterruptedException {
    plain.setTcpNoDelay(true);
    plain.setSendBufferSize(SEND_BUFFER);
    if (server.tls() != null) {
      SSLSocket secure =
          (SSLSocket) server.tls().getSocketFactory().createSocket(plain, null, true);
      secure.setUseClientMode(false);
      ServerTls.restrictVersions(secure);
      socket = secure;
    }
    TimedInput timed = new TimedInput(socket);
    InputBuffer in = new InputBuffer(timed);
    RequestCallers callers = server.handler().callersFrom(address(peer()));
    try {
      while (true) {
        limit(timed, idleTimeout());
        if (!in.hasByte() || !state.compareAndSet(State.IDLE, State.RECEIVING)) {
          break;
        }
        limit(timed, requestTimeout());
        if (!serveOne(in, timed, callers) || !becomesIdle()) {
          break;
        }
        in.wipeRead();
      }
    } catch (SocketTimeoutException e) {
      // Nothing was begun that could be answered.
    } finally {
      in.wipe();
      closeGracefully();
    }
  }

  /** Without the interface of a link-local address, which no policy knows. */
  private static String address(InetAddress peer) {
    String address = peer.getHostAddress();
    int zone = address.indexOf('%');
    return zone < 0 ? address : address.substring(0, zone);
  }

  private Duration idleTimeout() {
    return healthOnly ? Limits.RESERVED_TIMEOUT : server.limits().idleTimeout();
  }

  private Duration requestTimeout() {
    return healthOnly ? Limits.RESERVED_TIMEOUT : server.limits().requestTimeout();
  }

  private void limit(TimedInput timed, Duration time) {
    timed.limit(time);
    guardReading(timed);
  }

  private void guardReading(TimedInput timed) {
    if (socket != plain) {
      // The timeout of a socket applies to the pieces of a TLS record. Leave it time to be first.
      guard.arm(timed.remaining().plus(Limits.CLOSE_TIMEOUT));
    }
  }

  private boolean becomesIdle() {
    idleSince = System.nanoTime();
    // In this order: the server begins to close before it looks for idle connections, so either it
    // finds this one or this one finds it closing.
    return state.compareAndSet(State.BUSY, State.IDLE) && !server.isClosing();
  }

  /** Serves one request; returns whether another may follow. */
  private boolean serveOne(InputBuffer in, TimedInput timed, RequestCallers callers)
      throws IOException, InterruptedException {
    boolean withBody = true;
    try (MessageMemory.Reservation memory = server.memory().reservation()) {
      HttpResponse response;
      try {
        RequestHead head = RequestHeadReader.read(in);
        withBody = !head.method().equals("HEAD");
        RequestBody body =
            new RequestBody(
                in,
                head,
                () -> sendContinue(timed),
                (reservation, bytes, wait) -> awaitMemory(timed, reservation, bytes, wait));
        response =
            server.handler().handle(head, body, callers, memory, healthOnly, this::becomesBusy);
        response = response.closing(response.last() || !head.keepsAlive() || healthOnly);
      } catch (RequestRefusedException e) {
        response = HttpResponse.refused(e.status(), e.reason()).closing(true);
      } catch (SocketTimeoutException e) {
        response = HttpResponse.refused(408, "the request took too long to arrive").closing(true);
      } catch (EOFException e) {
        response = HttpResponse.refused(400, "the request ended early").closing(true);
      } catch (RuntimeException | Error e) {
        response = server.internalError(e).closing(true);
      }
      return send(response, withBody);
    }
  }

  private void sendContinue(TimedInput timed) throws IOException {
    write(HttpResponse.continueBytes());
    // The end of a write ends the guard of the request too.
    guardReading(timed);
  }

  /** The time that the client has to send its request does not pass meanwhile. */
  private void awaitMemory(
      TimedInput timed, MessageMemory.Reservation memory, long bytes, Duration wait)
      throws RequestRefusedException, InterruptedException {
    guard.disarm();
    timed.extend(memory.requireForRequest(bytes, wait));
    guardReading(timed);
  }

  /** Called when a request has been received: from now on, closing the endpoint waits for it. */
  private void becomesBusy() throws IOException {
    guard.disarm();
    if (!state.compareAndSet(State.RECEIVING, State.BUSY)) {
      throw new IOException("closed");
    }
  }

  private boolean send(HttpResponse response, boolean withBody) throws IOException {
    // A refusal may be sent before the request has been received.
    if (state.get() != State.BUSY) {
      becomesBusy();
    }
    HttpResponse sent = response.closing(response.last() || server.isClosing());
    try {
      write(sent.pieces(withBody));
    } finally {
      sent.wipe();
    }
    if (sent.last()) {
      awaitClient();
    }
    return !sent.last();
  }

  private void write(byte[]... pieces) throws IOException {
    OutputStream out = socket.getOutputStream();
    guard.arm(server.limits().responseTimeout());
    try {
      for (byte[] piece : pieces) {
        out.write(piece);
      }
    } finally {
      guard.disarm();
      for (byte[] piece : pieces) {
        Arrays.fill(piece, (byte) 0);
      }
    }
  }

  /**
   * Waits until the client has closed its side. A socket that is closed before everything is read
   * resets the connection, and the client would lose the response.
   */
  private void awaitClient() throws IOException {
    guard.arm(Limits.CLOSE_TIMEOUT);
    socket.shutdownOutput();
    TimedInput rest = new TimedInput(socket);
    rest.limit(Limits.CLOSE_TIMEOUT);
    byte[] dropped = new byte[8 << 10];
    try {
      while (rest.read(dropped, 0, dropped.length) >= 0) {
        // Dropped.
      }
    } catch (SocketTimeoutException e) {
      // Long enough.
    }
  }

  private void closeGracefully() {
    if (socket != plain) {
      // TLS says good-bye, which could wait for the client.
      guard.arm(Limits.CLOSE_TIMEOUT);
      Watchdog.closeQuietly(socket);
    }
  }
}
