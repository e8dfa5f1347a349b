package io.github.embeddedkms.local;

import io.github.embeddedkms.exception.ValidationException;
import io.github.embeddedkms.model.KeyState;
import io.github.embeddedkms.operation.CancelKeyDeletion;
import io.github.embeddedkms.operation.ScheduleKeyDeletion;
import io.github.embeddedkms.store.Change;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.function.Supplier;

/** The end of keys: scheduled or called off. It is carried out by {@link DueWork}. */
final class KeyDeletion {

  private static final int SHORTEST_WINDOW = 7;
  private static final int LONGEST_WINDOW = 30;

  private final Transactions transactions;
  private final Supplier<Instant> now;

  KeyDeletion(Transactions transactions, Supplier<Instant> now) {
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

  private static int windowOf(ScheduleKeyDeletion request) {
    return Objects.requireNonNullElse(request.pendingWindowInDays(), LONGEST_WINDOW);
  }
}
