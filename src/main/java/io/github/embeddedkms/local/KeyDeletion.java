package io.github.embeddedkms.local;

import io.github.embeddedkms.exception.ValidationException;
import io.github.embeddedkms.model.KeyState;
import io.github.embeddedkms.operation.CancelKeyDeletion;
import io.github.embeddedkms.operation.ScheduleKeyDeletion;
import io.github.embeddedkms.store.Change;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;

/** The end of keys: scheduled or called off. It is carried out by {@link DueWork}. */
final class KeyDeletion implements Family {

  private static final int SHORTEST_WINDOW = 7;
  private static final int LONGEST_WINDOW = 30;

  private final Rows rows;
  private final Transactions transactions;
  private final KmsClock clock;

  KeyDeletion(Components components) {
    this.rows = components.rows();
    this.transactions = components.transactions();
    this.clock = components.clock();
  }

  @Override
  public Operation<?, ?> operation(String name) {
    return switch (name) {
      case "CancelKeyDeletion" ->
          rows.managing(CancelKeyDeletion.class, CancelKeyDeletion::keyId)
              .act(this::cancelKeyDeletion);
      case "ScheduleKeyDeletion" ->
          rows.managing(ScheduleKeyDeletion.class, ScheduleKeyDeletion::keyId)
              .require(request -> windowIsAllowed(windowOf(request)))
              .act(this::scheduleKeyDeletion);
      default -> throw new AssertionError(name);
    };
  }

  /** The service's model allows a year, the service a month. */
  private static void windowIsAllowed(int days) {
    if (days < SHORTEST_WINDOW || days > LONGEST_WINDOW) {
      throw new ValidationException("PendingWindowInDays must be between 7 and 30");
    }
  }

  private ScheduleKeyDeletion.Response scheduleKeyDeletion(Call<ScheduleKeyDeletion> call) {
    int days = windowOf(call.request());
    // Compared later with the same clock.
    Instant date = clock.decisive().plus(Duration.ofDays(days));
    KeyState state = KeyState.PENDING_DELETION;
    transactions.commit(
        Change.replace(
            call.key(), call.key().changed(next -> next.state(state).deletionDate(date))));
    return new ScheduleKeyDeletion.Response(call.keyArn(), date, state, days);
  }

  private CancelKeyDeletion.Response cancelKeyDeletion(Call<CancelKeyDeletion> call) {
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
