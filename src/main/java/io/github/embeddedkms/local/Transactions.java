package io.github.embeddedkms.local;

import io.github.embeddedkms.bounded.Deadline;
import io.github.embeddedkms.bounded.FairLock;
import io.github.embeddedkms.bounded.StackSpace;
import io.github.embeddedkms.crypto.Material;
import io.github.embeddedkms.store.Change;
import io.github.embeddedkms.store.KeyStorage;
import io.github.embeddedkms.store.StoreUnavailableException;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * Optimistic transactions: a call reads, decides and commits. If another change was faster, the
 * whole call is run again on the current state, including its checks.
 */
final class Transactions {

  /** Thrown when another change was faster. Never leaves this room. */
  private static final class Stale extends RuntimeException {

    private static final long serialVersionUID = 1L;

    Stale() {
      // Control flow, not an error: no stack trace.
      super(null, null, false, false);
    }
  }

  /**
   * A call can run into one deletion of its key, and into a second one if it names the key by
   * alias.
   */
  private static final int MAX_DELETIONS = 10;

  /** The same time as a call waits by default for a store in a database. */
  private static final Duration MAX_WAIT = Duration.ofSeconds(10);

  private final KeyStorage storage;

  /**
   * Held by a call that was overtaken by another change. Until it has finished, other calls of this
   * provider commit nothing but wait for this lock. Without the lock, many calls that change one
   * key would overtake each other again and again, and most of their work would be repeated.
   */
  private final FairLock retryLock = new FairLock();

  Transactions(KeyStorage storage) {
    this.storage = storage;
  }

  /** Applies a change, or causes the call to be run again. */
  void commit(Change change) {
    if (retryLock.isTakenByAnother() || !storage.apply(change)) {
      throw new Stale();
    }
  }

  /**
   * Applies a change that only creates entries with new, random ids. It can neither overtake
   * another call nor be overtaken, so that it does not wait for calls that are being run again, and
   * is not run again itself: what it creates may have taken seconds to generate.
   */
  void create(Change change) {
    if (!storage.apply(change)) {
      throw new Stale();
    }
  }

  /**
   * Runs a call again until no other change comes between its reads and its commit or its use of a
   * key.
   *
   * @throws StoreUnavailableException if other calls take too long, or if the thread is interrupted
   *     between two runs; then nothing was changed
   */
  <R> R run(Supplier<R> call) {
    try {
      return runUntilDone(call);
    } finally {
      if (retryLock.isHeldByCurrentThread()) {
        retryLock.unlock();
      }
    }
  }

  private <R> R runUntilDone(Supplier<R> call) {
    int deletions = 0;
    while (true) {
      try {
        return call.get();
      } catch (Stale e) {
        takeTurn();
      } catch (Material.ClosedException e) {
        // The key was deleted before it was used, and the next run will not find it. If it is found
        // again and again, its material was closed by mistake.
        if (++deletions > MAX_DELETIONS) {
          throw e;
        }
      }
    }
  }

  /**
   * Waits for the turn of this call. Afterwards only other processes can overtake it, once for each
   * of their changes.
   */
  private void takeTurn() {
    try {
      // Checked here too, because an interrupted thread can acquire a free lock.
      if (Thread.currentThread().isInterrupted()) {
        throw new InterruptedException();
      }
      if (!retryLock.isHeldByCurrentThread()) {
        StackSpace.require();
        retryLock.lock(Deadline.after(MAX_WAIT));
      }
    } catch (TimeoutException e) {
      throw new StoreUnavailableException("the store is in use by other threads for too long");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StoreUnavailableException("interrupted while waiting for the store");
    }
  }
}
