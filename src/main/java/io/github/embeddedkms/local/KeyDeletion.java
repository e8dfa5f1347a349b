package io.github.embeddedkms.local;

import io.github.embeddedkms.exception.ValidationException;
import io.github.embeddedkms.model.KeyState;
import io.github.embeddedkms.operation.CancelKeyDeletion;
import io.github.embeddedkms.operation.ScheduleKeyDeletion;
import io.github.embeddedkms.store.Change;
import io.github.embeddedkms.store.KeyEntry;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;

/** Schedules and cancels the deletion of keys. {@link DueWork} deletes them. */
final class KeyDeletion implements Family {

  private static final int MIN_WINDOW_DAYS = 7;
  private static final int MAX_WINDOW_DAYS = 30;

  private final HandlerProfiles profiles;
  private final Transactions transactions;
  private final RelatedKeys related;
  private final ProviderClock clock;

  KeyDeletion(Components components) {
    this.profiles = components.profiles();
    this.transactions = components.transactions();
    this.related = components.related();
    this.clock = components.clock();
  }

  @Override
  public OperationHandler<?, ?> handler(String name) {
    return switch (name) {
      case "CancelKeyDeletion" ->
          profiles
              .managing(CancelKeyDeletion.class, CancelKeyDeletion::keyId)
              .act(this::cancelKeyDeletion);
      case "ScheduleKeyDeletion" ->
          profiles
              .managing(ScheduleKeyDeletion.class, ScheduleKeyDeletion::keyId)
              .require(request -> requireAllowedWindow(windowOf(request)))
              .act(this::scheduleKeyDeletion);
      default -> throw new AssertionError(name);
    };
  }

  /** Requires 7 to 30 days, as the service does. Its model allows a year. */
  private static void requireAllowedWindow(int days) {
    if (days < MIN_WINDOW_DAYS || days > MAX_WINDOW_DAYS) {
      throw new ValidationException("PendingWindowInDays must be between 7 and 30");
    }
  }

  private ScheduleKeyDeletion.Response scheduleKeyDeletion(Call<ScheduleKeyDeletion> call) {
    KeyEntry key = call.key();
    int days = windowOf(call.request());
    List<KeyEntry> replicas = key.isReplica() ? List.of() : related.others(key);
    if (!replicas.isEmpty()) {
      KeyState state = KeyState.PENDING_REPLICA_DELETION;
      Change change =
          Change.replace(key, key.changed(next -> next.state(state).pendingWindowInDays(days)));
      // If one of them has been deleted meanwhile, it may have been the last.
      for (KeyEntry replica : replicas) {
        change = change.ifUnchanged(replica);
      }
      transactions.commit(change);
      return new ScheduleKeyDeletion.Response(call.keyArn(), null, state, days);
    }
    Instant date = clock.beginningOfWait().plus(Duration.ofDays(days));
    KeyState state = KeyState.PENDING_DELETION;
    commit(key, next -> next.state(state).deletionDate(date));
    return new ScheduleKeyDeletion.Response(call.keyArn(), date, state, days);
  }

  private CancelKeyDeletion.Response cancelKeyDeletion(Call<CancelKeyDeletion> call) {
    KeyState state =
        ImportedMaterials.isIncomplete(call.key()) ? KeyState.PENDING_IMPORT : KeyState.DISABLED;
    commit(call.key(), next -> next.state(state).deletionDate(null).pendingWindowInDays(null));
    return new CancelKeyDeletion.Response(call.keyArn());
  }

  /** Changes the state of a key, which ends a transient one. */
  private void commit(KeyEntry key, Consumer<KeyEntry.Parts> change) {
    transactions.commit(
        Change.replace(key, key.changed(change.andThen(next -> next.transition(null)))));
  }

  private static int windowOf(ScheduleKeyDeletion request) {
    return Objects.requireNonNullElse(request.pendingWindowInDays(), MAX_WINDOW_DAYS);
  }
}
