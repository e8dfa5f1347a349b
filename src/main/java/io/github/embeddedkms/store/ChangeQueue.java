package io.github.embeddedkms.store;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The changes of threads that wait for their turn to write. The thread whose turn it is writes the
 * changes of others together with its own, in one transaction: they share one wait for the disk.
 *
 * <p>Changes are written together only if no entry occurs in two of them, and no related keys of
 * several Regions. Whether each of them may be made then depends on the present entries only, and
 * not on the others. None is visible before the commit.
 *
 * <p>If the transaction fails before its commit, the other changes are written by their own
 * threads, one by one. If the commit fails, all of them have been made, or none: each thread
 * receives the failure.
 *
 * <p>Safe for use by several threads.
 */
final class ChangeQueue {

  /** How many changes are written together with one. */
  private static final int MAX_OTHERS = 63;

  /** A larger change is written alone: it would take the time of the call that writes it. */
  private static final int MAX_ENTRIES = 10;

  private static final long CHECK_MILLIS = 100;

  /** In the address that stands for a multi-Region key in all its Regions. No Region has it. */
  private static final String ALL_REGIONS = "";

  private enum State {
    /** Not written yet; in the queue or being written by its own thread. */
    OPEN,
    /** Being written by the thread of another change. */
    TAKEN,
    /** Committed by the thread of another change. */
    WRITTEN,
    /** The commit by the thread of another change has failed. */
    FAILED
  }

  /** A change and what its thread must know. Its state belongs to the queue. */
  static final class Waiting {

    private final Change change;
    private final Map<MaterialRow.Id, MaterialRow> sealed;
    private final Thread thread = Thread.currentThread();

    /** Whether its thread is writing. Cleared by the thread itself, even if everything fails. */
    volatile boolean inTurn;

    private State state = State.OPEN;
    private @Nullable Waiting writer;
    private @Nullable StoreUnavailableException failure;

    /** Whether this change is not written together with others, after that has failed. */
    private boolean alone;

    /** The changes that are being written together with this one. */
    private List<Waiting> others = List.of();

    private boolean committing;
    private boolean repeated;

    /**
     * Creates a change of the current thread.
     *
     * @param sealed its new materials
     */
    Waiting(Change change, Map<MaterialRow.Id, MaterialRow> sealed) {
      this.change = change;
      this.sealed = sealed;
    }

    Change change() {
      return change;
    }

    /** Returns its new materials, sealed under the epoch that was current when it was added. */
    Map<MaterialRow.Id, MaterialRow> sealed() {
      return sealed;
    }
  }

  private final Deque<Waiting> queue = new ArrayDeque<>();

  /** Adds a change of the current thread, which must then call {@link StoreNode#writeQueued}. */
  synchronized void add(Waiting own) {
    queue.add(own);
  }

  /**
   * Begins the turn of a change.
   *
   * @return true if another thread has written it; the turn is over then
   * @throws StoreUnavailableException if another thread has tried to commit it
   */
  synchronized boolean isWritten(Waiting own) {
    queue.remove(own);
    boolean written = result(own);
    own.inTurn = !written;
    return written;
  }

  /**
   * Takes changes from the queue that can be written together with one. None overtakes an earlier
   * one that touches the same entries.
   *
   * @param limit how many at most
   * @param isCurrent returns whether a change can be made, judged by the present entries
   */
  synchronized List<Waiting> takeOthers(Waiting own, int limit, Predicate<Waiting> isCurrent) {
    List<Waiting> taken = new ArrayList<>();
    own.others = taken;
    own.committing = false;
    if (own.alone || !own.change.limits().isEmpty()) {
      return taken;
    }
    Set<Address> touched = new HashSet<>(touched(own.change));
    int most = Math.min(limit, MAX_OTHERS);
    for (Iterator<Waiting> rest = queue.iterator(); rest.hasNext() && taken.size() < most; ) {
      Waiting next = rest.next();
      Set<Address> more = touched(next.change);
      if (isSmall(next.change) && Collections.disjoint(touched, more) && isCurrent.test(next)) {
        // First, because it fails if memory is short.
        taken.add(next);
        next.writer = own;
        next.state = State.TAKEN;
        rest.remove();
      }
      touched.addAll(more);
    }
    return taken;
  }

  /** Returns whether it is small, and depends on no entries but those that it names. */
  private static boolean isSmall(Change change) {
    return change.limits().isEmpty()
        && change.puts().size() + change.removes().size() <= MAX_ENTRIES;
  }

  private static Set<Address> touched(Change change) {
    Set<Address> touched = new HashSet<>();
    for (List<Entry> entries : List.of(change.puts(), change.removes(), change.unchanged())) {
      for (Entry entry : entries) {
        touched.add(entry.address());
        relatedKeys(entry).ifPresent(touched::add);
        entry.owner().ifPresent(touched::add);
        entry.listings().forEach(listing -> touched.add(listing.group()));
      }
    }
    change.limits().forEach(limit -> touched.add(limit.group()));
    return touched;
  }

  /**
   * Returns what a multi-Region key shares with its related keys: a key is refused if it would be
   * their second primary key.
   */
  private static Optional<Address> relatedKeys(Entry entry) {
    Address address = entry.address();
    return entry instanceof KeyEntry && address.isMultiRegion()
        ? Optional.of(new Address(address.account(), ALL_REGIONS, address.id()))
        : Optional.empty();
  }

  /** Records that everything is written and the commit may begin. */
  synchronized void beginCommit(Waiting own) {
    own.committing = true;
  }

  /** Records that the transaction is committed and the entries are visible. */
  synchronized void committed(Waiting own) {
    end(own, State.WRITTEN, null);
  }

  private void end(Waiting own, State state, @Nullable StoreUnavailableException failure) {
    // Allocates nothing: memory may be short.
    List<Waiting> others = own.others;
    for (int i = 0; i < others.size(); i++) {
      Waiting other = others.get(i);
      other.state = state;
      other.failure = failure;
      other.alone = true;
    }
    own.others = List.of();
    notifyAll();
  }

  /** Ends the turn of a change whose transaction has failed. Called while its turn lasts. */
  synchronized void failed(Waiting own, Throwable failure) {
    // That the store is unavailable, or memory is short, is not due to one of the changes.
    own.repeated =
        !own.others.isEmpty()
            && !own.committing
            && failure instanceof RuntimeException
            && !(failure instanceof StoreUnavailableException);
    own.alone = true;
    StoreUnavailableException reported =
        failure instanceof StoreUnavailableException unavailable ? unavailable : null;
    if (own.committing) {
      end(own, State.FAILED, reported);
    } else {
      end(own, State.OPEN, null);
    }
  }

  /**
   * Returns, once after each failure, whether the thread of a change must try again, without the
   * changes of others: one of them may be the reason of the failure.
   */
  synchronized boolean isToBeRepeated(Waiting own) {
    boolean repeated = own.repeated;
    own.repeated = false;
    return repeated;
  }

  /**
   * Waits for the result of a change whose own thread has waited for its turn in vain. If another
   * thread is just writing the change, that thread's time limit applies: the caller must not
   * release the materials of a key that is about to be stored.
   *
   * @return whether another thread has written it; if not, none will
   * @throws StoreUnavailableException if another thread has tried to commit it
   */
  synchronized boolean awaitResult(Waiting own) {
    queue.remove(own);
    boolean interrupted = false;
    while (own.state == State.TAKEN && isWriting(own.writer)) {
      try {
        TimeUnit.MILLISECONDS.timedWait(this, CHECK_MILLIS);
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return result(own);
  }

  private static boolean isWriting(@Nullable Waiting writer) {
    return writer != null && writer.inTurn && writer.thread.isAlive();
  }

  private static boolean result(Waiting own) {
    if (own.failure != null) {
      throw own.failure;
    }
    if (own.state == State.FAILED || own.state == State.TAKEN) {
      // If it is still taken, an Error has kept the other thread from recording the result.
      throw StoreUnavailableException.noAnswer(null);
    }
    return own.state == State.WRITTEN;
  }
}
