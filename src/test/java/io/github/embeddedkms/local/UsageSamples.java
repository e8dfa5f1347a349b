package io.github.embeddedkms.local;

import io.github.embeddedkms.local.Sample.Forms;
import io.github.embeddedkms.operation.GetKeyLastUsage;
import java.util.List;

/** The operations of {@link UsageOperations}. */
final class UsageSamples implements FamilySamples {

  @Override
  public List<Sample> samples() {
    return List.of(
        Sample.of("GetKeyLastUsage", f -> new GetKeyLastUsage(f.keyId))
            .onKey("keyId", Forms.KEY_ONLY, Sample.EVERY_STATE));
  }

  @Override
  public void constraints(ConstraintCases cases) {}
}
