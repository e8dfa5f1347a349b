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
 * One node of a store: the database, this node's copy of its content, and the order in which
 * threads use them.
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
   * Held by the thread that writes, and acquired before it takes a connection. At most one
   * connection therefore waits for other nodes, and writers are served in the order of arrival.
   */
  private final StoreLock writers = new StoreLock();

  /**
   * Held while the database is read into the copy and while the copy is changed. It is never held
   * while a thread waits for a connection or for other nodes, so that readers do not wait for them.
   */
  private final StoreLock copy = new StoreLock();

  /** The number of refreshes that have begun. */
  private final AtomicLong refreshes = new AtomicLong();

  // Guarded by the copy's lock: the number of the last refresh that succeeded, and the failure of
  // the last one, if it failed.
  private long lastRefreshed;
  private @Nullable StoreUnavailableException lastFailure;

  /** Whether the database may still keep remnants of deleted rows. */
  private volatile boolean erasureDue;

  private volatile boolean closed;

  /** Creates a node that owns the database and the copy, and closes them. */
  StoreNode(
      Database database, Replica replica, Schema schema, Duration timeout, Staleness staleness) {
    this.database = database;
    this.replica = replica;
    this.schema = schema;
    this.clock = replica.clock();
    this.timeout = timeout;
    this.staleness = staleness;
  }

  /** Work done in a transaction that only reads. */
  interface Reading<T> {
    T run(Tables tables) throws SQLException;
  }

  /**
   * Work done in a transaction that writes. It receives the head that was found once the write lock
   * was held.
   */
  interface Writing<T> {
    T run(Tables tables, Optional<Head> head) throws SQLException;
  }

  /** Receives the result of a committed transaction. */
  interface Committed<T> {
    void accept(T result);
  }

  /** Work done with the copy. */
  private interface Step<T> {
    T run() throws SQLException;
  }

  /**
   * Starts a call that may wait.
   *
   * @return the deadline of its waits
   */
  Deadline startCall() {
    StackSpace.require();
    requireOpen();
    return Deadline.after(timeout);
  }

  /** Returns the entries, no older than the staleness allows. */
  InMemoryKeyStorage fresh() {
    if (staleness.isStale() || !replica.isConsistent()) {
      refresh();
    }
    return replica.entries();
  }

  /**
   * Brings the copy up to date. A refresh by another thread that began after this call is
   * sufficient. If such a refresh has failed, this call fails with the same error: otherwise many
   * threads would wait one after the other for a database that does not respond.
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
    // The age is counted from before the read, so that changes made right after it are seen in
    // time.
    Staleness.Instant begun = staleness.now();
    long number = refreshes.incrementAndGet();
    lastFailure = null;
    // Only the failure of a refresh that had enough time says something about the database, and is
    // passed on to other threads.
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

  /** Reads the present head, and with it the database's time. */
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

  /** Runs a step with a copy that has just been brought up to date. */
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

  /** Writes items, if the change produces any. */
  boolean writeChange(Deadline deadline, Writing<Optional<ChangeWriter>> writing) {
    return write(deadline, writing, done -> done.ifPresent(replica::accept)).isPresent();
  }

  /**
   * Writes in one transaction. If this fails, the transaction may nevertheless have been committed,
   * so the next read queries the database.
   *
   * @param committed called once the transaction is committed, while no other thread uses the copy
   */
  <T> T write(Deadline deadline, Writing<T> writing, Committed<T> committed) {
    // Created before the lock is taken: if memory is short, nothing would release the lock.
    Supplier<T> work = () -> writeInTransaction(deadline, writing, committed);
    writers.lock(deadline);
    return writeInTurn(work);
  }

  /**
   * Writes a change in its turn, unless another thread has written it by then.
   *
   * @param queue the queue that contains the change
   */
  boolean writeQueued(
      Deadline deadline,
      ChangeQueue queue,
      ChangeQueue.Waiting change,
      Writing<Optional<ChangeWriter>> writing) {
    Supplier<Boolean> work =
        () -> queue.isWritten(change) || writeWithOthers(deadline, queue, change, writing);
    try {
      writers.lock(deadline);
    } catch (RuntimeException | Error e) {
      if (queue.awaitResult(change)) {
        return true;
      }
      throw e;
    }
    return writeInTurn(work);
  }

  private boolean writeWithOthers(
      Deadline deadline,
      ChangeQueue queue,
      ChangeQueue.Waiting change,
      Writing<Optional<ChangeWriter>> writing) {
    try {
      Committed<Optional<ChangeWriter>> committed =
          done -> {
            try {
              done.ifPresent(replica::accept);
            } catch (RuntimeException | Error e) {
              // The next read must not use the copy.
              staleness.expire();
              throw e;
            } finally {
              // The other changes are stored, whatever has become of the copy.
              queue.committed(change);
            }
          };
      return writeInTransaction(deadline, writing, committed).isPresent();
    } catch (RuntimeException | Error e) {
      // Before the next thread has its turn, and before others read.
      staleness.expire();
      queue.failed(change, e);
      throw e;
    } finally {
      // No call: the stack may be exhausted, and others wait for this.
      change.inTurn = false;
    }
  }

  /** Does work while this thread holds the writers' lock, and releases it. */
  private <T> T writeInTurn(Supplier<T> work) {
    boolean done = false;
    try {
      T result = work.get();
      done = true;
      return result;
    } finally {
      if (!done) {
        staleness.expire();
      }
      writers.unlock();
    }
  }

  private <T> T writeInTransaction(Deadline deadline, Writing<T> writing, Committed<T> committed) {
    return database.run(
        Database.Purpose.WRITING,
        deadline,
        session -> {
          Tables tables = session.begin();
          Optional<Head> head = tables.lockedHead(replica.head().schema());
          clock.readDatabaseTime(tables);
          // Checked for every write, and while no other node can write.
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
  }

  private <T> T writeAndCommit(
      Session session,
      Tables tables,
      Optional<Head> head,
      Writing<T> writing,
      Committed<T> committed)
      throws SQLException {
    // No other node can write meanwhile, so the copy after the commit equals the database as of
    // now.
    Staleness.Instant begun = staleness.now();
    T result = writing.run(tables, head);
    session.commit();
    committed.accept(result);
    staleness.markRefreshed(begun);
    return result;
  }

  /**
   * Removes remnants of deleted rows. If other connections prevent that, it is tried again after
   * the next refresh or change.
   */
  private void erase(Session session) {
    if (!erasureDue) {
      return;
    }
    // Cleared first, because a deletion that another thread commits from here on must set it again.
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

  /**
   * Returns the time that decides when irreversible actions are due. Refreshes the copy if this
   * machine's clock is ahead, since that may change the result.
   */
  Instant time() {
    isClockAhead();
    return clock.time(replica.head());
  }

  /** Returns the time that decides when actions are due that lose nothing. */
  Instant uncheckedTime() {
    requireOpen();
    return Instant.ofEpochMilli(clock.now());
  }

  /**
   * Returns whether this machine's clock is too far ahead of the time that the store has confirmed.
   */
  boolean isClockAhead() {
    requireOpen();
    if (!clock.isAhead(replica.head())) {
      return false;
    }
    // Another node may have confirmed a later time since the last read.
    fresh();
    return clock.isAhead(replica.head());
  }

  /** Runs a step with the copy as it is. */
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

  /**
   * For tests: returns how many threads are waiting for a connection, for their turn to write, or
   * for the copy.
   */
  int waiting() {
    return database.waiting() + writers.waiting() + copy.waiting();
  }

  /**
   * Closes the copy and the database. Waits for a call that changes the copy, but no longer than
   * the timeout.
   */
  void close() {
    closed = true;
    Deadline deadline = Deadline.after(timeout);
    try {
      closeCopy(deadline);
    } finally {
      // The copy's lock is not held here, because a reader holds its connection while it waits for
      // that lock.
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

  /**
   * Tries to lock the copy. It is closed even if this fails, which is safe while other threads use
   * it.
   */
  private boolean tryLockCopy(Deadline deadline) {
    try {
      copy.lock(deadline);
      return true;
    } catch (StoreUnavailableException e) {
      return false;
    }
  }
}
