package io.github.embeddedkms.local;

import static io.github.embeddedkms.local.ConstraintCases.NULL;
import static io.github.embeddedkms.local.ConstraintCases.longer;
import static io.github.embeddedkms.local.ConstraintCases.pattern;
import static io.github.embeddedkms.local.ConstraintCases.shorter;
import static io.github.embeddedkms.local.ConstraintCases.text;
import static io.github.embeddedkms.model.KeyState.ENABLED;
import static io.github.embeddedkms.model.KeyState.UNAVAILABLE;
import static io.github.embeddedkms.model.KeyState.UPDATING;

import io.github.embeddedkms.local.Sample.Forms;
import io.github.embeddedkms.model.GrantConstraints;
import io.github.embeddedkms.model.GrantOperation;
import io.github.embeddedkms.operation.CreateGrantBuilder;
import io.github.embeddedkms.operation.ListGrants;
import io.github.embeddedkms.operation.ListRetirableGrants;
import io.github.embeddedkms.operation.RetireGrant;
import io.github.embeddedkms.operation.RevokeGrant;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;

/** The operations of {@link GrantOperations} and {@link GrantListings}. */
final class GrantSamples implements FamilySamples {

  private static final String PRINCIPAL_PATTERN = pattern("^[\\w+=,.@:/-]+$");
  private static final String SERVICE_PATTERN =
      pattern("^([A-Za-z0-9\\-]+)\\.([A-Za-z0-9\\-]+)(\\.[A-Za-z0-9\\-]+)+$");

  @Override
  public List<Sample> samples() {
    return List.of(
        Sample.managing(
            "CreateGrant",
            f ->
                CreateGrantBuilder.builder()
                    .keyId(f.keyId)
                    .granteePrincipal(Fixture.GRANTEE)
                    .operations(List.of(GrantOperation.DECRYPT, GrantOperation.DESCRIBE_KEY))
                    .build(),
            EnumSet.of(ENABLED, UNAVAILABLE, UPDATING)),
        Sample.of("ListGrants", f -> new ListGrants(null, null, f.keyId, null, null, null))
            .onKey("keyId", Forms.KEY_ONLY, Sample.EVERY_STATE)
            .preparedBy(Fixture::grantId),
        Sample.of(
                "ListRetirableGrants",
                f -> new ListRetirableGrants(null, null, Fixture.GRANTEE, null))
            .preparedBy(Fixture::grantId),
        Sample.managing(
                "RetireGrant",
                f -> new RetireGrant(null, f.keyId, f.grantId(), null),
                Sample.EVERY_STATE)
            .onKey("keyId", Forms.KEY_ONLY_OR_TOKEN, Sample.EVERY_STATE)
            .preparedBy(Fixture::grantId),
        Sample.of(
                "RetireGrant",
                f -> new RetireGrant(GrantTokens.create(f.keyArn, f.grantId()), null, null, null))
            .writing()
            .preparedBy(Fixture::grantId),
        Sample.managing(
                "RevokeGrant", f -> new RevokeGrant(f.keyId, f.grantId(), null), Sample.EVERY_STATE)
            .preparedBy(Fixture::grantId));
  }

  @Override
  public void constraints(ConstraintCases cases) {
    String operation = "CreateGrant";
    addPrincipal(cases, operation, "granteePrincipal");
    addPrincipal(cases, operation, "retiringPrincipal");
    addService(cases, operation, "granteeServicePrincipal");
    addService(cases, operation, "retiringServicePrincipal");
    cases.add(operation, "operations", null, " null", "operations", NULL);
    cases.addNullElement(operation, "operations");
    cases.accept(operation, "operations", Arrays.asList(GrantOperation.values()));
    cases.addGrantTokens(operation);
    addName(cases);
    addSourceArn(cases);
    cases.addPage("ListGrants");
    cases.accept("ListGrants", "limit", 1000);
    addGrantId(cases, "ListGrants");
    addPrincipal(cases, "ListGrants", "granteePrincipal");
    addService(cases, "ListGrants", "granteeServicePrincipal");
    cases.addPage("ListRetirableGrants");
    addPrincipal(cases, "ListRetirableGrants", "retiringPrincipal");
    addService(cases, "ListRetirableGrants", "retiringServicePrincipal");
    cases.addText("RetireGrant", "grantToken", "", shorter());
    cases.addText("RetireGrant", "grantToken", text(8193), longer(8192));
    cases.accept("RetireGrant", "grantToken", text(8192));
    addGrantId(cases, "RetireGrant");
    addGrantId(cases, "RevokeGrant");
    cases.addText("RevokeGrant", "grantId", null, NULL);
  }

  private static void addPrincipal(ConstraintCases cases, String operation, String member) {
    cases.addText(operation, member, "", shorter(), PRINCIPAL_PATTERN);
    cases.addText(operation, member, text(257), longer(256));
    cases.addText(operation, member, "*", PRINCIPAL_PATTERN);
    cases.addText(operation, member, "arn:aws:iam::111122223333:user/\u00e9", PRINCIPAL_PATTERN);
    cases.accept(operation, member, text(256));
    cases.accept(operation, member, "aZ09_+=,.@:/-");
  }

  private static void addService(ConstraintCases cases, String operation, String member) {
    cases.addText(operation, member, "", shorter(), SERVICE_PATTERN);
    cases.addText(operation, member, text(122) + ".a.test", longer(128));
    cases.addText(operation, member, "amazonaws.com", SERVICE_PATTERN);
    cases.addText(operation, member, "rds_.amazonaws.com", SERVICE_PATTERN);
    cases.accept(operation, member, text(121) + ".a.test");
  }

  private static void addGrantId(ConstraintCases cases, String operation) {
    cases.addText(operation, "grantId", "", shorter());
    cases.addText(operation, "grantId", text(129), longer(128));
    cases.accept(operation, "grantId", text(128));
  }

  private static void addName(ConstraintCases cases) {
    String pattern = pattern("^[a-zA-Z0-9:/_-]+$");
    cases.addText("CreateGrant", "name", "", shorter(), pattern);
    cases.addText("CreateGrant", "name", text(257), longer(256));
    cases.addText("CreateGrant", "name", "a b", pattern);
    cases.accept("CreateGrant", "name", text(256));
    cases.accept("CreateGrant", "name", "aZ09:/_-");
  }

  private static void addSourceArn(ConstraintCases cases) {
    String path = "constraints.sourceArn";
    String pattern = pattern("^arn:aws[a-z0-9-]*:[a-z0-9-]+:[a-z0-9-]*:[0-9]{12}:.+$");
    String prefix = "arn:aws:s3::111122223333:";
    addSourceArn(cases, "arn:aws:s3:::bucket", path, shorter(20), pattern);
    addSourceArn(cases, "arn:aws:s3:::a-bucket", path, pattern);
    addSourceArn(cases, prefix + text(488), path, longer(512));
    for (String valid : List.of(prefix + text(487), "arn:aws-cn:a::" + "1".repeat(12) + ":x")) {
      cases.accept("CreateGrant", "constraints", new GrantConstraints(null, null, valid));
    }
  }

  private static void addSourceArn(
      ConstraintCases cases, String value, String path, String... violated) {
    GrantConstraints constraints = new GrantConstraints(null, null, value);
    cases.add("CreateGrant", "constraints", constraints, " '" + value + "'", path, violated);
  }
}
