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
 * Optimistic changes: a call reads, decides and commits; if another change was faster, the whole
 * call, its checks included, is run again on what there is now.
 */
final class Transactions {

  /** Another change was faster. Never leaves this room. */
  private static final class Stale extends RuntimeException {

    private static final long serialVersionUID = 1L;

    Stale() {
      // Control flow, not an error: no stack trace.
      super(null, null, false, false);
    }
  }

  /** One call may meet a deletion; by alias, perhaps a second one. */
  private static final int MOST_DELETIONS = 10;

  /** As long as a call waits for a store in a database, unless that was set. */
  private static final Duration MOST_TO_WAIT = Duration.ofSeconds(10);

  private final KeyStorage storage;

  /**
   * The turn of a call that was overtaken: until it has ended, other calls of this provider commit
   * nothing but wait for the same turn. Without it, many calls that change one key would each
   * overtake the others again and again, and most of what they do would be repeated.
   */
  private final FairLock overtaken = new FairLock();

  Transactions(KeyStorage storage) {
    this.storage = storage;
  }

  /** Applies a change, or has the call run again. */
  void commit(Change change) {
    if (overtaken.isTakenByAnother() || !storage.apply(change)) {
      throw new Stale();
    }
  }

  /**
   * Runs a call until nothing comes between its reading and its committing or using.
   *
   * @throws StoreUnavailableException if other calls take too long, or if the thread is interrupted
   *     between two runs; nothing has happened then
   */
  <R> R run(Supplier<R> call) {
    try {
      return runUntilDone(call);
    } finally {
      if (overtaken.isHeldByCurrentThread()) {
        overtaken.unlock();
      }
    }
  }

  private <R> R runUntilDone(Supplier<R> call) {
    int deletedUnderIt = 0;
    while (true) {
      try {
        return call.get();
      } catch (Stale e) {
        takeTurn();
      } catch (Material.ClosedException e) {
        // The key was deleted before it was used: the next run will not find it. If it does, again
        // and again, its material is closed by mistake.
        if (++deletedUnderIt > MOST_DELETIONS) {
          throw e;
        }
      }
    }
  }

  /** From now on only other processes can overtake this call, once for each of their changes. */
  private void takeTurn() {
    try {
      // Asked here too: an interrupted thread may take a lock that is free.
      if (Thread.currentThread().isInterrupted()) {
        throw new InterruptedException();
      }
      if (!overtaken.isHeldByCurrentThread()) {
        StackSpace.require();
        overtaken.lock(Deadline.after(MOST_TO_WAIT));
      }
    } catch (TimeoutException e) {
      throw new StoreUnavailableException("the store is in use by other threads for too long");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StoreUnavailableException("interrupted while waiting for the store");
    }
  }
}
