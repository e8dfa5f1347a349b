package io.github.embeddedkms.local;

import io.github.embeddedkms.exception.ValidationException;
import io.github.embeddedkms.model.KeyState;
import io.github.embeddedkms.operation.CancelKeyDeletion;
import io.github.embeddedkms.operation.ScheduleKeyDeletion;
import io.github.embeddedkms.store.Change;
import io.github.embeddedkms.store.Entry;
import io.github.embeddedkms.store.KeyEntry;
import io.github.embeddedkms.store.KeyStorage;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;

/**
 * The end of keys: scheduled, called off, or carried out. There is no thread that deletes; whoever
 * uses the storage next after a key's time has come finds it deleted first.
 */
final class KeyDeletion {

  private static final int SHORTEST_WINDOW = 7;
  private static final int LONGEST_WINDOW = 30;

  private final KeyStorage storage;
  private final Transactions transactions;
  private final Supplier<Instant> now;

  KeyDeletion(KeyStorage storage, Transactions transactions, Supplier<Instant> now) {
    this.storage = storage;
    this.transactions = transactions;
    this.now = now;
  }

  /** The service's model allows a year, the service a month. */
  static void windowIsAllowed(Call<ScheduleKeyDeletion> call) {
    int days = windowOf(call.request());
    if (days < SHORTEST_WINDOW || days > LONGEST_WINDOW) {
      throw new ValidationException("PendingWindowInDays must be between 7 and 30");
    }
  }

  ScheduleKeyDeletion.Response scheduleKeyDeletion(Call<ScheduleKeyDeletion> call) {
    int days = windowOf(call.request());
    Instant date = now.get().plus(Duration.ofDays(days));
    KeyState state = KeyState.PENDING_DELETION;
    transactions.commit(
        Change.replace(
            call.key(), call.key().changed(next -> next.state(state).deletionDate(date))));
    return new ScheduleKeyDeletion.Response(call.keyArn(), date, state, days);
  }

  CancelKeyDeletion.Response cancelKeyDeletion(Call<CancelKeyDeletion> call) {
    transactions.commit(
        Change.replace(
            call.key(),
            call.key().changed(next -> next.state(KeyState.DISABLED).deletionDate(null))));
    return new CancelKeyDeletion.Response(call.keyArn());
  }

  /**
   * Deletes the keys whose waiting period is over, each with its aliases and its material.
   *
   * @return how many keys this call has deleted
   */
  int purge() {
    // The clock is asked only if some key waits at all: nearly always none does.
    if (storage.nextDeletion().filter(date -> !date.isAfter(now.get())).isEmpty()) {
      return 0;
    }
    int deleted = 0;
    for (List<KeyEntry> due = due(); !due.isEmpty(); due = due()) {
      for (KeyEntry key : due) {
        deleted += delete(key) ? 1 : 0;
      }
    }
    return deleted;
  }

  private List<KeyEntry> due() {
    return storage.keysDueForDeletion(now.get());
  }

  /** False if another change was faster; then the key may not be due any more. */
  private boolean delete(KeyEntry key) {
    List<Entry> gone = new ArrayList<>(storage.aliasesOf(key.address(), "", Integer.MAX_VALUE));
    // The key goes last: as long as it is there, others see that a deletion is under way.
    gone.add(key);
    return storage.apply(Change.remove(gone));
  }

  private static int windowOf(ScheduleKeyDeletion request) {
    return Objects.requireNonNullElse(request.pendingWindowInDays(), LONGEST_WINDOW);
  }
}
