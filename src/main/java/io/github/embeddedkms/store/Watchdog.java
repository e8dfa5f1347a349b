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
 * Cancels what runs on a SQLite connection past its deadline. Only {@link Statement#cancel()} from
 * another thread ends a running query there: the driver's query timeout is a timeout for locks, and
 * its network timeout does nothing.
 *
 * <p>Its thread lives while something is guarded, and {@value #LINGER_TICKS} ticks longer, so that
 * a row of short transactions shares one.
 *
 * <p>Safe for use by several threads.
 */
final class Watchdog {

  private static final long TICK_MILLIS = 100;
  private static final int LINGER_TICKS = 5;

  private final List<Guard> guards = new ArrayList<>();
  private @Nullable Thread thread;

  /** Guards a connection until the result is closed. */
  Guard guard(Connection connection, Deadline deadline) throws SQLException {
    // It cancels whichever statement of the connection runs.
    Guard guard = new Guard(connection.createStatement(), deadline);
    add(guard);
    return guard;
  }

  private synchronized void add(Guard guard) {
    guards.add(guard);
    // An Error, of memory for example, may have ended it.
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
        // Only a debugger can interrupt it: what is guarded stays guarded.
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
     * Cancels what runs past the deadline, at each tick, since only what runs is cancelled and not
     * what comes next. A guard that was left behind is over when its connection is closed.
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
        // The statement is closed: its connection is not in use any more.
        return true;
      } catch (RuntimeException | Error e) {
        // No memory, for example: tried again at the next tick, and the others are not left alone.
        return false;
      }
    }

    /** Once this has returned, nothing is cancelled any more. */
    @Override
    public void close() throws SQLException {
      remove(this);
      canceller.close();
    }
  }
}
