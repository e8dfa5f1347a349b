package io.github.embeddedkms.store;

import io.github.embeddedkms.store.fixture.Intercepted;
import java.lang.reflect.Method;
import java.net.SocketTimeoutException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;

/**
 * Connections with a fault at a chosen step. Every JDBC call of the storage is a step: taking a
 * connection, each setting, each statement, each row, each close.
 */
final class FaultyConnections {

  /** What happens at the step. */
  enum Fault {
    /** The step fails and is not done. */
    REFUSED,
    /** The step is done, but its response is lost. */
    ANSWER_LOST,
    /** Memory runs out before the step. */
    NO_MEMORY,
    /** The stack overflows after the step. */
    NO_STACK,
    /** The step never ends unless it is cancelled or the network timeout ends it. */
    HANG,
    /** The thread is interrupted before the step. */
    INTERRUPT
  }

  /** How long a pool waits for a connection: the pool's own limit. */
  private static final int POOL_MILLIS = 50;

  /**
   * Far longer than the time limit of a call, but shorter than its caller waits, because this
   * failure is more precise.
   */
  private static final Duration HANGING = Duration.ofSeconds(20);

  private final boolean sqlite;
  private final AtomicInteger steps = new AtomicInteger();
  private final AtomicInteger faultAt = new AtomicInteger();
  private volatile Fault fault = Fault.REFUSED;
  private volatile boolean met;

  /** The number of cleanup calls that still have to fail after the fault. */
  private final AtomicInteger failingCleanups = new AtomicInteger();

  FaultyConnections(TestDatabase database) {
    this.sqlite = database.isSqlite();
  }

  /** Counts from 1 again, without a fault. */
  void restart() {
    plan(0, Fault.REFUSED, 0);
  }

  /** Plans a fault at the given step, and then the failure of some cleanup calls. */
  void plan(int step, Fault what, int cleanups) {
    met = false;
    fault = what;
    failingCleanups.set(cleanups);
    steps.set(0);
    faultAt.set(step);
  }

  int steps() {
    return steps.get();
  }

  boolean met() {
    return met;
  }

  DataSource wrap(DataSource source) {
    return Intercepted.of(
        DataSource.class,
        (proxy, method, arguments) ->
            wrap((Connection) step(new Link(), false, source, method, arguments)));
  }

  /** One physical connection: whether its statement was cancelled, and its network timeout. */
  private static final class Link {
    private volatile int networkTimeout;
    private volatile boolean cancelled;
  }

  Connection wrap(Connection connection) {
    Link link = new Link();
    return Intercepted.of(
        Connection.class,
        (proxy, method, arguments) -> {
          switch (method.getName()) {
            case "setNetworkTimeout" -> link.networkTimeout = (int) arguments[1];
            case "unwrap" -> {
              return proxy;
            }
            default -> {}
          }
          Object result = step(link, isCleanup(method, arguments), connection, method, arguments);
          if (result instanceof PreparedStatement statement) {
            return statement(PreparedStatement.class, link, statement);
          }
          return result instanceof Statement statement
              ? statement(Statement.class, link, statement)
              : result;
        });
  }

  private <T extends Statement> T statement(Class<T> type, Link link, T statement) {
    return Intercepted.of(
        type,
        (proxy, method, arguments) -> {
          if (method.getName().equals("cancel")) {
            // Called by the watchdog's thread, so it is not a step of the call. It cancels the
            // running statement, if that is what hangs.
            link.cancelled = true;
            return Intercepted.call(statement, method, arguments);
          }
          if (method.getName().equals("getConnection")) {
            return Intercepted.call(statement, method, arguments);
          }
          Object result = step(link, isCleanup(method, arguments), statement, method, arguments);
          return result instanceof ResultSet rows
              ? Intercepted.of(
                  ResultSet.class,
                  (rowsProxy, rowMethod, rowArguments) ->
                      step(link, false, rows, rowMethod, rowArguments))
              : result;
        });
  }

  private static boolean isCleanup(Method method, Object[] arguments) {
    return switch (method.getName()) {
      case "rollback", "abort", "close" -> true;
      case "execute" ->
          arguments != null && arguments.length > 0 && "ROLLBACK".equals(arguments[0]);
      default -> false;
    };
  }

  private Object step(Link link, boolean cleanup, Object target, Method method, Object[] arguments)
      throws Throwable {
    boolean faulty = steps.incrementAndGet() == faultAt.get();
    if (faulty && fault == Fault.HANG && !canHang(target, method, arguments)) {
      // Move the fault to the next step that can hang.
      faultAt.incrementAndGet();
      faulty = false;
    }
    if (!faulty) {
      if (met && cleanup && failingCleanups.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
        throw broken(null);
      }
      return Intercepted.call(target, method, arguments);
    }
    met = true;
    switch (fault) {
      case REFUSED -> throw broken(null);
      case NO_MEMORY -> throw new OutOfMemoryError("planted");
      case NO_STACK -> {
        Intercepted.call(target, method, arguments);
        throw new StackOverflowError("planted");
      }
      case ANSWER_LOST -> {
        Intercepted.call(target, method, arguments);
        throw broken(null);
      }
      case INTERRUPT -> Thread.currentThread().interrupt();
      case HANG -> hang(link, target, method);
    }
    return Intercepted.call(target, method, arguments);
  }

  /**
   * Returns whether the call waits for something else: for the pool, for the server, or in an
   * SQLite query.
   */
  private boolean canHang(Object target, Method method, Object[] arguments) {
    String name = method.getName();
    if (target instanceof DataSource) {
      return true;
    }
    if (sqlite) {
      // A commit waits only for the disk, and no limit applies to that.
      return name.startsWith("execute")
          && !(arguments != null && arguments.length > 0 && isEnd(arguments[0]));
    }
    return (target instanceof Statement && name.startsWith("execute")) || name.equals("commit");
  }

  private static boolean isEnd(Object command) {
    return command.equals("COMMIT") || command.equals("ROLLBACK");
  }

  /** Hangs, and ends as a real hanging call does. */
  private void hang(Link link, Object target, Method method)
      throws SQLException, InterruptedException {
    if (target instanceof DataSource) {
      Thread.sleep(POOL_MILLIS);
      throw new SQLException("no connection is free", "08001");
    }
    if (!sqlite) {
      if (link.networkTimeout == 0 || link.networkTimeout > HANGING.toMillis()) {
        throw new AssertionError("nothing ends " + method);
      }
      sleepUninterruptibly(link.networkTimeout);
      throw broken(new SocketTimeoutException("planted"));
    }
    long begun = System.nanoTime();
    while (!link.cancelled) {
      if (System.nanoTime() - begun > HANGING.toNanos()) {
        throw new AssertionError("nothing cancels " + method);
      }
      sleepUninterruptibly(10);
    }
    throw new SQLException("interrupted", null, 9);
  }

  private static void sleepUninterruptibly(int millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private SQLException broken(Throwable cause) {
    return sqlite
        ? new SQLException("planted", null, 10)
        : new SQLException("planted", "08006", cause);
  }
}
