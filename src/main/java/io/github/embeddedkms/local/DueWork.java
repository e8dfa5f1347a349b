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
 * Carries out what is due, in the order of the due times: so far the deletion of keys. No thread
 * waits for it. Every call does it first, so that nothing is found in the state before.
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
   * @param warning takes a failure to be reported: that deletions are held back because the clock
   *     is too far ahead. Called once, until the clock is right again
   * @return how many keys this call has deleted
   */
  int carryOut(Consumer<KeyStorageException> warning) {
    // The clock is asked only if there is any date at all: nearly always there is none.
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
        if (entry instanceof KeyEntry key && isToBeDeleted(key, present)) {
          // Where another change was faster, the entry is looked at again.
          more = true;
          deleted += isDeleted(key) ? 1 : 0;
        }
      }
    }
    return deleted;
  }

  private static boolean isToBeDeleted(KeyEntry key, Instant present) {
    return key.deletionDate() != null && !key.deletionDate().isAfter(present);
  }

  /** False if another change was faster; then the key may not be due any more. */
  private boolean isDeleted(KeyEntry key) {
    List<Entry> gone = new ArrayList<>(storage.aliasesOf(key.address(), "", Integer.MAX_VALUE));
    // The key goes last: as long as it is there, others see that a deletion is under way.
    gone.add(key);
    return storage.apply(Change.remove(gone));
  }
}
