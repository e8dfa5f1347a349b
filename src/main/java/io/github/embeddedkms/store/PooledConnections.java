package io.github.embeddedkms.store;

import io.github.embeddedkms.bounded.Deadline;
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Connections from the user's data source. Each is given back with its original settings, or
 * discarded if its state is unknown.
 *
 * <p>The data source bounds how long {@link DataSource#getConnection()} waits, and that wait does
 * not count against the deadline of the call. No lock of this class is held meanwhile. A call that
 * writes does hold the writers' lock of its storage, so other writers wait for it, each until its
 * own deadline.
 */
final class PooledConnections implements Database.Connections {

  /**
   * How much longer than the database the socket waits, in milliseconds: the database's own error
   * says more.
   */
  private static final int SOCKET_MARGIN_MILLIS = 500;

  /** For a query that works on any connection and begins no transaction of this storage. */
  private static final Database.Preparation NO_PREPARATION =
      new Database.Preparation() {
        @Override
        public void prepare(Connection connection) {}

        @Override
        public void discard(Connection connection) {}

        @Override
        public boolean needsExclusiveConnection() {
          return false;
        }
      };

  private final DataSource source;

  /**
   * The first of a queue of leases whose cleanup failed. The leases are linked to each other,
   * because there may be no memory for a collection at that time.
   */
  private @Nullable PooledLease firstFailed;

  private @Nullable PooledLease lastFailed;

  PooledConnections(DataSource source) {
    this.source = source;
  }

  @Override
  public Database.Lease take(
      Database.Purpose purpose, Deadline deadline, Database.Preparation preparation)
      throws SQLException {
    retryCleanups();
    PooledLease lease = new PooledLease(preparation);
    lease.take(source, deadline);
    return lease;
  }

  /**
   * Retries the failed cleanups one by one, so that an Error loses none of them, and each of those
   * now in the queue once.
   */
  private void retryCleanups() {
    for (int left = countFailed(); left > 0; left--) {
      PooledLease again = takeFailed();
      if (again == null) {
        return;
      }
      again.discard();
    }
  }

  private synchronized int countFailed() {
    int count = 0;
    for (PooledLease lease = firstFailed; lease != null; lease = lease.next) {
      count++;
    }
    return count;
  }

  private synchronized @Nullable PooledLease takeFailed() {
    PooledLease first = firstFailed;
    if (first != null) {
      firstFailed = first.next;
      first.next = null;
    }
    return first;
  }

  private synchronized void keepFailed(PooledLease lease) {
    PooledLease last = lastFailed;
    if (firstFailed == null || last == null) {
      firstFailed = lease;
    } else {
      last.next = lease;
    }
    lastFailed = lease;
  }

  /**
   * Returns the names of the database and the schema. The URL is not used, since it may contain a
   * password.
   */
  @Override
  public String place(Deadline deadline) {
    PooledLease lease = new PooledLease(NO_PREPARATION);
    try {
      lease.take(source, deadline);
      return place(lease);
    } catch (SQLException e) {
      return "the database";
    }
  }

  private static String place(PooledLease lease) throws SQLException {
    boolean usable = false;
    try {
      String schema = lease.connection().getSchema();
      String catalog = lease.connection().getCatalog();
      usable = true;
      return schema == null ? "the database" : "the database " + catalog + ", schema " + schema;
    } finally {
      lease.giveBack(usable);
    }
  }

  /** Returns 0: the pool's queue is not visible. */
  @Override
  public int waiting() {
    return 0;
  }

  /** Ends the leases whose cleanup failed. The data source stays open; its owner closes it. */
  @Override
  public void close(Deadline deadline) {
    retryCleanups();
    for (PooledLease last = takeFailed(); last != null; last = takeFailed()) {
      // There will be no further attempt: the pool has to find out the state of this connection.
      last.closeConnection();
    }
  }

  private final class PooledLease implements Database.Lease {

    private final Database.Preparation preparation;
    private @Nullable Connection connection;
    private boolean autoCommit;

    /** The original network timeout; negative if the driver does not support this setting. */
    private int networkTimeout = -1;

    private boolean ended;
    private @Nullable PooledLease next;

    PooledLease(Database.Preparation preparation) {
      this.preparation = preparation;
    }

    void take(DataSource from, Deadline deadline) throws SQLException {
      long start = System.nanoTime();
      Connection taken = from.getConnection();
      connection = taken;
      // The pool bounds that wait, possibly beyond the deadline of the call.
      deadline.extend(System.nanoTime() - start);
      boolean ready = false;
      try {
        autoCommit = taken.getAutoCommit();
        boundNetwork(taken, deadline);
        preparation.prepare(taken);
        ready = true;
      } finally {
        if (!ready) {
          discard();
        }
      }
    }

    private void boundNetwork(Connection taken, Deadline deadline) {
      try {
        int before = taken.getNetworkTimeout();
        taken.setNetworkTimeout(Runnable::run, deadline.remainingMillis() + SOCKET_MARGIN_MILLIS);
        networkTimeout = before;
      } catch (SQLException | RuntimeException | AbstractMethodError e) {
        // Not every driver or pool supports it; then the connection's own timeouts apply.
      }
    }

    @Override
    public Statements statements() {
      return Statements.of(connection());
    }

    private Connection connection() {
      Connection taken = connection;
      if (taken == null) {
        throw new AssertionError("no connection was taken");
      }
      return taken;
    }

    @Override
    public void giveBack(boolean usable) {
      boolean restored = false;
      try {
        restored = usable && tryRestore();
      } finally {
        if (!restored) {
          discard();
        }
      }
    }

    /**
     * Restores the settings and gives the connection back. Called only after a transaction that has
     * ended successfully: setting autocommit would commit an open one.
     */
    private boolean tryRestore() {
      Connection taken = connection();
      try {
        taken.setAutoCommit(autoCommit);
        if (networkTimeout >= 0) {
          taken.setNetworkTimeout(Runnable::run, networkTimeout);
        }
        taken.close();
        return true;
      } catch (SQLException | RuntimeException e) {
        // The caller discards the connection instead: its work is already committed.
        return false;
      }
    }

    private boolean discard() {
      boolean done = false;
      try {
        done = tryDiscard();
      } finally {
        if (!done) {
          keepFailed(this);
        }
      }
      return done;
    }

    private boolean tryDiscard() {
      try {
        if (!ended) {
          preparation.discard(connection());
          ended = true;
        }
      } catch (SQLException | RuntimeException e) {
        return false;
      }
      closeConnection();
      return true;
    }

    private void closeConnection() {
      try {
        connection().close();
      } catch (SQLException | RuntimeException e) {
        // The pool has noticed that the connection is ended, which is all that matters.
      }
    }
  }
}
