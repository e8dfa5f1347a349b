package io.github.embeddedkms.local;

import static io.github.embeddedkms.local.ConstraintCases.NULL;
import static io.github.embeddedkms.local.ConstraintCases.longer;
import static io.github.embeddedkms.local.ConstraintCases.pattern;
import static io.github.embeddedkms.local.ConstraintCases.shorter;
import static io.github.embeddedkms.local.ConstraintCases.text;
import static io.github.embeddedkms.model.KeyState.CREATING;
import static io.github.embeddedkms.model.KeyState.DISABLED;
import static io.github.embeddedkms.model.KeyState.ENABLED;
import static io.github.embeddedkms.model.KeyState.PENDING_IMPORT;
import static io.github.embeddedkms.model.KeyState.UNAVAILABLE;
import static io.github.embeddedkms.model.KeyState.UPDATING;

import io.github.embeddedkms.local.Sample.Forms;
import io.github.embeddedkms.model.KeyState;
import io.github.embeddedkms.operation.CreateAlias;
import io.github.embeddedkms.operation.DeleteAlias;
import io.github.embeddedkms.operation.ListAliases;
import io.github.embeddedkms.operation.UpdateAlias;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** The operations of {@link AliasOperations}. */
final class AliasSamples implements FamilySamples {

  private static final Set<KeyState> TARGET_STATES =
      EnumSet.of(CREATING, ENABLED, DISABLED, PENDING_IMPORT, UNAVAILABLE, UPDATING);

  @Override
  public List<Sample> samples() {
    return List.of(
        Sample.of("CreateAlias", f -> new CreateAlias("alias/new", f.keyId))
            .onKey("targetKeyId", Forms.TARGET, TARGET_STATES)
            .writing(),
        Sample.of("DeleteAlias", f -> new DeleteAlias(Fixture.ALIAS)).writing(),
        Sample.of("ListAliases", f -> new ListAliases(f.keyId, null, null))
            .onKey("keyId", Forms.KEY_ONLY_OR_NONE, Sample.EVERY_STATE),
        Sample.of("UpdateAlias", f -> new UpdateAlias(Fixture.OTHER_ALIAS, f.keyId))
            .onKey("targetKeyId", Forms.TARGET, TARGET_STATES)
            .writing());
  }

  @Override
  public void constraints(ConstraintCases cases) {
    String aliasPattern = pattern("^[a-zA-Z0-9:/_-]+$");
    for (String operation : List.of("CreateAlias", "UpdateAlias", "DeleteAlias")) {
      cases.addText(operation, "aliasName", null, NULL);
      cases.addText(operation, "aliasName", "", shorter(), aliasPattern);
      cases.addText(operation, "aliasName", "alias/" + text(251), longer(256));
      cases.addText(operation, "aliasName", "alias/a b", aliasPattern);
      cases.addText(operation, "aliasName", "alias/\u00e9", aliasPattern);
      cases.addText(operation, "aliasName", "alias/a.b", aliasPattern);
    }
    cases.addPage("ListAliases");
    cases.accept("CreateAlias", "aliasName", "alias/" + text(250));
    cases.accept("ListAliases", "limit", 1);
  }
}
