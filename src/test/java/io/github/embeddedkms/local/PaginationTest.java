package io.github.embeddedkms.local;

import static io.github.embeddedkms.model.ResourceOwnerType.OTHER_ACCOUNTS_VIA_RAM;
import static io.github.embeddedkms.model.ResourceOwnerType.SELF;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.embeddedkms.RecordingClient;
import io.github.embeddedkms.exception.InvalidMarkerException;
import io.github.embeddedkms.exception.NotFoundException;
import io.github.embeddedkms.model.AliasListEntry;
import io.github.embeddedkms.model.GrantListEntry;
import io.github.embeddedkms.model.GrantOperation;
import io.github.embeddedkms.model.KeyListEntry;
import io.github.embeddedkms.model.ResourceOwnerType;
import io.github.embeddedkms.operation.ListAliases;
import io.github.embeddedkms.operation.ListGrants;
import io.github.embeddedkms.operation.ListKeys;
import io.github.embeddedkms.operation.ListRetirableGrants;
import io.github.embeddedkms.store.fixture.OverDatabases;
import io.github.embeddedkms.store.fixture.TestStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.NoSuchElementException;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Listings. The timeout makes a listing that never ends fail instead of hang. */
@Timeout(value = 2, unit = TimeUnit.MINUTES, threadMode = ThreadMode.SEPARATE_THREAD)
class PaginationTest {

  private static final String OTHER_GRANTEE = "arn:aws:iam::111122223333:user/other";

  private final Fixture fixture = new Fixture();
  private final LocalKeyProvider kms = fixture.kms;

  @AfterEach
  void close() {
    fixture.close();
  }

  private List<String> createKeys(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> kms.createKey(b -> {}).keyMetadata().keyId())
        .toList();
  }

  @OverDatabases
  @Test
  void listKeys_defaults_are100OnAPage_withNoMarkerOnTheLast() {
    List<String> created = new ArrayList<>(createKeys(148));
    created.addAll(List.of(fixture.keyId, fixture.otherKeyId));
    ListKeys.Response first = kms.listKeys(b -> {});
    assertThat(first.keys()).hasSize(100);
    assertThat(first.truncated()).isTrue();
    ListKeys.Response last = kms.listKeys(b -> b.marker(first.nextMarker()));
    assertThat(last.keys()).hasSize(50);
    assertThat(last.truncated()).isFalse();
    assertThat(last.nextMarker()).isNull();
    assertThat(first.keys().get(0).keyArn()).isEqualTo(Fixture.arn(first.keys().get(0).keyId()));
    List<String> listed = new ArrayList<>();
    first.keys().forEach(key -> listed.add(key.keyId()));
    last.keys().forEach(key -> listed.add(key.keyId()));
    assertThat(listed).containsExactlyInAnyOrderElementsOf(created).isSorted();
  }

  @OverDatabases
  @Test
  void listKeys_lastPageExactlyFull_hasNoMarker() {
    createKeys(8);
    ListKeys.Response page = kms.listKeys(b -> b.limit(10));
    assertThat(page.keys()).hasSize(10);
    assertThat(page.truncated()).isFalse();
    assertThat(page.nextMarker()).isNull();
  }

  @OverDatabases
  @Test
  void listings_withoutEntries_returnAnEmptyPage() {
    var elsewhere = kms.inRegion("eu-west-3");
    assertThat(elsewhere.listKeys(b -> {}))
        .isEqualTo(new ListKeys.Response(List.of(), null, false));
    assertThat(elsewhere.listAliases(b -> {}))
        .isEqualTo(new ListAliases.Response(List.of(), null, false));
    assertThat(kms.listGrants(b -> b.keyId(fixture.keyId)))
        .isEqualTo(new ListGrants.Response(List.of(), null, false));
    assertThat(kms.listRetirableGrants(b -> b.retiringPrincipal(Fixture.ACCOUNT)))
        .isEqualTo(new ListRetirableGrants.Response(List.of(), null, false));
  }

  @OverDatabases
  @ParameterizedTest
  @ValueSource(ints = {1, 7, 1000})
  void listKeysPages_keysCreatedAndDeleted_listsEveryKeptKeyOnce(int limit) {
    int count = TestStore.scaled(2_500);
    listWhileKeysAreCreatedAndDeleted(count, Math.min(limit, count / 2));
  }

  @Tag("thorough")
  @ParameterizedTest
  @ValueSource(ints = {1, 7, 1000})
  void listKeysPages_manyKeysCreatedAndDeleted_listsEveryKeptKeyOnce(int limit) {
    listWhileKeysAreCreatedAndDeleted(10_000, limit);
  }

  private void listWhileKeysAreCreatedAndDeleted(int count, int limit) {
    List<String> keys = new ArrayList<>(createKeys(count));
    Collections.shuffle(keys, new Random(1));
    List<String> leaving = keys.subList(0, count / 10);
    Set<String> staying = new HashSet<>(keys.subList(count / 10, count));
    List<String> seen = new ArrayList<>();
    int page = 0;
    for (ListKeys.Response response : kms.listKeysPages(b -> b.limit(limit))) {
      assertThat(response.keys()).hasSizeLessThanOrEqualTo(limit);
      response.keys().forEach(key -> seen.add(key.keyId()));
      if (page < 20 && page * 5 + 5 < leaving.size()) {
        createKeys(5);
        leaving.subList(page * 5, page * 5 + 5).forEach(this::delete);
      }
      page++;
    }
    assertThat(seen).doesNotHaveDuplicates();
    assertThat(seen).containsAll(staying);
  }

  /** Deletes a key by setting the clock forward. */
  private void delete(String keyId) {
    kms.scheduleKeyDeletion(b -> b.keyId(keyId).pendingWindowInDays(7));
    fixture.now = fixture.now.plus(Duration.ofDays(7));
    assertThat(catchThrowable(() -> kms.describeKey(b -> b.keyId(keyId))))
        .isExactlyInstanceOf(NotFoundException.class);
  }

  @OverDatabases
  @Test
  void listAliasesPages_aliasesCreatedAndDeleted_listsEveryKeptAliasOnce() {
    int count = TestStore.scaled(1000);
    // A key has at most 50 aliases: about 25 that stay, and as many of those below.
    List<String> keys = createKeys(1 + count / 25);
    IntStream.range(0, count)
        .forEach(
            i ->
                kms.createAlias(
                    b -> b.aliasName("alias/stays-" + i).targetKeyId(keys.get(i % keys.size()))));
    List<String> seen = new ArrayList<>();
    int page = 0;
    for (ListAliases.Response response : kms.listAliasesPages(b -> b.limit(10))) {
      response.aliases().forEach(alias -> seen.add(alias.aliasName()));
      String name = "alias/passing-" + page++;
      String keyId = keys.get(page % keys.size());
      kms.createAlias(b -> b.aliasName(name).targetKeyId(keyId));
      if (page % 2 == 0) {
        kms.deleteAlias(b -> b.aliasName(name));
      }
    }
    assertThat(seen).doesNotHaveDuplicates();
    assertThat(seen)
        .containsAll(IntStream.range(0, count).mapToObj(i -> "alias/stays-" + i).toList());
  }

  @OverDatabases
  @Test
  void marker_ofDeletedId_continuesAfterIt() {
    createKeys(8);
    ListKeys.Response first = kms.listKeys(b -> b.limit(5));
    delete(first.keys().get(4).keyId());
    ListKeys.Response second = kms.listKeys(b -> b.limit(5).marker(first.nextMarker()));
    assertThat(second.keys()).hasSize(5).doesNotContainAnyElementsOf(first.keys());
    assertThat(second.truncated()).isFalse();
  }

  @OverDatabases
  @Test
  void listAliases_allOrOfOneKey_returnsThose() {
    // A key has at most 50 aliases.
    List<String> keys = new ArrayList<>(createKeys(2));
    keys.addAll(List.of(fixture.keyId, fixture.otherKeyId));
    IntStream.range(0, 132)
        .forEach(
            i ->
                kms.createAlias(
                    b ->
                        b.aliasName(String.format("alias/many-%03d", i))
                            .targetKeyId(keys.get(i % 4))));
    assertThat(kms.listAliases(b -> {}).aliases()).hasSize(50);
    // The service's own maximum is below what its model allows.
    assertThat(kms.listAliases(b -> b.limit(1000)).aliases()).hasSize(100);
    List<AliasListEntry> all = kms.listAliasesPages(b -> b.limit(7)).items().toList();
    assertThat(all).hasSize(134).doesNotHaveDuplicates();
    assertThat(all).extracting(AliasListEntry::aliasName).isSorted();
    List<AliasListEntry> ofOne =
        kms.listAliasesPages(b -> b.keyId(fixture.keyArn).limit(7)).items().toList();
    assertThat(ofOne).hasSize(34).isSubsetOf(all);
    assertThat(ofOne).extracting(AliasListEntry::targetKeyId).containsOnly(fixture.keyId);
    assertThat(ofOne.get(0))
        .isEqualTo(
            new AliasListEntry(
                Fixture.ALIAS, Fixture.ALIAS_ARN, fixture.keyId, Fixture.NOW, Fixture.NOW));
  }

  /** Creates grants for two grantees in turn, which the first may retire. */
  private List<String> createGrants(int count) {
    return IntStream.range(0, count)
        .mapToObj(
            i ->
                kms.createGrant(
                        b ->
                            b.keyId(fixture.keyId)
                                .granteePrincipal(i % 2 == 0 ? Fixture.GRANTEE : OTHER_GRANTEE)
                                .retiringPrincipal(Fixture.GRANTEE)
                                .operations(List.of(GrantOperation.DESCRIBE_KEY)))
                    .grantId())
        .toList();
  }

  private static List<String> idsOf(List<GrantListEntry> grants) {
    return grants.stream().map(GrantListEntry::grantId).toList();
  }

  /** They are all created in the same millisecond. */
  @OverDatabases
  @Test
  void listGrants_allOrOfOneGrantee_returnsThoseInTheOrderOfCreation() {
    List<String> created = createGrants(111);
    List<String> first =
        IntStream.range(0, 111).filter(i -> i % 2 == 0).mapToObj(created::get).toList();
    var page = kms.listGrants(b -> b.keyId(fixture.keyId));
    assertThat(idsOf(page.grants())).isEqualTo(created.subList(0, 50));
    assertThat(page.truncated()).isTrue();
    // The service's own maximum is below what its model allows.
    assertThat(idsOf(kms.listGrants(b -> b.keyId(fixture.keyId).limit(1000)).grants()))
        .isEqualTo(created.subList(0, 100));
    assertThat(idsOf(kms.listGrantsPages(b -> b.keyId(fixture.keyArn).limit(7)).items().toList()))
        .isEqualTo(created);
    assertThat(
            idsOf(
                kms.listGrantsPages(
                        b -> b.keyId(fixture.keyId).granteePrincipal(Fixture.GRANTEE).limit(56))
                    .items()
                    .toList()))
        .isEqualTo(first);
    assertThat(
            kms.listGrants(b -> b.keyId(fixture.keyId).granteePrincipal(Fixture.GRANTEE).limit(56)))
        .satisfies(
            full -> {
              assertThat(full.grants()).hasSize(56);
              assertThat(full.truncated()).isFalse();
              assertThat(full.nextMarker()).isNull();
            });
    assertThat(kms.listGrants(b -> b.keyId(fixture.keyId).grantId(created.get(9))).grants())
        .containsExactly(
            new GrantListEntry(
                fixture.keyArn,
                created.get(9),
                "",
                Fixture.NOW,
                OTHER_GRANTEE,
                Fixture.GRANTEE,
                "arn:aws:iam::111122223333:root",
                List.of(GrantOperation.DESCRIBE_KEY),
                null,
                null,
                null));
    assertThat(kms.listGrants(b -> b.keyId(fixture.otherKeyId)).grants()).isEmpty();
  }

  @OverDatabases
  @Test
  void listRetirableGrants_ofSeveralKeys_returnsThoseOfTheRetiringPrincipal() {
    List<String> created = new ArrayList<>(createGrants(3));
    created.add(
        kms.createGrant(
                b ->
                    b.keyId(fixture.otherKeyId)
                        .granteePrincipal(OTHER_GRANTEE)
                        .retiringPrincipal(Fixture.GRANTEE)
                        .operations(List.of(GrantOperation.DECRYPT)))
            .grantId());
    kms.createGrant(
        b ->
            b.keyId(fixture.keyId)
                .granteePrincipal(Fixture.GRANTEE)
                .retiringPrincipal(OTHER_GRANTEE)
                .operations(List.of(GrantOperation.DECRYPT)));
    List<GrantListEntry> listed =
        kms.listRetirableGrantsPages(b -> b.retiringPrincipal(Fixture.GRANTEE).limit(3))
            .items()
            .toList();
    assertThat(idsOf(listed)).isEqualTo(created);
    assertThat(listed.get(3).keyId()).isEqualTo(Fixture.arn(fixture.otherKeyId));
  }

  @OverDatabases
  @Test
  void listGrantsPages_grantsCreatedAndRevoked_listsEveryKeptGrantOnce() {
    List<String> grants = new ArrayList<>(createGrants(TestStore.scaled(300)));
    Collections.shuffle(grants, new Random(1));
    List<String> leaving = grants.subList(0, grants.size() / 5);
    List<String> staying = grants.subList(grants.size() / 5, grants.size());
    List<String> seen = new ArrayList<>();
    Iterator<String> next = leaving.iterator();
    for (ListGrants.Response page : kms.listGrantsPages(b -> b.keyId(fixture.keyId).limit(10))) {
      seen.addAll(idsOf(page.grants()));
      if (next.hasNext()) {
        createGrants(2);
        String revoked = next.next();
        kms.revokeGrant(b -> b.keyId(fixture.keyId).grantId(revoked));
      }
    }
    assertThat(seen).doesNotHaveDuplicates().containsAll(staying);
  }

  @Test
  void marker_ofAnotherListingOfGrants_isInvalid() {
    String first = createGrants(6).get(0);
    String all = kms.listGrants(b -> b.keyId(fixture.keyId).limit(1)).nextMarker();
    String ofGrantee =
        kms.listGrants(b -> b.keyId(fixture.keyId).granteePrincipal(Fixture.GRANTEE).limit(1))
            .nextMarker();
    String retirable =
        kms.listRetirableGrants(b -> b.retiringPrincipal(Fixture.GRANTEE).limit(1)).nextMarker();
    String keys = kms.listKeys(b -> b.limit(1)).nextMarker();
    for (String wrong : List.of(ofGrantee, retirable, keys, all + "=", "x")) {
      assertInvalid(() -> kms.listGrants(b -> b.keyId(fixture.keyId).marker(wrong)));
    }
    for (String wrong : List.of(all, retirable)) {
      assertInvalid(
          () ->
              kms.listGrants(
                  b -> b.keyId(fixture.keyId).granteePrincipal(Fixture.GRANTEE).marker(wrong)));
    }
    assertInvalid(
        () ->
            kms.listGrants(
                b -> b.keyId(fixture.keyId).granteePrincipal(OTHER_GRANTEE).marker(ofGrantee)));
    assertInvalid(() -> kms.listGrants(b -> b.keyId(fixture.otherKeyId).marker(all)));
    assertInvalid(() -> kms.listGrants(b -> b.keyId(fixture.keyId).grantId(first).marker(all)));
    for (String wrong : List.of(all, ofGrantee, keys)) {
      assertInvalid(
          () -> kms.listRetirableGrants(b -> b.retiringPrincipal(Fixture.GRANTEE).marker(wrong)));
    }
    assertInvalid(
        () -> kms.listRetirableGrants(b -> b.retiringPrincipal(OTHER_GRANTEE).marker(retirable)));
    assertInvalid(() -> kms.listKeys(b -> b.marker(all)));
    // The same listings, although the requests differ.
    assertThat(kms.listGrants(b -> b.keyId(fixture.keyArn).marker(all)).grants()).hasSize(5);
    assertThat(
            kms.listRetirableGrants(b -> b.retiringPrincipal(Fixture.GRANTEE).marker(retirable))
                .grants())
        .hasSize(5);
  }

  @OverDatabases
  @Test
  void marker_ofRevokedGrant_continuesAfterIt() {
    List<String> created = createGrants(5);
    String marker = kms.listGrants(b -> b.keyId(fixture.keyId).limit(2)).nextMarker();
    kms.revokeGrant(b -> b.keyId(fixture.keyId).grantId(created.get(1)));
    assertThat(idsOf(kms.listGrants(b -> b.keyId(fixture.keyId).marker(marker)).grants()))
        .isEqualTo(created.subList(2, 5));
  }

  @OverDatabases
  @Test
  void listKeys_ownerSelf_aloneOrWithOthers_listsOwnKeys() {
    createKeys(8);
    List<KeyListEntry> own = kms.listKeysPages(b -> {}).items().toList();
    assertThat(own).hasSize(10);
    for (List<ResourceOwnerType> owners :
        List.of(
            List.of(SELF),
            List.of(SELF, SELF),
            List.of(SELF, OTHER_ACCOUNTS_VIA_RAM),
            List.of(OTHER_ACCOUNTS_VIA_RAM, SELF))) {
      List<ListKeys.Response> pages = new ArrayList<>();
      kms.listKeysPages(b -> b.resourceOwners(owners).limit(4)).forEach(pages::add);
      assertThat(pages).extracting(page -> page.keys().size()).containsExactly(4, 4, 2);
      assertThat(pages).extracting(ListKeys.Response::truncated).containsExactly(true, true, false);
      assertThat(pages.stream().flatMap(page -> page.keys().stream()).toList()).isEqualTo(own);
    }
  }

  @OverDatabases
  @Test
  void listKeys_ownersWithoutSelf_returnsAnEmptyPage() {
    createKeys(3);
    for (List<ResourceOwnerType> owners :
        List.of(
            List.of(OTHER_ACCOUNTS_VIA_RAM),
            List.of(OTHER_ACCOUNTS_VIA_RAM, OTHER_ACCOUNTS_VIA_RAM))) {
      assertThat(kms.listKeys(b -> b.resourceOwners(owners).limit(1)))
          .isEqualTo(new ListKeys.Response(List.of(), null, false));
    }
  }

  @Test
  void marker_ofOtherOwners_isInvalid() {
    createKeys(3);
    List<KeyListEntry> rest = kms.listKeys(b -> {}).keys().subList(1, 5);
    String ofNone = kms.listKeys(b -> b.limit(1)).nextMarker();
    String ofSelf = kms.listKeys(b -> b.limit(1).resourceOwners(List.of(SELF))).nextMarker();
    List<ResourceOwnerType> both = List.of(SELF, OTHER_ACCOUNTS_VIA_RAM);
    String ofBoth = kms.listKeys(b -> b.limit(1).resourceOwners(both)).nextMarker();
    List<ResourceOwnerType> others = List.of(OTHER_ACCOUNTS_VIA_RAM);
    assertInvalid(() -> kms.listKeys(b -> b.resourceOwners(both).marker(ofNone)));
    assertInvalid(() -> kms.listKeys(b -> b.resourceOwners(both).marker(ofSelf)));
    assertInvalid(() -> kms.listKeys(b -> b.resourceOwners(others).marker(ofSelf)));
    assertInvalid(() -> kms.listKeys(b -> b.resourceOwners(others).marker(ofBoth)));
    assertInvalid(() -> kms.listKeys(b -> b.resourceOwners(List.of(SELF)).marker(ofBoth)));
    assertInvalid(() -> kms.listKeys(b -> b.marker(ofBoth)));
    // The same owners, although the requests differ.
    assertThat(kms.listKeys(b -> b.marker(ofSelf)).keys()).isEqualTo(rest);
    assertThat(kms.listKeys(b -> b.marker(ofNone).resourceOwners(List.of(SELF))).keys())
        .isEqualTo(rest);
    assertThat(
            kms.listKeys(
                    b -> b.marker(ofBoth).resourceOwners(List.of(OTHER_ACCOUNTS_VIA_RAM, SELF)))
                .keys())
        .isEqualTo(rest);
  }

  @Test
  void marker_ofAnotherListing_isInvalid() {
    createKeys(3);
    kms.createAlias(b -> b.aliasName("alias/third").targetKeyId(fixture.keyId));
    String keys = kms.listKeys(b -> b.limit(1)).nextMarker();
    String aliases = kms.listAliases(b -> b.limit(1)).nextMarker();
    String ofOneKey = kms.listAliases(b -> b.keyId(fixture.keyId).limit(1)).nextMarker();
    assertInvalid(() -> kms.listKeys(b -> b.marker(aliases)));
    assertInvalid(() -> kms.listAliases(b -> b.marker(keys)));
    assertInvalid(() -> kms.listAliases(b -> b.marker(ofOneKey)));
    assertInvalid(() -> kms.listAliases(b -> b.keyId(fixture.keyId).marker(aliases)));
    assertInvalid(() -> kms.listAliases(b -> b.keyId(fixture.otherKeyId).marker(ofOneKey)));
    assertInvalid(() -> kms.inRegion("eu-west-1").listKeys(b -> b.marker(keys)));
    assertInvalid(() -> kms.inAccount("444455556666").listKeys(b -> b.marker(keys)));
    assertThat(kms.listAliases(b -> b.keyId(fixture.keyArn).marker(ofOneKey)).aliases())
        .extracting(AliasListEntry::aliasName)
        .containsExactly("alias/third");
  }

  @Test
  void marker_neverReturned_isInvalid() {
    createKeys(3);
    String marker = kms.listKeys(b -> b.limit(1)).nextMarker();
    for (String wrong :
        List.of(
            "x",
            " ",
            "\u00ff",
            marker + "=",
            marker + "A",
            marker.substring(1),
            marker.toLowerCase(Locale.ROOT),
            Base64.getUrlEncoder().encodeToString(new byte[] {(byte) 0xC3}))) {
      assertInvalid(() -> kms.listKeys(b -> b.marker(wrong)));
    }
  }

  private static void assertInvalid(Runnable call) {
    assertThat(catchThrowable(call::run))
        .isExactlyInstanceOf(InvalidMarkerException.class)
        .hasMessage("embedded-kms: the marker was not returned by this listing");
  }

  @Test
  void pages_areRequestedWhenNeeded_andCanBeIteratedAgain() {
    createKeys(10);
    RecordingClient counted = new RecordingClient(kms);
    var pages = counted.listKeysPages(b -> b.limit(5));
    assertThat(counted.requests()).isEmpty();
    assertThat(pages.items().limit(3)).hasSize(3);
    assertThat(counted.requests()).hasSize(1);
    List<KeyListEntry> all = pages.items().toList();
    assertThat(all).hasSize(12);
    assertThat(pages.items().toList()).isEqualTo(all);
    // The listing begins at the marker of the request.
    String marker = kms.listKeys(b -> b.limit(5)).nextMarker();
    assertThat(kms.listKeysPages(b -> b.limit(5).marker(marker)).items().toList())
        .isEqualTo(all.subList(5, 12));
    Iterator<ListKeys.Response> iterator = pages.iterator();
    iterator.next();
    iterator.next();
    iterator.next();
    assertThat(iterator.hasNext()).isFalse();
    assertThatExceptionOfType(NoSuchElementException.class).isThrownBy(iterator::next);
  }
}
