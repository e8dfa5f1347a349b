package io.github.embeddedkms.local;

import static io.github.embeddedkms.local.ConstraintCases.NULL;
import static io.github.embeddedkms.local.ConstraintCases.longer;
import static io.github.embeddedkms.local.ConstraintCases.pattern;
import static io.github.embeddedkms.local.ConstraintCases.shorter;
import static io.github.embeddedkms.local.ConstraintCases.text;

import io.github.embeddedkms.local.Sample.Forms;
import io.github.embeddedkms.operation.GetKeyPolicy;
import io.github.embeddedkms.operation.ListKeyPolicies;
import io.github.embeddedkms.operation.PutKeyPolicy;
import java.util.List;

/** The operations of {@link PolicyOperations}. */
final class PolicySamples implements FamilySamples {

  /** A policy with the meaning of the default policy, but with other words. */
  static final String POLICY =
      "{\"Id\":\"sample\",\"Statement\":{\"Effect\":\"Allow\",\"Principal\":{\"AWS\":\"111122223333\"},"
          + "\"Action\":[\"kms:*\"],\"Resource\":\"*\"}}";

  @Override
  public List<Sample> samples() {
    return List.of(
        Sample.of("GetKeyPolicy", f -> new GetKeyPolicy(f.keyId, null))
            .onKey("keyId", Forms.KEY_ONLY, Sample.EVERY_STATE),
        Sample.of("ListKeyPolicies", f -> new ListKeyPolicies(f.keyId, null, null))
            .onKey("keyId", Forms.KEY_ONLY, Sample.EVERY_STATE),
        Sample.managing(
            "PutKeyPolicy",
            f -> new PutKeyPolicy(f.keyId, "default", POLICY, null),
            Sample.EVERY_STATE));
  }

  @Override
  public void constraints(ConstraintCases cases) {
    String namePattern = pattern("[\\w]+");
    for (String operation : List.of("GetKeyPolicy", "PutKeyPolicy")) {
      cases.addText(operation, "policyName", "", shorter(), namePattern);
      cases.addText(operation, "policyName", text(129), longer(128));
      cases.addText(operation, "policyName", "invalid-name", namePattern);
      cases.addText(operation, "policyName", "\u00e9", namePattern);
      cases.accept(operation, "policyName", text(128));
    }
    cases.addText("PutKeyPolicy", "policy", null, NULL);
    cases.addPolicy("PutKeyPolicy");
    cases.addPage("ListKeyPolicies");
    cases.accept("ListKeyPolicies", "limit", 1000);
  }
}
