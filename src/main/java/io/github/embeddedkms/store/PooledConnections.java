package io.github.embeddedkms.store;

import io.github.embeddedkms.bounded.Deadline;
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Connections of a data source of the user's. Each is given back with the settings that it had, or
 * discarded if its state is unknown.
 *
 * <p>How long {@link DataSource#getConnection()} waits is for the data source to bound, and does
 * not count as time of the call. No lock of this class is held meanwhile; but a call that writes
 * has the writers' turn, so that other writers wait for it, each until its own deadline.
 */
final class PooledConnections implements Database.Connections {

  /** How much longer than the database a socket waits: the database's own error says more. */
  private static final int SOCKET_MARGIN_MILLIS = 500;

  /** For a question that any connection answers, and that begins no transaction of ours. */
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
   * Those whose cleanup failed, a queue. They are linked by themselves, because memory may be short
   * at that time.
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

  /** One by one, so that an Error loses none, and each of those there are once. */
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

  /** The database and the schema by their names. The URL may hold a password. */
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

  /** The pool's queue is not ours to see. */
  @Override
  public int waiting() {
    return 0;
  }

  /** Leaves the source open, which is its owner's to close. */
  @Override
  public void close(Deadline deadline) {
    retryCleanups();
    for (PooledLease last = takeFailed(); last != null; last = takeFailed()) {
      // Nobody is left to try again: the pool is to find out what has become of it.
      last.closeConnection();
    }
  }

  private final class PooledLease implements Database.Lease {

    private final Database.Preparation preparation;
    private @Nullable Connection connection;
    private boolean autoCommit;

    /** Negative where the driver has no such setting. */
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
      // The pool bounds that wait, and may do so later than our deadline.
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
        // Not every driver or pool has it; then the connection's own timeouts hold.
      }
    }

    @Override
    public Connection connection() {
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

    /** Only after a transaction that has ended well: to set autocommit would commit another. */
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
        // Discarded instead: what was done on it is done.
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
        // The pool found it ended, which is what it is to know.
      }
    }
  }
}
