package io.github.embeddedkms.local;

import static io.github.embeddedkms.local.ConstraintCases.NULL;
import static io.github.embeddedkms.local.ConstraintCases.longer;
import static io.github.embeddedkms.local.ConstraintCases.shorter;
import static io.github.embeddedkms.local.ConstraintCases.text;
import static io.github.embeddedkms.model.KeyState.DISABLED;
import static io.github.embeddedkms.model.KeyState.ENABLED;
import static io.github.embeddedkms.model.KeyState.UNAVAILABLE;
import static io.github.embeddedkms.model.ResourceOwnerType.OTHER_ACCOUNTS_VIA_RAM;
import static io.github.embeddedkms.model.ResourceOwnerType.SELF;

import io.github.embeddedkms.local.Sample.Forms;
import io.github.embeddedkms.model.KeyState;
import io.github.embeddedkms.operation.DescribeKey;
import io.github.embeddedkms.operation.DisableKey;
import io.github.embeddedkms.operation.EnableKey;
import io.github.embeddedkms.operation.ListKeys;
import io.github.embeddedkms.operation.UpdateKeyDescription;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** The operations of {@link KeyOperations}. */
final class KeySamples implements FamilySamples {

  private static final Set<KeyState> SWITCHED_STATES = EnumSet.of(ENABLED, DISABLED, UNAVAILABLE);

  @Override
  public List<Sample> samples() {
    return List.of(
        Sample.of("DescribeKey", f -> new DescribeKey(f.keyId, null))
            .onKey("keyId", Forms.ANY, Sample.EVERY_STATE),
        Sample.managing("DisableKey", f -> new DisableKey(f.keyId), SWITCHED_STATES),
        Sample.managing("EnableKey", f -> new EnableKey(f.keyId), SWITCHED_STATES)
            .preparedBy(f -> f.state(DISABLED)),
        Sample.of("ListKeys", f -> new ListKeys(null, null, null)),
        Sample.managing(
            "UpdateKeyDescription",
            f -> new UpdateKeyDescription(f.keyId, "new"),
            Sample.NOT_PENDING_DELETION));
  }

  @Override
  public void constraints(ConstraintCases cases) {
    cases.addGrantTokens("DescribeKey");
    cases.addPage("ListKeys");
    cases.add("ListKeys", "resourceOwners", List.of(), "", "resourceOwners", shorter());
    cases.add(
        "ListKeys",
        "resourceOwners",
        List.of(SELF, OTHER_ACCOUNTS_VIA_RAM, SELF),
        "",
        "resourceOwners",
        longer(2));
    cases.addNullElement("ListKeys", "resourceOwners");
    cases.addText("UpdateKeyDescription", "description", null, NULL);
    cases.addText("UpdateKeyDescription", "description", text(8193), longer(8192));
    cases.accept("UpdateKeyDescription", "description", text(8192));
    cases.accept("UpdateKeyDescription", "description", "");
    cases.accept("DescribeKey", "grantTokens", Collections.nCopies(10, text(8192)));
    cases.accept("ListKeys", "marker", text(1024));
    cases.accept("ListKeys", "limit", 1000);
    cases.accept("ListKeys", "resourceOwners", List.of(OTHER_ACCOUNTS_VIA_RAM, SELF));
    cases.accept("ListKeys", "resourceOwners", List.of(SELF));
  }
}
