package io.github.embeddedkms.local;

import static io.github.embeddedkms.authorization.Subjects.ALICE;
import static io.github.embeddedkms.authorization.Subjects.BOB;
import static io.github.embeddedkms.authorization.Subjects.CAROL;
import static io.github.embeddedkms.authorization.Subjects.LOGS;
import static io.github.embeddedkms.authorization.Subjects.ROOT_A;
import static io.github.embeddedkms.model.GrantOperation.CREATE_GRANT;
import static io.github.embeddedkms.model.GrantOperation.DECRYPT;
import static io.github.embeddedkms.model.GrantOperation.ENCRYPT;
import static io.github.embeddedkms.model.GrantOperation.RETIRE_GRANT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.embeddedkms.exception.DryRunOperationException;
import io.github.embeddedkms.exception.NotFoundException;
import io.github.embeddedkms.model.GrantConstraints;
import io.github.embeddedkms.model.GrantListEntry;
import io.github.embeddedkms.model.GrantOperation;
import io.github.embeddedkms.model.KeySpec;
import io.github.embeddedkms.model.KeyState;
import io.github.embeddedkms.model.KeyUsageType;
import io.github.embeddedkms.operation.CreateGrant;
import io.github.embeddedkms.operation.CreateGrantBuilder;
import io.github.embeddedkms.operation.ListGrants;
import io.github.embeddedkms.store.fixture.OverDatabases;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

/** Grants that are created, listed and removed. The timeout makes an endless listing fail. */
@Timeout(value = 2, unit = TimeUnit.MINUTES, threadMode = ThreadMode.SEPARATE_THREAD)
class GrantOperationsTest {

  private static final String SOURCE = "arn:aws:logs:eu-central-1:111122223333:log-group:x";

  private final Fixture fixture = new Fixture();
  private final LocalKeyProvider kms = fixture.kms;

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

  private List<String> ids() {
    return grants().stream().map(GrantListEntry::grantId).toList();
  }

  @OverDatabases
  @Test
  void createGrant_leastMembers_isListedWithDefaults() {
    CreateGrant.Response created = create(b -> {});
    assertThat(created.grantId()).matches("[0-9a-f]{64}");
    assertThat(GrantTokens.parse(created.grantToken()))
        .isEqualTo(new GrantTokens.Named(fixture.keyArn, created.grantId()));
    GrantListEntry expected =
        new GrantListEntry(
            fixture.keyArn,
            created.grantId(),
            "",
            Fixture.NOW,
            ALICE,
            null,
            ROOT_A,
            List.of(DECRYPT),
            null,
            null,
            null);
    ListGrants.Response all = new ListGrants.Response(List.of(expected), null, false);
    assertThat(kms.listGrants(b -> b.keyId(fixture.keyArn))).isEqualTo(all);
    fixture.reopen();
    assertThat(kms.listGrants(b -> b.keyId(fixture.keyId))).isEqualTo(all);
    assertThat(kms.listGrants(b -> b.keyId(fixture.otherKeyId)).grants()).isEmpty();
  }

  @OverDatabases
  @Test
  void createGrant_allMembers_areListedAsGiven() {
    GrantConstraints constraints =
        new GrantConstraints(Map.of("Dept", "IT", "e", "\u00e9 \ud83d\ude00"), null, SOURCE);
    String first =
        create(
                b ->
                    b.keyId(fixture.keyArn)
                        .granteePrincipal("111122223333")
                        .retiringPrincipal(CAROL)
                        .operations(List.of(RETIRE_GRANT, DECRYPT, ENCRYPT, DECRYPT))
                        .constraints(constraints)
                        .name("a:/_-9"))
            .grantId();
    GrantConstraints source = new GrantConstraints(null, null, SOURCE);
    String second =
        create(
                b ->
                    b.granteePrincipal(null)
                        .granteeServicePrincipal(LOGS)
                        .retiringServicePrincipal("rds.amazonaws.com")
                        .constraints(source))
            .grantId();
    fixture.reopen();
    assertThat(grants())
        .containsExactly(
            new GrantListEntry(
                fixture.keyArn,
                first,
                "a:/_-9",
                Fixture.NOW,
                "111122223333",
                CAROL,
                ROOT_A,
                List.of(RETIRE_GRANT, DECRYPT, ENCRYPT),
                constraints,
                null,
                null),
            new GrantListEntry(
                fixture.keyArn,
                second,
                "",
                Fixture.NOW,
                null,
                null,
                ROOT_A,
                List.of(DECRYPT),
                source,
                LOGS,
                "rds.amazonaws.com"));
  }

  /** The service names a role and a service as they were given. */
  @Test
  void createGrant_serviceAsGranteePrincipal_isListedThere() {
    create(b -> b.granteePrincipal(LOGS));
    assertThat(grants().get(0).granteePrincipal()).isEqualTo(LOGS);
    assertThat(grants().get(0).granteeServicePrincipal()).isNull();
  }

  @OverDatabases
  @Test
  void createGrant_sameNameAndParameters_isTheSameGrant() {
    Consumer<CreateGrantBuilder> full =
        b ->
            b.name("n")
                .retiringPrincipal(BOB)
                .operations(List.of(DECRYPT, ENCRYPT))
                .constraints(new GrantConstraints(Map.of("a", "1", "b", "2"), null, SOURCE));
    CreateGrant.Response first = create(full);
    fixture.reopen();
    fixture.storage.onChange = change -> assertThat(change.puts()).isEmpty();
    fixture.now = fixture.now.plusSeconds(1);
    CreateGrant.Response again = create(full);
    CreateGrant.Response otherOrder =
        create(full.andThen(b -> b.operations(List.of(ENCRYPT, DECRYPT, ENCRYPT))));
    assertThat(List.of(again.grantId(), otherOrder.grantId())).containsOnly(first.grantId());
    assertThat(List.of(first.grantToken(), again.grantToken(), otherOrder.grantToken()))
        .doesNotHaveDuplicates();
    fixture.storage.onChange = change -> {};
    assertThat(grants()).hasSize(1);
    assertThat(grants().get(0).creationDate()).isEqualTo(Fixture.NOW);
    // Every token retires it.
    kms.retireGrant(b -> b.grantToken(again.grantToken()));
    assertThat(grants()).isEmpty();
    assertThat(create(full).grantId()).isNotEqualTo(first.grantId());
  }

  @OverDatabases
  @Test
  void createGrant_otherParametersKeyOrNoName_isAnotherGrant() {
    String first = create(b -> b.name("n")).grantId();
    List<String> all = new ArrayList<>(List.of(first));
    List<Consumer<CreateGrantBuilder>> others =
        List.of(
            b -> b.name("N"),
            b -> b.name(null),
            b -> b.name(null),
            b -> b.granteePrincipal(BOB),
            b -> b.retiringPrincipal(BOB),
            b -> b.retiringPrincipal(null).retiringServicePrincipal(LOGS),
            b -> b.operations(List.of(DECRYPT, ENCRYPT)),
            b -> b.operations(List.of(ENCRYPT)),
            b -> b.constraints(new GrantConstraints(Map.of("a", "1"), null, null)),
            b -> b.constraints(new GrantConstraints(null, Map.of("a", "1"), null)),
            b -> b.constraints(new GrantConstraints(Map.of("a", "2"), null, null)),
            b -> b.constraints(new GrantConstraints(null, null, SOURCE)));
    Consumer<CreateGrantBuilder> name = b -> b.name("n");
    for (Consumer<CreateGrantBuilder> other : others) {
      all.add(create(name.andThen(other)).grantId());
    }
    assertThat(ids()).isEqualTo(all).doesNotHaveDuplicates();
    String ofOtherKey = create(name.andThen(b -> b.keyId(fixture.otherKeyId))).grantId();
    assertThat(all).doesNotContain(ofOtherKey);
    assertThat(ids()).hasSize(others.size() + 1);
    assertThat(create(name).grantId()).isEqualTo(first);
  }

  /** The order of the dates is not that of creation if the clock was turned back. */
  @OverDatabases
  @Test
  void listGrants_clockThatStandsStillOrGoesBack_isInTheOrderOfCreation() {
    List<String> created = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      if (i == 5 || i == 8) {
        fixture.now = fixture.now.minus(Duration.ofDays(400));
      }
      if (i == 10) {
        fixture.now = fixture.now.plus(Duration.ofDays(1000));
      }
      created.add(create(b -> {}).grantId());
    }
    assertThat(ids()).isEqualTo(created);
    assertThat(kms.listGrantsPages(b -> b.keyId(fixture.keyId).limit(5)).items())
        .extracting(GrantListEntry::grantId)
        .isEqualTo(created);
    fixture.reopen();
    assertThat(ids()).isEqualTo(created);
  }

  @OverDatabases
  @Test
  void retireAndRevoke_existingGrants_removeOnlyThose() {
    CreateGrant.Response byToken = create(b -> {});
    CreateGrant.Response byId = create(b -> {});
    CreateGrant.Response revoked = create(b -> {});
    CreateGrant.Response kept = create(b -> {});
    kms.retireGrant(b -> b.grantToken(byToken.grantToken()));
    kms.retireGrant(b -> b.keyId(fixture.keyId).grantId(byId.grantId()));
    kms.revokeGrant(b -> b.keyId(fixture.keyArn).grantId(revoked.grantId()));
    assertThat(ids()).containsExactly(kept.grantId());
    fixture.reopen();
    assertThat(ids()).containsExactly(kept.grantId());
    for (CreateGrant.Response gone : List.of(byToken, byId, revoked)) {
      assertGone(gone, () -> kms.retireGrant(b -> b.grantToken(gone.grantToken())));
      assertGone(gone, () -> kms.retireGrant(b -> b.keyId(fixture.keyArn).grantId(gone.grantId())));
      assertGone(gone, () -> kms.revokeGrant(b -> b.keyId(fixture.keyId).grantId(gone.grantId())));
    }
  }

  private static void assertGone(CreateGrant.Response grant, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isExactlyInstanceOf(NotFoundException.class)
        .hasMessage("embedded-kms: the key has no grant " + grant.grantId());
  }

  @Test
  void dryRuns_changeNothing() {
    CreateGrant.Response grant = create(b -> {});
    List<GrantListEntry> before = grants();
    fixture.storage.changes = 0;
    assertDryRun(() -> create(b -> b.dryRun(true)));
    assertDryRun(() -> create(b -> b.name("n").dryRun(true)));
    assertDryRun(() -> kms.retireGrant(b -> b.grantToken(grant.grantToken()).dryRun(true)));
    assertDryRun(
        () -> kms.retireGrant(b -> b.keyId(fixture.keyId).grantId(grant.grantId()).dryRun(true)));
    assertDryRun(
        () -> kms.revokeGrant(b -> b.keyId(fixture.keyId).grantId(grant.grantId()).dryRun(true)));
    assertThat(fixture.storage.changes).isZero();
    assertThat(grants()).isEqualTo(before);
    kms.revokeGrant(b -> b.keyId(fixture.keyId).grantId(grant.grantId()).dryRun(false));
    assertThat(grants()).isEmpty();
  }

  private static void assertDryRun(ThrowingCallable call) {
    assertThatThrownBy(call)
        .isExactlyInstanceOf(DryRunOperationException.class)
        .hasMessage("The request would have succeeded, but the DryRun option is set.");
  }

  /** The key's state does not touch its grants; its deletion removes them. */
  @OverDatabases
  @Test
  void key_disabledAndDeleted_keepsItsGrantsUntilItIsGone() {
    create(b -> b.retiringPrincipal(BOB));
    kms.createGrant(
        b ->
            b.keyId(fixture.otherKeyId)
                .granteePrincipal(ALICE)
                .retiringPrincipal(BOB)
                .operations(List.of(CREATE_GRANT)));
    List<GrantListEntry> before = grants();
    kms.disableKey(b -> b.keyId(fixture.keyId));
    assertThat(grants()).isEqualTo(before);
    kms.scheduleKeyDeletion(b -> b.keyId(fixture.keyId).pendingWindowInDays(7));
    assertThat(grants()).isEqualTo(before);
    assertThat(retirable()).hasSize(2);
    kms.cancelKeyDeletion(b -> b.keyId(fixture.keyId));
    assertThat(kms.describeKey(b -> b.keyId(fixture.keyId)).keyMetadata().keyState())
        .isEqualTo(KeyState.DISABLED);
    assertThat(grants()).isEqualTo(before);
    kms.scheduleKeyDeletion(b -> b.keyId(fixture.keyId).pendingWindowInDays(7));
    fixture.now = fixture.now.plus(Duration.ofDays(7));
    assertThat(retirable())
        .extracting(GrantListEntry::keyId)
        .containsExactly(Fixture.arn(fixture.otherKeyId));
    fixture.reopen();
    assertThat(retirable()).hasSize(1);
  }

  private List<GrantListEntry> retirable() {
    return kms.listRetirableGrantsPages(b -> b.retiringPrincipal(BOB).limit(1)).items().toList();
  }

  /** The grants of a multi-Region key are those of one Region. */
  @Test
  void grants_ofAReplica_areItsOwn() {
    try (Fixture multiRegion =
        new Fixture(KeySpec.SYMMETRIC_DEFAULT, KeyUsageType.ENCRYPT_DECRYPT, true)) {
      multiRegion.kms.createGrant(
          b ->
              b.keyId(multiRegion.keyId)
                  .granteePrincipal(ALICE)
                  .retiringPrincipal(BOB)
                  .operations(List.of(GrantOperation.DESCRIBE_KEY)));
      var there = multiRegion.kms.inRegion(Fixture.REPLICA_REGION);
      assertThat(there.listGrants(b -> b.keyId(multiRegion.keyId)).grants()).isEmpty();
      assertThat(there.listRetirableGrants(b -> b.retiringPrincipal(BOB)).grants()).isEmpty();
      assertThat(multiRegion.kms.listGrants(b -> b.keyId(multiRegion.keyId)).grants()).hasSize(1);
    }
  }
}
