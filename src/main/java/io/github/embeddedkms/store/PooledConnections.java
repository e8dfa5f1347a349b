package io.github.embeddedkms.store;

import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Connections of the user's: each as it was before once it is given back, or ended if nobody knows
 * what state it is in.
 *
 * <p>No lock is held while the source is asked for a connection: how long that takes is its own to
 * bound.
 */
final class PooledConnections implements Database.Connections {

  /** How much longer than the database a socket waits: the database's own error says more. */
  private static final int SOCKET_MARGIN_MILLIS = 500;

  private final DataSource source;

  /** The first of those whose cleanup failed. They are linked: at that time memory may be short. */
  private @Nullable PooledLease failed;

  PooledConnections(DataSource source) {
    this.source = source;
  }

  @Override
  public Database.Lease take(
      Database.Purpose purpose, Deadline deadline, Database.Preparation preparation)
      throws SQLException {
    cleanUpAgain();
    PooledLease lease = new PooledLease(preparation);
    lease.take(source, deadline);
    return lease;
  }

  /** One by one, so that an Error loses none; and no further than to the first that fails again. */
  private void cleanUpAgain() {
    PooledLease again = takeFailed();
    while (again != null && again.discard()) {
      again = takeFailed();
    }
  }

  private synchronized @Nullable PooledLease takeFailed() {
    PooledLease first = failed;
    if (first != null) {
      failed = first.next;
    }
    return first;
  }

  private synchronized void keepFailed(PooledLease lease) {
    lease.next = failed;
    failed = lease;
  }

  /** The database and the schema by their names. The URL may hold a password. */
  @Override
  public String place() {
    try (Connection connection = source.getConnection()) {
      String schema = connection.getSchema();
      return schema == null
          ? "the database"
          : "the database " + connection.getCatalog() + ", schema " + schema;
    } catch (SQLException e) {
      return "the database";
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
    cleanUpAgain();
    for (PooledLease last = takeFailed(); last != null; last = takeFailed()) {
      // Nobody is left to try again: the pool is to find out what has become of it.
      last.giveUp();
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
      Connection taken = from.getConnection();
      connection = taken;
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
        restored = usable && isRestored();
      } finally {
        if (!restored) {
          discard();
        }
      }
    }

    /** Only after a transaction that has ended well: to set autocommit would commit another. */
    private boolean isRestored() {
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
        done = isDiscarded();
      } finally {
        if (!done) {
          keepFailed(this);
        }
      }
      return done;
    }

    private boolean isDiscarded() {
      try {
        if (!ended) {
          preparation.discard(connection());
          ended = true;
        }
      } catch (SQLException | RuntimeException e) {
        return false;
      }
      giveUp();
      return true;
    }

    private void giveUp() {
      try {
        connection().close();
      } catch (SQLException | RuntimeException e) {
        // The pool found it ended, which is what it is to know.
      }
    }
  }
}
