package io.github.embeddedkms.local;

import static io.github.embeddedkms.authorization.Subjects.A;
import static io.github.embeddedkms.authorization.Subjects.ALICE;
import static io.github.embeddedkms.authorization.Subjects.B;
import static io.github.embeddedkms.authorization.Subjects.BOB;
import static io.github.embeddedkms.authorization.Subjects.CAROL;
import static io.github.embeddedkms.authorization.Subjects.DEV;
import static io.github.embeddedkms.authorization.Subjects.LOGS;
import static io.github.embeddedkms.authorization.Subjects.ROLE;
import static io.github.embeddedkms.authorization.Subjects.ROOT_A;
import static io.github.embeddedkms.model.GrantOperation.DECRYPT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.embeddedkms.exception.InvalidMarkerException;
import io.github.embeddedkms.model.GrantListEntry;
import io.github.embeddedkms.operation.ListGrants;
import io.github.embeddedkms.operation.ListGrantsBuilder;
import io.github.embeddedkms.operation.ListRetirableGrants;
import io.github.embeddedkms.store.fixture.OverDatabases;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

/** The two listings of grants. */
@Timeout(value = 2, unit = TimeUnit.MINUTES, threadMode = ThreadMode.SEPARATE_THREAD)
class GrantListingsTest {

  private final Fixture fixture = new Fixture();
  private final LocalKeyProvider kms = fixture.kms;

  @AfterEach
  void close() {
    fixture.close();
  }

  private String create(String grantee) {
    return create(fixture.keyId, grantee, null);
  }

  private String create(String keyId, String grantee, String retirer) {
    return kms.createGrant(
            b ->
                b.keyId(keyId)
                    .granteePrincipal(grantee)
                    .retiringPrincipal(retirer)
                    .operations(List.of(DECRYPT)))
        .grantId();
  }

  private List<String> list(Consumer<ListGrantsBuilder> filter) {
    return ids(kms.listGrantsPages(b -> filter.accept(b.keyId(fixture.keyId))).items().toList());
  }

  private static List<String> ids(List<GrantListEntry> grants) {
    return grants.stream().map(GrantListEntry::grantId).toList();
  }

  private List<String> retirable(String retirer) {
    return ids(
        kms.listRetirableGrantsPages(b -> b.retiringPrincipal(retirer).limit(2)).items().toList());
  }

  @OverDatabases
  @Test
  void listGrants_manyGrants_are50OnAPageAnd100AtMost() {
    List<String> created = new ArrayList<>();
    for (int i = 0; i < 120; i++) {
      created.add(create(i % 2 == 0 ? ALICE : BOB));
    }
    ListGrants.Response first = kms.listGrants(b -> b.keyId(fixture.keyId));
    assertThat(first.grants()).hasSize(50);
    assertThat(first.truncated()).isTrue();
    assertThat(kms.listGrants(b -> b.keyId(fixture.keyId).limit(1000)).grants()).hasSize(100);
    for (int limit : new int[] {1, 7, 60, 100}) {
      assertThat(list(b -> b.limit(limit))).isEqualTo(created);
      assertThat(list(b -> b.limit(limit).granteePrincipal(BOB))).hasSize(60);
    }
    // A page that is exactly full has no marker.
    ListGrants.Response full =
        kms.listGrants(b -> b.keyId(fixture.keyId).granteePrincipal(BOB).limit(60));
    assertThat(full.truncated()).isFalse();
    assertThat(full.nextMarker()).isNull();
  }

  @OverDatabases
  @Test
  void listGrants_grantsRemovedAndCreatedBetweenPages_listsEveryKeptGrantOnce() {
    List<String> kept = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      kept.add(create(ALICE));
    }
    List<String> seen = new ArrayList<>();
    for (ListGrants.Response page : kms.listGrantsPages(b -> b.keyId(fixture.keyId).limit(3))) {
      page.grants().forEach(grant -> seen.add(grant.grantId()));
      // The listing goes on after the last grant of a page, although that is gone.
      String last = seen.get(seen.size() - 1);
      kms.revokeGrant(b -> b.keyId(fixture.keyId).grantId(last));
      kept.remove(last);
    }
    assertThat(seen).hasSize(20).doesNotHaveDuplicates().containsAll(kept);
    assertThat(list(b -> {})).isEqualTo(kept);
  }

  @OverDatabases
  @Test
  void listGrants_filters_findTheGranteeAndTheId() {
    String ofAlice = create(ALICE);
    String ofRole = create(ROLE);
    String ofDigits = create(A);
    String ofRoot = create(ROOT_A);
    String ofLogs = create(LOGS);
    assertThat(list(b -> b.granteePrincipal(ALICE))).containsExactly(ofAlice);
    assertThat(list(b -> b.granteePrincipal(ROLE))).containsExactly(ofRole);
    assertThat(list(b -> b.granteePrincipal(LOGS))).containsExactly(ofLogs);
    for (String account : List.of(A, ROOT_A)) {
      assertThat(list(b -> b.granteePrincipal(account))).containsExactly(ofDigits, ofRoot);
    }
    for (String other : List.of(DEV, BOB, "nobody", B, ALICE.replace("alice", "Alice"))) {
      assertThat(list(b -> b.granteePrincipal(other))).as(other).isEmpty();
    }
    assertThat(list(b -> b.grantId(ofRole))).containsExactly(ofRole);
    assertThat(list(b -> b.grantId(ofRole).granteePrincipal(ROLE))).containsExactly(ofRole);
    assertThat(list(b -> b.grantId(ofRole).granteePrincipal(ALICE))).isEmpty();
    assertThat(list(b -> b.grantId("0".repeat(64)))).isEmpty();
    assertThat(kms.listGrants(b -> b.keyId(fixture.otherKeyId).grantId(ofRole)).grants()).isEmpty();
  }

  @OverDatabases
  @Test
  void listRetirableGrants_eachRetirer_findsThoseOfAllKeys() {
    String one = create(fixture.keyId, ALICE, BOB);
    String two = create(fixture.otherKeyId, ALICE, BOB);
    create(fixture.keyId, ALICE, null);
    String ofDigits = create(fixture.keyId, ALICE, A);
    String ofRoot = create(fixture.otherKeyId, ALICE, ROOT_A);
    String three = create(fixture.keyId, CAROL, BOB);
    assertThat(retirable(BOB)).containsExactly(one, two, three);
    assertThat(retirable(A)).isEqualTo(retirable(ROOT_A)).containsExactly(ofDigits, ofRoot);
    assertThat(retirable(ALICE)).isEmpty();
    assertThat(kms.inRegion("eu-west-1").listRetirableGrants(b -> b.retiringPrincipal(BOB)))
        .isEqualTo(new ListRetirableGrants.Response(List.of(), null, false));
    kms.retireGrant(b -> b.keyId(fixture.otherKeyId).grantId(two));
    fixture.reopen();
    assertThat(retirable(BOB)).containsExactly(one, three);
    assertThat(kms.listRetirableGrants(b -> b.retiringPrincipal(BOB)).grants().get(0))
        .isEqualTo(kms.listGrants(b -> b.keyId(fixture.keyId).grantId(one)).grants().get(0));
  }

  @Test
  void markers_ofAnotherListing_areInvalid() {
    for (String grantee : List.of(ALICE, ALICE, BOB, BOB)) {
      create(fixture.keyId, grantee, CAROL);
      create(fixture.otherKeyId, grantee, BOB);
      create(fixture.keyId, grantee, BOB);
    }
    String all = marker(b -> {});
    String ofAlice = marker(b -> b.granteePrincipal(ALICE));
    String retirable = kms.listRetirableGrants(b -> b.retiringPrincipal(BOB).limit(1)).nextMarker();
    String aliases = kms.listAliases(b -> b.limit(1)).nextMarker();
    for (String wrong : List.of(ofAlice, retirable, aliases, all + "=", all.substring(1), "x")) {
      assertInvalid(() -> list(b -> b.marker(wrong)));
    }
    for (String wrong : List.of(all, retirable, aliases)) {
      assertInvalid(() -> list(b -> b.granteePrincipal(ALICE).marker(wrong)));
    }
    assertInvalid(() -> list(b -> b.granteePrincipal(BOB).marker(ofAlice)));
    assertInvalid(() -> kms.listGrants(b -> b.keyId(fixture.otherKeyId).marker(all)));
    for (String wrong : List.of(all, ofAlice, aliases)) {
      assertInvalid(() -> kms.listRetirableGrants(b -> b.retiringPrincipal(BOB).marker(wrong)));
    }
    assertInvalid(() -> kms.listRetirableGrants(b -> b.retiringPrincipal(ALICE).marker(retirable)));
    assertInvalid(
        () ->
            kms.inRegion("eu-west-1")
                .listRetirableGrants(b -> b.retiringPrincipal(BOB).marker(retirable)));
    assertThat(kms.listGrants(b -> b.keyId(fixture.keyArn).marker(all)).grants()).hasSize(7);
  }

  private String marker(Consumer<ListGrantsBuilder> filter) {
    return kms.listGrants(
            b -> {
              b.keyId(fixture.keyId).limit(1);
              filter.accept(b);
            })
        .nextMarker();
  }

  private static void assertInvalid(ThrowingCallable call) {
    assertThatThrownBy(call)
        .isExactlyInstanceOf(InvalidMarkerException.class)
        .hasMessage("embedded-kms: the marker was not returned by this listing");
  }

  /** A listing of one grant never returns a marker. */
  @Test
  void markers_besidesAGrantId_areInvalid() {
    String id = create(ALICE);
    create(ALICE);
    String all = marker(b -> {});
    for (String marker : List.of("x", all)) {
      assertInvalid(() -> list(b -> b.grantId(id).marker(marker)));
    }
  }
}
