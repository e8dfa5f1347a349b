package io.github.embeddedkms.local;

import static io.github.embeddedkms.local.ConstraintCases.NULL;
import static io.github.embeddedkms.local.ConstraintCases.longer;
import static io.github.embeddedkms.local.ConstraintCases.pattern;
import static io.github.embeddedkms.local.ConstraintCases.shorter;
import static io.github.embeddedkms.local.ConstraintCases.text;

import io.github.embeddedkms.model.KeyState;
import io.github.embeddedkms.operation.ReplicateKeyBuilder;
import io.github.embeddedkms.operation.UpdatePrimaryRegion;
import java.util.EnumSet;
import java.util.List;

/** The operations of {@link MultiRegionOperations}. */
final class MultiRegionSamples implements FamilySamples {

  @Override
  public List<Sample> samples() {
    return List.of(
        Sample.managing(
                "ReplicateKey",
                f ->
                    ReplicateKeyBuilder.builder().keyId(f.keyId).replicaRegion("us-east-1").build(),
                EnumSet.of(KeyState.ENABLED))
            .withMultiRegionKey(),
        Sample.managing(
                "UpdatePrimaryRegion",
                f -> new UpdatePrimaryRegion(f.keyId, Fixture.REPLICA_REGION),
                Sample.USABLE_STATES)
            .withMultiRegionKey());
  }

  @Override
  public void constraints(ConstraintCases cases) {
    addRegion(cases, "ReplicateKey", "replicaRegion");
    addRegion(cases, "UpdatePrimaryRegion", "primaryRegion");
    cases.addPolicy("ReplicateKey");
    cases.addText("ReplicateKey", "description", text(8193), longer(8192));
    cases.addTags("ReplicateKey");
    cases.accept("ReplicateKey", "description", text(8192));
  }

  private static void addRegion(ConstraintCases cases, String operation, String member) {
    String form = pattern("^([a-z]+-){2,3}\\d+$");
    cases.addText(operation, member, null, NULL);
    cases.addText(operation, member, "", shorter(), form);
    cases.addText(operation, member, "eu-" + "west".repeat(8) + "-1", longer(32));
    cases.addText(operation, member, "local", form);
    cases.addText(operation, member, "EU-WEST-1", form);
    cases.addText(operation, member, "eu-west-1a", form);
  }
}
