package io.github.embeddedkms.store;

import io.github.embeddedkms.bounded.Deadline;
import io.github.embeddedkms.bounded.StackSpace;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One node of a store: the database, this node's copy of what it holds, and the order in which
 * threads use the two.
 *
 * <p>Safe for use by several threads. Each wait ends at the deadline of the call.
 */
final class StoreNode {

  private final Database database;
  private final Replica replica;
  private final Schema schema;
  private final StoreClock clock;
  private final Duration timeout;
  private final Staleness staleness;

  /**
   * Held by the thread that writes, from before it takes a connection: one connection at a time
   * waits for other nodes, and writers get their turns in the order of arrival.
   */
  private final StoreLock writers = new StoreLock();

  /**
   * Held while the database is read into the copy and while the copy is changed. It is never held
   * while a thread waits for a connection or for other nodes, so that readers do not wait for those
   * either.
   */
  private final StoreLock copy = new StoreLock();

  /** How many refreshes have begun. */
  private final AtomicLong refreshes = new AtomicLong();

  // Guarded by the copy's lock: the number of the last refresh that succeeded, and why the last one
  // failed, if it did.
  private long lastRefreshed;
  private @Nullable StoreUnavailableException lastFailure;

  /** Whether the database still keeps something of what was deleted. */
  private volatile boolean erasureDue;

  private volatile boolean closed;

  /** Takes over the database and the copy, and closes them in the end. */
  StoreNode(
      Database database, Replica replica, Schema schema, Duration timeout, Staleness staleness) {
    this.database = database;
    this.replica = replica;
    this.schema = schema;
    this.clock = replica.clock();
    this.timeout = timeout;
    this.staleness = staleness;
  }

  /** Something done in a transaction that only reads. */
  interface Reading<T> {
    T run(Tables tables) throws SQLException;
  }

  /** What a transaction writes, after it has the right to, with the head that it then found. */
  interface Writing<T> {
    T run(Tables tables, Optional<Head> head) throws SQLException;
  }

  /** What is done with the result of a transaction that was committed. */
  interface Committed<T> {
    void accept(T result);
  }

  /** Something done with the copy. */
  private interface Step<T> {
    T run() throws SQLException;
  }

  /**
   * Starts a call that may wait.
   *
   * @return until when it may wait
   */
  Deadline startCall() {
    StackSpace.require();
    requireOpen();
    return Deadline.after(timeout);
  }

  /** The entries, no older than the staleness allows. */
  InMemoryKeyStorage fresh() {
    if (staleness.isStale() || !replica.isConsistent()) {
      refresh();
    }
    return replica.entries();
  }

  /**
   * Brings the copy up to date. A refresh by another thread that began after this call serves as
   * well, and if it has failed, this call fails for the same reason: otherwise many threads would
   * wait one after the other for a database that does not answer.
   */
  private void refresh() {
    long before = refreshes.get();
    Deadline deadline = startCall();
    database.run(
        Database.Purpose.READING,
        deadline,
        session -> {
          boolean refreshed =
              lockingCopy(deadline, () -> refreshIfNeeded(session, deadline, before));
          if (refreshed) {
            erase(session);
          }
          return refreshed;
        });
  }

  private boolean refreshIfNeeded(Session session, Deadline deadline, long before)
      throws SQLException {
    if (replica.isConsistent() && (!staleness.isStale() || lastRefreshed > before)) {
      return false;
    }
    StoreUnavailableException failed = lastFailure;
    if (failed != null && refreshes.get() > before) {
      throw failed;
    }
    refresh(session, deadline);
    return true;
  }

  private void refresh(Session session, Deadline deadline) throws SQLException {
    // Counted from before the read, so that changes made right after it are seen in time.
    Staleness.Instant begun = staleness.now();
    long number = refreshes.incrementAndGet();
    lastFailure = null;
    // Only then does its failure say anything about the database to other threads.
    boolean hadTime = deadline.isYoung();
    try {
      Tables tables = session.begin();
      replica.catchUp(tables, head(tables));
      session.commit();
    } catch (SQLException e) {
      throw recorded(database.failure(e), hadTime);
    } catch (StoreUnavailableException e) {
      throw recorded(e, hadTime);
    }
    staleness.markRefreshed(begun);
    lastRefreshed = number;
  }

  /** The head as it is now; the database's time is taken over with it. */
  private Optional<Head> head(Tables tables) throws SQLException {
    Optional<Head> head = tables.head(replica.head().schema());
    clock.readDatabaseTime(tables);
    return head;
  }

  private KeyStorageException recorded(KeyStorageException failure, boolean hadTime) {
    if (hadTime
        && failure instanceof StoreUnavailableException unavailable
        && !Thread.currentThread().isInterrupted()) {
      lastFailure = unavailable;
    }
    return failure;
  }

  /** Something done with the copy as the database is now. */
  <T> T withRefreshedCopy(Supplier<T> step) {
    Deadline deadline = startCall();
    return runWithCopy(
        deadline,
        session -> {
          refresh(session, deadline);
          return step.get();
        });
  }

  /** Reads in one transaction, without the copy. */
  <T> T read(Deadline deadline, Reading<T> reading) {
    return database.run(
        Database.Purpose.READING, deadline, session -> read(session, session.begin(), reading));
  }

  /** Reads in the same transaction that brings the copy up to date. */
  <T> T refreshAndRead(Deadline deadline, Reading<T> reading) {
    return runWithCopy(
        deadline,
        session -> {
          Tables tables = session.begin();
          replica.catchUp(tables, head(tables));
          return read(session, tables, reading);
        });
  }

  private <T> T runWithCopy(Deadline deadline, Database.Work<T> work) {
    return database.run(
        Database.Purpose.READING,
        deadline,
        session -> lockingCopy(deadline, () -> work.run(session)));
  }

  private static <T> T read(Session session, Tables tables, Reading<T> reading)
      throws SQLException {
    T result = reading.run(tables);
    session.commit();
    return result;
  }

  /** Writes items, if there is something to write. */
  boolean writeChange(Deadline deadline, Writing<Optional<ChangeWriter>> writing) {
    return write(deadline, writing, done -> done.ifPresent(replica::accept)).isPresent();
  }

  /**
   * Writes in one transaction. If this fails, the transaction may have been committed all the same:
   * the next read asks the database.
   *
   * @param committed run once the transaction was committed, while no other thread uses the copy
   */
  <T> T write(Deadline deadline, Writing<T> writing, Committed<T> committed) {
    writers.lock(deadline);
    boolean done = false;
    try {
      T result =
          database.run(
              Database.Purpose.WRITING,
              deadline,
              session -> {
                Tables tables = session.begin();
                Optional<Head> head = tables.lockedHead(replica.head().schema());
                clock.readDatabaseTime(tables);
                // While no other node can write, and for everything that is written.
                head.ifPresent(schema::requireWritable);
                T written =
                    lockingCopy(
                        deadline, () -> writeAndCommit(session, tables, head, writing, committed));
                if (tables.needsErasure()) {
                  erasureDue = true;
                }
                erase(session);
                return written;
              });
      done = true;
      return result;
    } finally {
      if (!done) {
        staleness.expire();
      }
      writers.unlock();
    }
  }

  private <T> T writeAndCommit(
      Session session,
      Tables tables,
      Optional<Head> head,
      Writing<T> writing,
      Committed<T> committed)
      throws SQLException {
    // No other node can write meanwhile, so what is known afterwards is true as of now.
    Staleness.Instant begun = staleness.now();
    T result = writing.run(tables, head);
    session.commit();
    committed.accept(result);
    staleness.markRefreshed(begun);
    return result;
  }

  /** If other connections prevent it, it is tried again after the next refresh or change. */
  private void erase(Session session) {
    if (!erasureDue) {
      return;
    }
    // Cleared first: a deletion that another thread commits from here on sets it again.
    erasureDue = false;
    boolean erased = false;
    try {
      erased = session.tryErase();
    } finally {
      if (!erased) {
        erasureDue = true;
      }
    }
  }

  /** The time by which irreversible acts are due. Asks the database if that may change it. */
  Instant time() {
    isClockAhead();
    return clock.time(replica.head());
  }

  /** Whether this machine's clock is too far ahead of what the store has confirmed. */
  boolean isClockAhead() {
    requireOpen();
    if (!clock.isAhead(replica.head())) {
      return false;
    }
    // Another node may have confirmed a later time since the last read.
    fresh();
    return clock.isAhead(replica.head());
  }

  /** Something done with the copy as it is. */
  <T> T withCopy(Deadline deadline, Supplier<T> step) {
    copy.lock(deadline);
    try {
      requireOpen();
      return step.get();
    } finally {
      copy.unlock();
    }
  }

  private <T> T lockingCopy(Deadline deadline, Step<T> step) throws SQLException {
    copy.lock(deadline);
    try {
      requireOpen();
      return step.run();
    } finally {
      copy.unlock();
    }
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("the key storage is closed");
    }
  }

  /** For tests: how many threads wait for a connection, for their turn to write or for the copy. */
  int waiting() {
    return database.waiting() + writers.waiting() + copy.waiting();
  }

  /** Waits for a call that changes the copy, but no longer than the timeout. */
  void close() {
    closed = true;
    Deadline deadline = Deadline.after(timeout);
    try {
      closeCopy(deadline);
    } finally {
      // Without the copy's lock: a reader holds its connection while it waits for that.
      database.close(deadline);
    }
  }

  private void closeCopy(Deadline deadline) {
    boolean locked = tryLockCopy(deadline);
    try {
      replica.close();
    } finally {
      if (locked) {
        copy.unlock();
      }
    }
  }

  /** The copy is closed even if this fails: it withstands being closed while it is used. */
  private boolean tryLockCopy(Deadline deadline) {
    try {
      copy.lock(deadline);
      return true;
    } catch (StoreUnavailableException e) {
      return false;
    }
  }
}
