package io.github.embeddedkms.local;

import static io.github.embeddedkms.model.KeyState.CREATING;
import static io.github.embeddedkms.model.KeyState.DISABLED;
import static io.github.embeddedkms.model.KeyState.ENABLED;
import static io.github.embeddedkms.model.KeyState.PENDING_DELETION;
import static io.github.embeddedkms.model.KeyState.PENDING_IMPORT;
import static io.github.embeddedkms.model.KeyState.PENDING_REPLICA_DELETION;
import static io.github.embeddedkms.model.KeyState.UNAVAILABLE;

import io.github.embeddedkms.operation.CancelKeyDeletion;
import io.github.embeddedkms.operation.ScheduleKeyDeletion;
import java.util.EnumSet;
import java.util.List;

/** The operations of {@link KeyDeletion}. */
final class KeyDeletionSamples implements FamilySamples {

  @Override
  public List<Sample> samples() {
    return List.of(
        Sample.managing(
                "CancelKeyDeletion",
                f -> new CancelKeyDeletion(f.keyId),
                EnumSet.of(PENDING_DELETION, PENDING_REPLICA_DELETION))
            .preparedBy(f -> f.state(PENDING_DELETION)),
        Sample.managing(
            "ScheduleKeyDeletion",
            f -> new ScheduleKeyDeletion(f.keyId, 7),
            EnumSet.of(CREATING, ENABLED, DISABLED, PENDING_IMPORT, UNAVAILABLE)));
  }

  @Override
  public void constraints(ConstraintCases cases) {
    cases.addRange("ScheduleKeyDeletion", "pendingWindowInDays", 1, 365);
    cases.accept("ScheduleKeyDeletion", "pendingWindowInDays", 365);
  }
}
