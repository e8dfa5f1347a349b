package io.github.embeddedkms.local;

import static io.github.embeddedkms.authorization.Subjects.ALICE;
import static io.github.embeddedkms.authorization.Subjects.BOB;
import static io.github.embeddedkms.authorization.Subjects.CAROL;
import static io.github.embeddedkms.authorization.Subjects.LOGS;
import static io.github.embeddedkms.model.GrantOperation.DECRYPT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.embeddedkms.exception.InvalidArnException;
import io.github.embeddedkms.exception.InvalidGrantIdException;
import io.github.embeddedkms.exception.NotFoundException;
import io.github.embeddedkms.exception.ValidationException;
import io.github.embeddedkms.model.GrantConstraints;
import io.github.embeddedkms.model.GrantListEntry;
import io.github.embeddedkms.operation.CreateGrant;
import io.github.embeddedkms.operation.CreateGrantBuilder;
import io.github.embeddedkms.operation.ListGrantsBuilder;
import io.github.embeddedkms.operation.ListRetirableGrantsBuilder;
import io.github.embeddedkms.operation.RetireGrantBuilder;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Requests about grants that make no sense: nothing changes. */
class GrantRefusalsTest {

  private static final String SOURCE = "arn:aws:logs:eu-central-1:111122223333:log-group:x";
  private static final String UNKNOWN = "0".repeat(64);

  private final Fixture fixture = new Fixture();
  private final LocalKeyProvider kms = fixture.kms;
  private final String grantId = create(b -> {}).grantId();
  private final String token = create(b -> {}).grantToken();

  @AfterEach
  void close() {
    fixture.close();
  }

  private CreateGrant.Response create(Consumer<CreateGrantBuilder> more) {
    return kms.createGrant(
        b -> {
          b.keyId(fixture.keyId).granteePrincipal(ALICE).operations(List.of(DECRYPT));
          more.accept(b);
        });
  }

  private List<GrantListEntry> grants() {
    return kms.listGrantsPages(b -> b.keyId(fixture.keyId)).items().toList();
  }

  private void assertRefused(
      Class<? extends Exception> type, String message, ThrowingCallable call) {
    List<GrantListEntry> before = grants();
    fixture.storage.changes = 0;
    assertThatThrownBy(call).as(message).isExactlyInstanceOf(type).hasMessage(message);
    assertThat(fixture.storage.changes).isZero();
    assertThat(grants()).isEqualTo(before);
  }

  /** With and without a name and a dry run. */
  private void assertInvalid(String message, Consumer<CreateGrantBuilder> members) {
    assertRefused(ValidationException.class, message, () -> create(members));
    assertRefused(
        ValidationException.class,
        message,
        () -> create(members.andThen(b -> b.name("n").dryRun(true))));
  }

  private static Map<String, String> pairs(int count) {
    Map<String, String> pairs = new HashMap<>();
    for (int i = 0; i < count; i++) {
      pairs.put("k" + i, "v");
    }
    return pairs;
  }

  @Test
  void createGrant_constraintsOfTheContext_areOneOfFewShortPairs() {
    assertInvalid(
        "embedded-kms: a grant has one of EncryptionContextEquals and EncryptionContextSubset, not"
            + " both",
        b -> b.constraints(new GrantConstraints(Map.of("a", "1"), Map.of("a", "1"), null)));
    assertInvalid(
        "embedded-kms: EncryptionContextSubset has 9 pairs, more than 8",
        b -> b.constraints(new GrantConstraints(pairs(9), null, null)));
    assertInvalid(
        "embedded-kms: EncryptionContextEquals has 9 pairs, more than 8",
        b -> b.constraints(new GrantConstraints(null, pairs(9), null)));
    assertInvalid(
        "embedded-kms: EncryptionContextSubset has a value of 385 characters, more than 384",
        b -> b.constraints(new GrantConstraints(Map.of("a", "x".repeat(385)), null, null)));
    assertInvalid(
        "embedded-kms: EncryptionContextEquals has a value of 385 characters, more than 384",
        b -> b.constraints(new GrantConstraints(null, Map.of("a", "x".repeat(385)), null)));
    assertInvalid(
        "embedded-kms: EncryptionContextSubset has more than 8192 characters in all",
        b -> b.constraints(new GrantConstraints(Map.of("x".repeat(8192), "y"), null, null)));
    assertInvalid(
        "embedded-kms: EncryptionContextEquals has more than 8192 characters in all",
        b -> b.constraints(new GrantConstraints(null, Map.of("x".repeat(8192), "y"), null)));
    create(b -> b.constraints(new GrantConstraints(Map.of("x".repeat(8191), "y"), null, null)));
    Map<String, String> most = pairs(7);
    most.put("\u00e9".repeat(400), "\u20ac".repeat(384));
    create(b -> b.constraints(new GrantConstraints(most, null, null)));
    create(b -> b.constraints(new GrantConstraints(null, most, SOURCE)));
    assertThat(grants()).hasSize(5);
  }

  @Test
  void createGrant_contextThatIsNotUnicode_isRefused() {
    for (Map<String, String> wrong : List.of(Map.of("a", "\ud800"), Map.of("\udc00", "a"))) {
      assertThatThrownBy(() -> create(b -> b.constraints(new GrantConstraints(wrong, null, null))))
          .isExactlyInstanceOf(ValidationException.class)
          .hasMessageStartingWith("embedded-kms: ");
      assertThatThrownBy(() -> create(b -> b.constraints(new GrantConstraints(null, wrong, null))))
          .isExactlyInstanceOf(ValidationException.class)
          .hasMessageStartingWith("embedded-kms: ");
    }
    assertThat(grants()).hasSize(2);
  }

  @Test
  void createGrant_principalsThatAreNone_areRefused() {
    for (String wrong :
        List.of(
            "arn:aws:iam::111122223333:group/g",
            "arn:aws:iam::111122223333:policy/p",
            "arn:aws:iam::111122223333:user/",
            "arn:aws:sts::111122223333:assumed-role/Dev",
            "arn:aws:kms:eu-central-1:111122223333:key/x",
            "arn:aws-cn:iam::111122223333:user/alice",
            "AIDAQ3EGRNEXAMPLE",
            "alice",
            "11112222333",
            "logs.example.com")) {
      String message = "embedded-kms: not the ARN of a principal: " + wrong;
      assertRefused(
          InvalidArnException.class, message, () -> create(b -> b.granteePrincipal(wrong)));
      assertRefused(
          InvalidArnException.class, message, () -> create(b -> b.retiringPrincipal(wrong)));
    }
    // Wildcards are not in the pattern of the member.
    for (String wrong : List.of("*", "arn:aws:iam::111122223333:user/*", "arn:aws:iam::*:root")) {
      String message =
          "1 validation error detected: Value '%s' at '%s' failed to satisfy constraint: Member"
              + " must satisfy regular expression pattern: ^[\\w+=,.@:/-]+$";
      assertRefused(
          ValidationException.class,
          String.format(message, wrong, "granteePrincipal"),
          () -> create(b -> b.granteePrincipal(wrong)));
      assertRefused(
          ValidationException.class,
          String.format(message, wrong, "retiringPrincipal"),
          () -> create(b -> b.retiringPrincipal(wrong)));
    }
  }

  @Test
  void createGrant_principalMembers_areOneGranteeAndAtMostOneRetirer() {
    String none = "embedded-kms: GranteePrincipal or GranteeServicePrincipal is required";
    assertInvalid(none, b -> b.granteePrincipal(null));
    assertInvalid(none, b -> b.granteePrincipal(null).retiringPrincipal(BOB));
    assertInvalid(
        "embedded-kms: GranteePrincipal and GranteeServicePrincipal exclude each other",
        b ->
            b.granteeServicePrincipal(LOGS)
                .retiringPrincipal(BOB)
                .constraints(new GrantConstraints(null, null, SOURCE)));
    assertInvalid(
        "embedded-kms: RetiringPrincipal and RetiringServicePrincipal exclude each other",
        b -> b.retiringPrincipal(BOB).retiringServicePrincipal(LOGS));
    String incomplete =
        "embedded-kms: GranteeServicePrincipal requires SourceArn in Constraints, and"
            + " RetiringPrincipal or RetiringServicePrincipal";
    Consumer<CreateGrantBuilder> service =
        b -> b.granteePrincipal(null).granteeServicePrincipal(LOGS);
    GrantConstraints source = new GrantConstraints(null, null, SOURCE);
    assertInvalid(incomplete, service);
    assertInvalid(incomplete, service.andThen(b -> b.constraints(source)));
    assertInvalid(incomplete, service.andThen(b -> b.retiringPrincipal(BOB)));
    assertInvalid(
        incomplete,
        service.andThen(
            b ->
                b.retiringServicePrincipal(LOGS)
                    .constraints(new GrantConstraints(Map.of("a", "1"), null, null))));
    for (String wrong : List.of("logs.example.com", "LOGS.amazonaws.com", "a.b.c")) {
      assertInvalid(
          "embedded-kms: not the name of a service of AWS: " + wrong,
          b -> b.retiringServicePrincipal(wrong));
      assertInvalid(
          "embedded-kms: not the name of a service of AWS: " + wrong,
          service.andThen(
              b -> b.granteeServicePrincipal(wrong).constraints(source).retiringPrincipal(BOB)));
    }
    create(service.andThen(b -> b.constraints(source).retiringPrincipal(BOB)));
    create(service.andThen(b -> b.constraints(source).retiringServicePrincipal(LOGS)));
  }

  @Test
  void createGrant_withoutOperations_isRefused() {
    assertInvalid("embedded-kms: Operations is empty", b -> b.operations(List.of()));
  }

  @Test
  void grantIds_unknown_areNotFound() {
    String ofOtherKey = create(b -> b.keyId(fixture.otherKeyId)).grantId();
    for (String unknown :
        List.of(
            UNKNOWN,
            ofOtherKey,
            "x",
            "/",
            "../" + grantId,
            " ",
            "\u0000",
            "\n",
            "\u00e9",
            "\ud800",
            grantId + "0",
            grantId.substring(1),
            grantId.toUpperCase(Locale.ROOT) + "F",
            "z".repeat(128))) {
      String message = "embedded-kms: the key has no grant " + unknown;
      assertRefused(
          NotFoundException.class,
          message,
          () -> kms.revokeGrant(b -> b.keyId(fixture.keyId).grantId(unknown)));
      assertRefused(
          NotFoundException.class,
          message,
          () -> kms.revokeGrant(b -> b.keyId(fixture.keyId).grantId(unknown).dryRun(true)));
      assertRefused(
          NotFoundException.class,
          message,
          () -> kms.retireGrant(b -> b.keyId(fixture.keyId).grantId(unknown)));
      if (!unknown.matches("[0-9a-f]{64}")) {
        assertRefused(
            InvalidGrantIdException.class,
            "embedded-kms: not the id of a grant: " + unknown,
            () -> kms.listGrants(b -> b.keyId(fixture.keyId).grantId(unknown)));
      }
    }
    assertThat(kms.listGrants(b -> b.keyId(fixture.keyId).grantId(UNKNOWN)).grants()).isEmpty();
  }

  private void assertRetirementRefused(String message, Consumer<RetireGrantBuilder> members) {
    assertRefused(ValidationException.class, message, () -> kms.retireGrant(members));
  }

  @Test
  void retireGrant_otherMembersThanNeeded_isRefused() {
    String excluded = "embedded-kms: GrantToken excludes KeyId and GrantId";
    assertRetirementRefused(excluded, b -> b.grantToken(token).keyId(fixture.keyId));
    assertRetirementRefused(excluded, b -> b.grantToken(token).grantId(grantId));
    assertRetirementRefused(
        excluded, b -> b.grantToken(token).keyId(fixture.keyId).grantId(grantId));
    assertRetirementRefused(excluded, b -> b.grantToken("x").keyId("y"));
    String needed = "embedded-kms: GrantToken, or KeyId and GrantId, are required";
    assertRetirementRefused(needed, b -> {});
    assertRetirementRefused(needed, b -> b.keyId(fixture.keyId));
    assertRetirementRefused(needed, b -> b.grantId(grantId));
    assertRetirementRefused(needed, b -> b.dryRun(true));
  }

  @Test
  void keys_namedByAlias_areRefused() {
    for (String alias : List.of(Fixture.ALIAS, Fixture.ALIAS_ARN)) {
      List<ThrowingCallable> calls =
          List.of(
              () -> create(b -> b.keyId(alias)),
              () -> kms.listGrants(b -> b.keyId(alias)),
              () -> kms.revokeGrant(b -> b.keyId(alias).grantId(grantId)),
              () -> kms.retireGrant(b -> b.keyId(alias).grantId(grantId)));
      calls.forEach(
          call ->
              assertRefused(
                  InvalidArnException.class,
                  "Key Aliases are not supported for this operation.",
                  call));
    }
  }

  private void assertListingRefused(String message, Consumer<ListGrantsBuilder> members) {
    assertRefused(
        ValidationException.class,
        message,
        () -> kms.listGrants(b -> members.accept(b.keyId(fixture.keyId))));
  }

  private void assertRetirableRefused(
      String message, Consumer<ListRetirableGrantsBuilder> members) {
    assertRefused(ValidationException.class, message, () -> kms.listRetirableGrants(members));
  }

  @Test
  void listings_filtersThatExcludeEachOther_areRefused() {
    assertListingRefused(
        "embedded-kms: GranteePrincipal and GranteeServicePrincipal exclude each other",
        b -> b.granteePrincipal(ALICE).granteeServicePrincipal(LOGS));
    assertListingRefused(
        "embedded-kms: GranteeServicePrincipal is for services of AWS only",
        b -> b.granteeServicePrincipal(LOGS));
    assertRetirableRefused(
        "embedded-kms: RetiringPrincipal or RetiringServicePrincipal is required", b -> {});
    assertRetirableRefused(
        "embedded-kms: RetiringPrincipal and RetiringServicePrincipal exclude each other",
        b -> b.retiringPrincipal(CAROL).retiringServicePrincipal(LOGS));
    assertRetirableRefused(
        "embedded-kms: RetiringServicePrincipal is for services of AWS only",
        b -> b.retiringServicePrincipal(LOGS));
  }
}
