package io.github.embeddedkms.local;

import io.github.embeddedkms.store.Change;
import io.github.embeddedkms.store.Entry;
import io.github.embeddedkms.store.KeyEntry;
import io.github.embeddedkms.store.KeyStorage;
import io.github.embeddedkms.store.KeyStorageException;
import io.github.embeddedkms.store.LastUseEntry;
import io.github.embeddedkms.store.MaterialEntry;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Carries out due work in the order of its due times: the deletion of keys, that of imported
 * material that has expired, and automatic rotation. There is no background thread: every call
 * carries out due work before anything else, so that no call sees a due key. A rotation has the
 * date at which it was due, however late it is carried out. If several rotations of a key are
 * overdue, they are carried out one after the other.
 *
 * <p>Material expires whatever the state of its key is. Deletions wait if the machine's clock is
 * too far ahead, rotations do not: see {@link ProviderClock#shared}.
 */
final class DueWork {

  /** The kinds of actions. */
  private enum Action {
    DELETE_KEY,
    DELETE_EXPIRED_MATERIAL,
    ROTATE
  }

  /** An action on a key, and when it is due. */
  private record Task(KeyEntry key, Instant date, Action action) {

    /**
     * Returns the next action on a key if it is due.
     *
     * @param deletionTime the time that deletions and expirations are compared with
     * @param rotationTime the time that rotations are compared with
     */
    static Optional<Task> of(KeyEntry key, Instant deletionTime, Instant rotationTime) {
      List<Task> due = new ArrayList<>();
      add(due, key, key.deletionDate(), deletionTime, Action.DELETE_KEY);
      for (MaterialEntry material : key.materials()) {
        add(due, key, material.validTo(), deletionTime, Action.DELETE_EXPIRED_MATERIAL);
      }
      add(due, key, key.nextRotation().orElse(null), rotationTime, Action.ROTATE);
      // Of several, the earliest. Of actions with the same date, the first of their order.
      return due.stream().min(Comparator.comparing(Task::date).thenComparing(Task::action));
    }

    private static void add(
        List<Task> due, KeyEntry key, @Nullable Instant date, Instant now, Action action) {
      if (date != null && !date.isAfter(now)) {
        due.add(new Task(key, date, action));
      }
    }
  }

  private final KeyStorage storage;
  private final ProviderClock clock;
  private final KeyRotation rotation;
  private final LastUses lastUses;
  private final AtomicBoolean heldBack = new AtomicBoolean();

  DueWork(KeyStorage storage, ProviderClock clock, KeyRotation rotation, LastUses lastUses) {
    this.storage = storage;
    this.clock = clock;
    this.rotation = rotation;
    this.lastUses = lastUses;
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
    if (next.get().isAfter(clock.shared())) {
      // Hardly ever true, and threads that only read do not slow each other down.
      if (heldBack.get()) {
        heldBack.set(false);
      }
      return 0;
    }
    int deleted = carryOutDueTasks();
    warnIfHeldBack(warning);
    return deleted;
  }

  private void warnIfHeldBack(Consumer<KeyStorageException> warning) {
    Optional<String> waiting = clock.isHeldBack() ? waitingDeletion() : Optional.empty();
    if (waiting.isEmpty()) {
      heldBack.set(false);
    } else if (heldBack.compareAndSet(false, true)) {
      warning.accept(
          new KeyStorageException(
              waiting.get()
                  + ", but this machine's clock is too far ahead of the time that the store has"
                  + " confirmed: nothing is deleted until the clock is right, or purge() has"
                  + " confirmed it"));
    }
  }

  private Optional<String> waitingDeletion() {
    Instant present = clock.shared();
    List<Action> waiting = new ArrayList<>();
    for (Entry entry : storage.due(present)) {
      if (entry instanceof KeyEntry key) {
        Task.of(key, present, present).map(Task::action).ifPresent(waiting::add);
      }
    }
    if (waiting.contains(Action.DELETE_KEY)) {
      return Optional.of("a key waits for its deletion");
    }
    return waiting.contains(Action.DELETE_EXPIRED_MATERIAL)
        ? Optional.of("expired key material waits for its deletion")
        : Optional.empty();
  }

  private int carryOutDueTasks() {
    int deleted = 0;
    Queue<Task> tasks = dueTasks();
    while (!tasks.isEmpty()) {
      while (!tasks.isEmpty()) {
        Task task = tasks.remove();
        deleted += carryOut(task) && task.action() == Action.DELETE_KEY ? 1 : 0;
        // Another action on the same key may be due, also if another change was faster.
        storage.key(task.key().address()).flatMap(this::dueTask).ifPresent(tasks::add);
      }
      // Time has passed, and other calls may have changed what is due.
      tasks = dueTasks();
    }
    return deleted;
  }

  private Queue<Task> dueTasks() {
    Queue<Task> tasks = new PriorityQueue<>(Comparator.comparing(Task::date));
    for (Entry entry : storage.due(clock.shared())) {
      if (entry instanceof KeyEntry key) {
        dueTask(key).ifPresent(tasks::add);
      }
    }
    return tasks;
  }

  private Optional<Task> dueTask(KeyEntry key) {
    return Task.of(key, clock.decisive(), clock.shared());
  }

  /** Returns false if another change was faster; then the key may no longer be due. */
  private boolean carryOut(Task task) {
    KeyEntry key = task.key();
    return switch (task.action()) {
      case DELETE_KEY -> delete(key);
      case DELETE_EXPIRED_MATERIAL ->
          storage.apply(Change.replace(key, ImportedMaterials.withoutExpired(key, task.date())));
      case ROTATE -> rotation.rotateAtDueDate(key, storage::apply);
    };
  }

  private boolean delete(KeyEntry key) {
    List<Entry> gone = new ArrayList<>(storage.aliasesOf(key.address(), "", Integer.MAX_VALUE));
    gone.addAll(storage.entriesOf(LastUseEntry.KIND, key.address(), "", Integer.MAX_VALUE));
    // The key is removed last: while it exists, other nodes see that a deletion is in progress.
    gone.add(key);
    boolean deleted = storage.apply(Change.remove(gone));
    if (deleted) {
      lastUses.forget(key.address());
    }
    return deleted;
  }
}
