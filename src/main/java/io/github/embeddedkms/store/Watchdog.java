package io.github.embeddedkms.store;

import io.github.embeddedkms.bounded.Deadline;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Cancels statements that run on a SQLite connection past their deadline. With SQLite, only {@link
 * Statement#cancel()} from another thread ends a running query: the driver's query timeout applies
 * to locks only, and its network timeout has no effect.
 *
 * <p>Its thread runs while a connection is guarded, and {@value #LINGER_TICKS} ticks longer, so
 * that a series of short transactions shares one thread.
 *
 * <p>Safe for use by several threads.
 */
final class Watchdog {

  private static final long TICK_MILLIS = 100;
  private static final int LINGER_TICKS = 5;

  private final List<Guard> guards = new ArrayList<>();
  private @Nullable Thread thread;

  /** Guards a connection until the returned guard is closed. */
  Guard guard(Connection connection, Deadline deadline) throws SQLException {
    // This statement cancels whichever statement of the connection is running.
    Guard guard = new Guard(connection.createStatement(), deadline);
    add(guard);
    return guard;
  }

  private synchronized void add(Guard guard) {
    guards.add(guard);
    // An Error, an OutOfMemoryError for example, may have ended the thread.
    Thread watching = thread;
    if (watching == null || !watching.isAlive()) {
      Thread started = new Thread(this::watch, "embedded-kms-store-watchdog");
      started.setDaemon(true);
      started.start();
      thread = started;
    }
  }

  private synchronized void remove(Guard guard) {
    guards.remove(guard);
  }

  private synchronized void watch() {
    int idle = 0;
    while (idle < LINGER_TICKS) {
      try {
        TimeUnit.MILLISECONDS.timedWait(this, TICK_MILLIS);
      } catch (InterruptedException e) {
        // Only a debugger can interrupt this thread. Guarding continues.
      }
      idle = guards.isEmpty() ? idle + 1 : 0;
      guards.removeIf(Guard::cancelIfOverdue);
    }
    thread = null;
  }

  /** One guarded transaction. */
  final class Guard implements AutoCloseable {

    private final Statement canceller;
    private final Deadline deadline;

    private Guard(Statement canceller, Deadline deadline) {
      this.canceller = canceller;
      this.deadline = deadline;
    }

    /**
     * Cancels a statement that runs past the deadline. This is repeated at each tick, since it does
     * not affect statements that start later. Returns true if the guard can be removed; a guard
     * that was left behind is removed once its connection is closed.
     */
    private boolean cancelIfOverdue() {
      if (!deadline.hasPassed()) {
        return false;
      }
      try {
        if (canceller.getConnection().isClosed()) {
          return true;
        }
        canceller.cancel();
        return false;
      } catch (SQLException e) {
        // The statement is closed, so its connection is no longer in use.
        return true;
      } catch (RuntimeException | Error e) {
        // Out of memory, for example. It is tried again at the next tick, and the other guards are
        // still processed.
        return false;
      }
    }

    /** Once this has returned, no further statement is cancelled. */
    @Override
    public void close() throws SQLException {
      remove(this);
      canceller.close();
    }
  }
}
