package io.github.embeddedkms.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.embeddedkms.authorization.Grant;
import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.GrantConstraints;
import io.github.embeddedkms.model.GrantOperation;
import io.github.embeddedkms.store.fixture.TestGrants;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GrantEntryTest {

  private static final Address KEY =
      new Address("111122223333", "eu-west-1", "1234abcd-12ab-34cd-56ef-1234567890ab");
  private static final String ID = TestGrants.id(1);
  private static final String ALICE = "arn:aws:iam::111122223333:user/alice";

  /** A document with everything that is optional. Its bytes never change. */
  private static final String FULL =
      "{\"Order\":\"00000000000000ff\",\"CreationDate\":1772600767.089,"
          + "\"Operations\":[\"Decrypt\",\"ReEncryptTo\"],\"Name\":\"orders\","
          + "\"IssuingAccount\":\"444455556666\","
          + "\"GranteePrincipal\":\"arn:aws:iam::111122223333:user/alice\","
          + "\"GranteeServicePrincipal\":\"logs.eu-west-1.amazonaws.com\","
          + "\"RetiringPrincipal\":\"arn:aws:iam::444455556666:root\","
          + "\"RetiringServicePrincipal\":\"rds.amazonaws.com\","
          + "\"EncryptionContextSubset\":{\"Tenant\":\"a\",\"a\":\"\"},"
          + "\"EncryptionContextEquals\":{\"Tenant\":\"b\"},"
          + "\"SourceArn\":\"arn:aws:logs:eu-west-1:111122223333:log-group:x\"}";

  private static final String PLAIN =
      "{\"Order\":\"0000000000000001\",\"CreationDate\":1772600767.089,"
          + "\"Operations\":[\"Decrypt\"],"
          + "\"GranteePrincipal\":\"arn:aws:iam::111122223333:user/alice\"}";

  private static GrantEntry full() {
    Map<String, String> subset = new LinkedHashMap<>();
    subset.put("Tenant", "a");
    subset.put("a", "");
    Grant grant =
        new Grant(
            ID,
            "orders",
            TestGrants.CREATED,
            "444455556666",
            ALICE,
            "logs.eu-west-1.amazonaws.com",
            "arn:aws:iam::444455556666:root",
            "rds.amazonaws.com",
            List.of(GrantOperation.DECRYPT, GrantOperation.RE_ENCRYPT_TO),
            new GrantConstraints(
                subset, Map.of("Tenant", "b"), "arn:aws:logs:eu-west-1:111122223333:log-group:x"));
    return new GrantEntry(GrantEntry.addressOf(KEY, ID), 1, 255, grant);
  }

  private static GrantEntry read(String id, String document) {
    Address address = new Address(KEY.account(), KEY.region(), id);
    Item item = new Item(ItemKind.GRANT, address, 1, 1, 1, Bytes.fromUtf8String(document));
    return GrantEntry.KIND.read(item, (key, keySpec, material) -> null);
  }

  @Test
  void document_withEverything_isWrittenAndReadForEver() {
    assertThat(Documents.write(full()).asUtf8String()).isEqualTo(FULL);
    assertThat(read(full().address().id(), FULL)).isEqualTo(full());
    assertThat(Documents.versionOf(full())).isEqualTo(6);
  }

  @Test
  void document_withoutAnythingOptional_hasNothingOfIt() {
    GrantEntry plain = TestGrants.plain(KEY, 1);
    assertThat(Documents.write(plain).asUtf8String()).isEqualTo(PLAIN);
    assertThat(read(plain.address().id(), PLAIN)).isEqualTo(plain);
    assertThat(Documents.versionOf(plain)).isEqualTo(6);
    assertThat(plain.atVersion(7).version()).isEqualTo(7);
    assertThat(plain.atVersion(7).atVersion(1)).isEqualTo(plain);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"Order\":\"0000000000000001\" | \"Order\":\"1\"",
        "\"Order\":\"0000000000000001\" | \"Order\":\"000000000000000A\"",
        "\"Order\":\"0000000000000001\" | \"Order\":\"8000000000000000\"",
        "\"Order\":\"0000000000000001\" | \"Order\":\"00000000000000001\"",
        "\"Order\":\"0000000000000001\" | \"Order\":\"+000000000000001\"",
        "\"Order\":\"0000000000000001\" | \"Order\":1",
        "\"Decrypt\"                    | \"Destroy\"",
        "\"Operations\"                 | \"Actions\"",
        "]                              | ],\"New\":1",
      })
  void read_documentOfLaterVersion_isRefused_namingGrantAndKey(String before, String after) {
    assertThat(PLAIN).contains(before);
    String id = GrantEntry.addressOf(KEY, ID).id();
    assertThatThrownBy(() -> read(id, PLAIN.replace(before, after)))
        .isInstanceOf(UnreadableItemException.class)
        .hasMessage(
            "embedded-kms: grant "
                + ID
                + " of key "
                + KEY.id()
                + " of account 111122223333 in eu-west-1 was written by a newer version of"
                + " embedded-kms");
  }

  @Test
  void read_addressOfNoGrant_isRefused() {
    assertThatThrownBy(() -> read(KEY.id(), PLAIN)).isInstanceOf(UnreadableItemException.class);
  }

  @Test
  void create_negativeOrderOrForeignAddress_isRefused() {
    Grant grant = full().grant();
    Address address = full().address();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new GrantEntry(address, 1, -1, grant))
        .withMessage("the order of a grant is 0 or more: -1");
    for (Address other :
        List.of(
            KEY,
            new Address("111122223333", "eu-west-1", ID),
            GrantEntry.addressOf(KEY, "0" + ID),
            GrantEntry.addressOf(GrantEntry.addressOf(KEY, "x"), ID))) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> new GrantEntry(other, 1, 1, grant))
          .withMessage(other + " is not the address of grant " + ID);
    }
  }

  /** Otherwise, the entry would change when it is stored. */
  @Test
  void create_constraintsWithoutMembers_areLeftOut() {
    Grant grant = TestGrants.plain(KEY, 1).grant();
    Grant unconstrained =
        new Grant(
            grant.id(),
            "name",
            grant.creationDate(),
            "444455556666",
            null,
            "logs.amazonaws.com",
            null,
            "rds.amazonaws.com",
            grant.operations(),
            new GrantConstraints(null, null, null));
    GrantEntry entry = new GrantEntry(GrantEntry.addressOf(KEY, grant.id()), 1, 1, unconstrained);
    assertThat(entry.grant().constraints()).isNull();
    assertThat(read(entry.address().id(), Documents.write(entry).asUtf8String())).isEqualTo(entry);
    assertThat(entry.grant().name()).isEqualTo("name");
  }

  @Test
  void listings_haveEveryGroup_andOnePosition() {
    String retirer = "rds.amazonaws.com";
    String grantee = "logs.eu-west-1.amazonaws.com";
    assertThat(full().owner()).hasValue(KEY);
    assertThat(full().key()).isEqualTo(KEY);
    assertThat(full().position()).isEqualTo("00000000000000ff/" + ID);
    assertThat(full().listings())
        .extracting(Entry.Listing::group)
        .containsExactly(
            KEY,
            GrantEntry.byGrantee(KEY, grantee),
            GrantEntry.byConstraints(KEY, grantee, full().grant().constraintKey()),
            GrantEntry.byFingerprint(KEY, full().grant().fingerprint()),
            GrantEntry.byRetirer("eu-west-1", retirer));
    assertThat(full().listings())
        .extracting(Entry.Listing::position)
        .containsOnly(full().position());
    assertThat(full().positionIn(GrantEntry.byFingerprint(KEY, full().grant().fingerprint())))
        .hasValue(full().position());
    assertThat(full().positionIn(GrantEntry.byFingerprint(KEY, "other"))).isEmpty();
    assertThat(TestGrants.plain(KEY, 1).listings()).hasSize(3);
  }

  /** They are found by their operation, since no constraint on the context concerns it. */
  @Test
  void listings_haveEachOperationWithoutContext() {
    GrantEntry plain = TestGrants.plain(KEY, 1);
    Grant grant = plain.grant();
    Grant describing =
        new Grant(
            grant.id(),
            null,
            grant.creationDate(),
            grant.issuingAccount(),
            ALICE,
            null,
            null,
            null,
            List.of(
                GrantOperation.ENCRYPT,
                GrantOperation.DESCRIBE_KEY,
                GrantOperation.RETIRE_GRANT,
                GrantOperation.CREATE_GRANT),
            null);
    GrantEntry entry = new GrantEntry(plain.address(), 1, 1, describing);
    Address describe = GrantEntry.byOperation(KEY, ALICE, "DescribeKey");
    assertThat(entry.listings())
        .extracting(Entry.Listing::group)
        .containsExactly(
            KEY,
            GrantEntry.byGrantee(KEY, ALICE),
            GrantEntry.byConstraints(KEY, ALICE, ""),
            describe,
            GrantEntry.byOperation(KEY, ALICE, "CreateGrant"));
    assertThat(entry.positionIn(describe)).hasValue(entry.position());
    assertThat(plain.positionIn(describe)).isEmpty();
  }

  @Test
  void positionIn_anyGroup_isThatOfItsListings() {
    Address otherKey = new Address(KEY.account(), KEY.region(), "2" + KEY.id().substring(1));
    Address abroad = new Address(KEY.account(), "eu-west-2", KEY.id());
    List<GrantEntry> grants =
        List.of(
            full(),
            TestGrants.plain(KEY, 1),
            TestGrants.plain(otherKey, 1),
            TestGrants.plain(abroad, 1),
            TestGrants.of(KEY, 2, ALICE, "a=b", "name/x", "444455556666"),
            TestGrants.of(KEY, 3, "name/x", "a=b", "grantee/x", null),
            TestGrants.of(KEY, 4, "x", "x=y", "pair/1/x/x=y", "x"));
    for (GrantEntry grant : grants) {
      for (GrantEntry other : grants) {
        for (Entry.Listing listing : other.listings()) {
          boolean isListed =
              grant.listings().stream().anyMatch(own -> own.group().equals(listing.group()));
          assertThat(grant.positionIn(listing.group()))
              .isEqualTo(isListed ? Optional.of(grant.position()) : Optional.empty());
        }
      }
    }
  }

  /** Whatever grantees, names and pairs consist of, two groups are one only if they must be. */
  @Test
  void groups_ofStringsWithSeparators_areAllDifferent() {
    List<String> strings =
        List.of(
            "a", "a/b", "b", "/", "//", "a/", "/a", "1", "1/a", "a/1", "name/a", "grantee/a", "=");
    Set<Address> groups = new HashSet<>();
    int count = 0;
    groups.add(KEY);
    for (String one : strings) {
      groups.add(GrantEntry.byGrantee(KEY, one));
      groups.add(GrantEntry.byOperation(KEY, one, "Sign"));
      groups.add(GrantEntry.byRetirer(KEY.region(), one));
      groups.add(GrantEntry.byConstraints(KEY, one, ""));
      count += 4;
      for (String other : strings) {
        groups.add(GrantEntry.byConstraints(KEY, one, other));
        count++;
      }
    }
    assertThat(groups).hasSize(count + 1);
  }

  @Test
  void describe_tellsGrantsFromKeysLastUsesAndAliases() {
    String where = " of account 111122223333 in eu-west-1";
    assertThat(full().address().describe())
        .isEqualTo("grant " + ID + " of key " + KEY.id() + where);
    assertThat(KEY.describe()).isEqualTo("key " + KEY.id() + where);
    assertThat(LastUseEntry.addressOf(KEY).describe())
        .isEqualTo("last use " + KEY.id() + "/last-use" + where);
    assertThat(new Address("111122223333", "eu-west-1", "alias/a/last-use").describe())
        .isEqualTo("alias/a/last-use" + where);
  }
}
