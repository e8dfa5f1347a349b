package io.github.embeddedkms.local;

import io.github.embeddedkms.model.KeyState;
import io.github.embeddedkms.store.Change;
import io.github.embeddedkms.store.Entry;
import io.github.embeddedkms.store.GrantEntry;
import io.github.embeddedkms.store.KeyEntry;
import io.github.embeddedkms.store.KeyStorage;
import io.github.embeddedkms.store.KeyStorageException;
import io.github.embeddedkms.store.LastUseEntry;
import io.github.embeddedkms.store.MaterialEntry;
import io.github.embeddedkms.store.UnreadableItemException;
import java.time.Duration;
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
 * material that has expired, automatic rotation, and the end of transient states. There is no
 * background thread: every call carries out due work before anything else, so that no call sees a
 * due key. A rotation has the date at which it was due, however late it is carried out. If several
 * rotations of a key are overdue, they are carried out one after the other.
 *
 * <p>Material expires whatever the state of its key is. Deletions wait if the machine's clock is
 * too far ahead, rotations do not: see {@link ProviderClock#shared}.
 */
final class DueWork {

  private static final int GRANTS_OF_ONE_CHANGE = 1_000;

  /** The kinds of actions. */
  private enum Action {
    DELETE_KEY,
    DELETE_EXPIRED_MATERIAL,
    END_TRANSIENT_STATE,
    ROTATE
  }

  /** An action on a key, and when it is due. */
  private record Task(KeyEntry key, Instant date, Action action) {

    /**
     * Returns the next action on a key if it is due.
     *
     * @param deletionTime the time that deletions and expirations are compared with
     * @param otherTime the time that everything else is compared with
     */
    static Optional<Task> of(KeyEntry key, Instant deletionTime, Instant otherTime) {
      List<Task> due = new ArrayList<>();
      add(due, key, key.deletionDate(), deletionTime, Action.DELETE_KEY);
      for (MaterialEntry material : key.materials()) {
        add(due, key, material.validTo(), deletionTime, Action.DELETE_EXPIRED_MATERIAL);
      }
      KeyEntry.Transition transition = key.life().transition();
      if (transition != null) {
        add(due, key, transition.until(), otherTime, Action.END_TRANSIENT_STATE);
      }
      add(due, key, key.nextRotation().orElse(null), otherTime, Action.ROTATE);
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
  private final RelatedKeys related;
  private final KeyRotation rotation;
  private final LastUses lastUses;
  private final AtomicBoolean heldBack = new AtomicBoolean();

  DueWork(Components components) {
    this.storage = components.storage();
    this.clock = components.clock();
    this.related = components.related();
    this.rotation = new KeyRotation(components.keys(), related);
    this.lastUses = components.lastUses();
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
    return Task.of(key, clock.decisive(), clock.shared())
        .filter(task -> areRelatedReadable(task.key()));
  }

  /**
   * Returns false if a newer version of this library has written one of the related keys, which
   * cannot be changed here. Then its nodes carry out what is due, as with unreadable keys.
   */
  private boolean areRelatedReadable(KeyEntry key) {
    try {
      List<KeyEntry> unused = related.of(key);
      return true;
    } catch (UnreadableItemException e) {
      return false;
    }
  }

  /** Returns false if another change was faster; then the key may no longer be due. */
  private boolean carryOut(Task task) {
    KeyEntry key = task.key();
    return switch (task.action()) {
      case DELETE_KEY -> delete(key);
      case DELETE_EXPIRED_MATERIAL ->
          storage.apply(
              related.changeMaterials(key, ImportedMaterials.withoutExpired(key, task.date())));
      case END_TRANSIENT_STATE -> storage.apply(Change.replace(key, key.afterTransition()));
      case ROTATE -> rotation.rotateAtDueDate(key, storage::apply);
    };
  }

  private boolean delete(KeyEntry key) {
    if (!deleteMostGrants(key)) {
      return false;
    }
    boolean deleted = storage.apply(deletion(key));
    if (deleted) {
      lastUses.forget(key.address());
    }
    return deleted;
  }

  /**
   * Deletes the grants of a key that has many in several changes, so that none takes long. The key
   * is pending deletion meanwhile, and gets no further ones.
   *
   * @return false if another change was faster
   */
  private boolean deleteMostGrants(KeyEntry key) {
    while (storage.countOf(GrantEntry.KIND, key.address()) > GRANTS_OF_ONE_CHANGE) {
      List<GrantEntry> grants =
          storage.entriesOf(GrantEntry.KIND, key.address(), "", GRANTS_OF_ONE_CHANGE);
      if (!storage.apply(Change.remove(grants).ifUnchanged(key))) {
        return false;
      }
    }
    return true;
  }

  private Change deletion(KeyEntry key) {
    List<Entry> gone = new ArrayList<>(storage.aliasesOf(key.address(), "", Integer.MAX_VALUE));
    gone.addAll(storage.entriesOf(GrantEntry.KIND, key.address(), "", Integer.MAX_VALUE));
    gone.addAll(storage.entriesOf(LastUseEntry.KIND, key.address(), "", Integer.MAX_VALUE));
    // The key is removed last: while it exists, other nodes see that a deletion is in progress.
    gone.add(key);
    if (!key.isReplica()) {
      return Change.remove(gone);
    }
    List<KeyEntry> others = related.others(key);
    List<KeyEntry> replicas = others.stream().filter(KeyEntry::isReplica).toList();
    List<KeyEntry> primary =
        others.stream()
            .filter(other -> !other.isReplica())
            .map(found -> withoutReplica(found, replicas))
            .toList();
    return new Change(PendingMaterials.settled(replicas, primary), gone, List.copyOf(others));
  }

  /**
   * Returns the next version of a primary key that loses a replica. If it is the last one and the
   * key waits for that, its own waiting period begins now, not at the date of the replica's: the
   * account must be able to cancel the deletion for the whole period.
   */
  private KeyEntry withoutReplica(KeyEntry primary, List<KeyEntry> replicas) {
    Integer days = primary.life().pendingWindowInDays();
    if (days == null || !replicas.isEmpty()) {
      return primary.changed(next -> {});
    }
    return primary.changed(
        next ->
            next.state(KeyState.PENDING_DELETION)
                .deletionDate(clock.beginningOfWait().plus(Duration.ofDays(days)))
                .pendingWindowInDays(null));
  }
}
