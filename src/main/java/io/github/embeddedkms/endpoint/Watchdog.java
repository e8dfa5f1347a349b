package io.github.embeddedkms.endpoint;

import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/**
 * Closes sockets that take too long. A socket has no timeout for writing, so only another thread
 * can end a write to a client that does not read. The same applies to reading over TLS, where a
 * timeout limits the pieces of a record and not the record.
 *
 * <p>The thread lives only while there are deadlines, and a few seconds longer.
 */
final class Watchdog {

  private static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  /** How many ticks without a deadline the thread waits for the next one. */
  private static final int QUIET_TICKS = 20;

  private final Set<Guard> guards = ConcurrentHashMap.newKeySet();
  private final AtomicBoolean running = new AtomicBoolean();

  /** Whether a deadline was set since the last tick. */
  private volatile boolean used;

  /** Guards one socket. Deadlines are set by one thread. */
  final class Guard implements AutoCloseable {

    private final Socket socket;
    private volatile boolean armed;
    private volatile long end;

    private Guard(Socket socket) {
      this.socket = socket;
    }

    /** Closes the socket unless {@link #disarm} or this method is called in time. */
    void arm(Duration time) {
      end = System.nanoTime() + time.toNanos();
      armed = true;
      if (!used) {
        used = true;
      }
      // Read after armed is written. The thread reads armed after it has cleared running.
      if (!running.get()) {
        startThread();
      }
    }

    void disarm() {
      armed = false;
    }

    private void closeIfLate() {
      if (armed && end - System.nanoTime() < 0) {
        closeQuietly(socket);
      }
    }

    /** Stops guarding the socket. */
    @Override
    public void close() {
      armed = false;
      guards.remove(this);
    }
  }

  /**
   * Creates a guard without a deadline.
   *
   * @param socket a socket whose {@code close} does not wait, as that of a TLS socket may
   */
  Guard guard(Socket socket) {
    Guard guard = new Guard(socket);
    guards.add(guard);
    return guard;
  }

  static void closeQuietly(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // Nothing is left to be done with it.
    }
  }

  private void startThread() {
    if (!running.compareAndSet(false, true)) {
      return;
    }
    boolean started = false;
    try {
      Thread thread = new Thread(this::watch, Workers.NAME + "watchdog");
      thread.setDaemon(true);
      thread.start();
      started = true;
    } finally {
      if (!started) {
        running.set(false);
      }
    }
  }

  private void watch() {
    do {
      int quiet = 0;
      while (quiet < QUIET_TICKS) {
        LockSupport.parkNanos(TICK_NANOS);
        quiet = used || anyArmed() ? 0 : quiet + 1;
        used = false;
        guards.forEach(Guard::closeIfLate);
      }
      running.set(false);
      // A deadline may have been set while this thread still seemed to run.
    } while (anyArmed() && running.compareAndSet(false, true));
  }

  private boolean anyArmed() {
    return guards.stream().anyMatch(guard -> guard.armed);
  }
}
