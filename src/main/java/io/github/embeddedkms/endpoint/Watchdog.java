package io.github.embeddedkms.endpoint;

import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

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

  /** Null if none is needed. Written by a thread that holds the lock of this watchdog. */
  private volatile @Nullable Thread thread;

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
      // Read after armed is written. The thread reads armed after it has cleared this field.
      if (!isAlive(thread)) {
        startThread();
      }
    }

    void disarm() {
      armed = false;
    }

    private void closeIfLate() {
      if (armed && end - System.nanoTime() < 0) {
        try {
          closeQuietly(socket);
        } catch (RuntimeException | Error e) {
          // Out of memory, for example. It is tried again at the next tick, and the other sockets
          // are still closed.
        }
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

  private static boolean isAlive(@Nullable Thread watching) {
    // An Error, an OutOfMemoryError for example, may have ended the thread.
    return watching != null && watching.isAlive();
  }

  private synchronized void startThread() {
    if (isAlive(thread)) {
      return;
    }
    Thread started = new Thread(this::watch, Workers.NAME + "watchdog");
    started.setDaemon(true);
    started.start();
    thread = started;
  }

  private void watch() {
    do {
      int quiet = 0;
      while (quiet < QUIET_TICKS) {
        LockSupport.parkNanos(TICK_NANOS);
        try {
          quiet = used || anyArmed() ? 0 : quiet + 1;
          used = false;
          guards.forEach(Guard::closeIfLate);
        } catch (RuntimeException | Error e) {
          // As above: deadlines that were set already must not wait for the next one that is set.
          quiet = 0;
        }
      }
    } while (!ends());
  }

  /** Returns false if a deadline was set while this thread still seemed to run. */
  private synchronized boolean ends() {
    thread = null;
    if (!anyArmed()) {
      return true;
    }
    thread = Thread.currentThread();
    return false;
  }

  private boolean anyArmed() {
    for (Guard guard : guards) {
      if (guard.armed) {
        return true;
      }
    }
    return false;
  }
}
