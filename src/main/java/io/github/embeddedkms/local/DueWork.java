package io.github.embeddedkms.local;

import io.github.embeddedkms.store.Change;
import io.github.embeddedkms.store.Entry;
import io.github.embeddedkms.store.KeyEntry;
import io.github.embeddedkms.store.KeyStorage;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * Carries out what is due, in the order of the due times: so far the deletion of keys. No thread
 * waits for it. Every call does it first, so that nothing is found in the state before.
 */
final class DueWork {

  private final KeyStorage storage;
  private final Supplier<Instant> now;

  DueWork(KeyStorage storage, Supplier<Instant> now) {
    this.storage = storage;
    this.now = now;
  }

  /**
   * Carries out everything that is due.
   *
   * @return how many keys this call has deleted
   */
  int carryOut() {
    // The clock is asked only if there is any date at all: nearly always there is none.
    if (storage.nextDue().filter(date -> !date.isAfter(now.get())).isEmpty()) {
      return 0;
    }
    int deleted = 0;
    boolean more = true;
    while (more) {
      more = false;
      Instant present = now.get();
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
