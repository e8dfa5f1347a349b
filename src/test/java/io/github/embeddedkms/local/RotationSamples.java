package io.github.embeddedkms.local;

import static io.github.embeddedkms.model.KeyState.CREATING;
import static io.github.embeddedkms.model.KeyState.DISABLED;
import static io.github.embeddedkms.model.KeyState.ENABLED;
import static io.github.embeddedkms.model.KeyState.PENDING_DELETION;
import static io.github.embeddedkms.model.KeyState.PENDING_REPLICA_DELETION;
import static io.github.embeddedkms.model.KeyState.UPDATING;

import io.github.embeddedkms.local.Sample.Forms;
import io.github.embeddedkms.operation.DisableKeyRotation;
import io.github.embeddedkms.operation.EnableKeyRotation;
import io.github.embeddedkms.operation.GetKeyRotationStatus;
import io.github.embeddedkms.operation.ListKeyRotations;
import io.github.embeddedkms.operation.RotateKeyOnDemand;
import java.util.EnumSet;
import java.util.List;

/** The operations of {@link RotationOperations}. */
final class RotationSamples implements FamilySamples {

  @Override
  public List<Sample> samples() {
    return List.of(
        Sample.managing(
                "DisableKeyRotation", f -> new DisableKeyRotation(f.keyId), Sample.USABLE_STATES)
            .preparedBy(
                f -> {
                  f.kms.enableKeyRotation(b -> b.keyId(f.keyId));
                  f.storage.changes = 0;
                }),
        Sample.managing(
            "EnableKeyRotation", f -> new EnableKeyRotation(f.keyId, 90), Sample.USABLE_STATES),
        Sample.of("GetKeyRotationStatus", f -> new GetKeyRotationStatus(f.keyId))
            .onKey(
                "keyId",
                Forms.KEY_ONLY,
                EnumSet.of(
                    CREATING,
                    ENABLED,
                    DISABLED,
                    PENDING_DELETION,
                    PENDING_REPLICA_DELETION,
                    UPDATING)),
        Sample.of("ListKeyRotations", f -> new ListKeyRotations(f.keyId, null, null, null))
            .onKey("keyId", Forms.KEY_ONLY, Sample.EVERY_STATE),
        Sample.managing(
            "RotateKeyOnDemand", f -> new RotateKeyOnDemand(f.keyId), Sample.USABLE_STATES));
  }

  @Override
  public void constraints(ConstraintCases cases) {
    cases.addRange("EnableKeyRotation", "rotationPeriodInDays", 90, 2560);
    cases.accept("EnableKeyRotation", "rotationPeriodInDays", 90);
    cases.accept("EnableKeyRotation", "rotationPeriodInDays", 2560);
    cases.addPage("ListKeyRotations");
    cases.accept("ListKeyRotations", "limit", 1000);
  }
}
