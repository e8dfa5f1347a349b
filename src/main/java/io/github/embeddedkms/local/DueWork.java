package io.github.embeddedkms.local;

import io.github.embeddedkms.store.Change;
import io.github.embeddedkms.store.Entry;
import io.github.embeddedkms.store.KeyEntry;
import io.github.embeddedkms.store.KeyStorage;
import io.github.embeddedkms.store.KeyStorageException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * Carries out due work in the order of its due times; so far this is the deletion of keys. There is
 * no background thread: every call carries out due work before anything else, so that no call sees
 * a due key.
 */
final class DueWork {

  private final KeyStorage storage;
  private final KmsClock clock;
  private final AtomicBoolean heldBack = new AtomicBoolean();

  DueWork(KeyStorage storage, KmsClock clock) {
    this.storage = storage;
    this.clock = clock;
  }

  /**
   * Carries out everything that is due.
   *
   * @param warning receives a failure to report: deletions are held back because the clock is too
   *     far ahead. Called once until the clock is right again
   * @return the number of keys that this call has deleted
   */
  int carryOut(Consumer<KeyStorageException> warning) {
    // The clock is read only if there is a date. There is hardly ever one.
    Optional<Instant> next = storage.nextDue();
    if (next.isEmpty()) {
      return 0;
    }
    if (next.get().isAfter(clock.decisive())) {
      warnIfHeldBack(warning);
      return 0;
    }
    heldBack.set(false);
    return deleteDueKeys();
  }

  private void warnIfHeldBack(Consumer<KeyStorageException> warning) {
    if (!clock.isHeldBack()) {
      heldBack.set(false);
    } else if (heldBack.compareAndSet(false, true)) {
      warning.accept(
          new KeyStorageException(
              "a key waits for its deletion, but this machine's clock is too far ahead of the time"
                  + " that the store has confirmed: nothing is deleted until the clock is right, or"
                  + " purge() has confirmed it"));
    }
  }

  private int deleteDueKeys() {
    int deleted = 0;
    boolean more = true;
    while (more) {
      more = false;
      Instant present = clock.decisive();
      for (Entry entry : storage.due(present)) {
        if (entry instanceof KeyEntry key && isDue(key, present)) {
          // If another change was faster, the next round reads the entry again.
          more = true;
          deleted += tryDelete(key) ? 1 : 0;
        }
      }
    }
    return deleted;
  }

  private static boolean isDue(KeyEntry key, Instant present) {
    return key.deletionDate() != null && !key.deletionDate().isAfter(present);
  }

  /** Returns false if another change was faster; then the key may no longer be due. */
  private boolean tryDelete(KeyEntry key) {
    List<Entry> gone = new ArrayList<>(storage.aliasesOf(key.address(), "", Integer.MAX_VALUE));
    // The key is removed last: while it exists, other nodes see that a deletion is in progress.
    gone.add(key);
    return storage.apply(Change.remove(gone));
  }
}
