package io.github.embeddedkms.store;

import static io.github.embeddedkms.store.AttackedNodes.assertRefused;
import static io.github.embeddedkms.store.AttackedNodes.notAsWritten;
import static io.github.embeddedkms.store.AttackedStore.DISABLED;
import static io.github.embeddedkms.store.AttackedStore.ENABLED;
import static io.github.embeddedkms.store.AttackedStore.SM4;
import static io.github.embeddedkms.store.AttackedStore.answers;
import static io.github.embeddedkms.store.AttackedStore.notOpened;
import static io.github.embeddedkms.store.StoreTables.HEAD;
import static io.github.embeddedkms.store.StoreTables.ITEM;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.embeddedkms.store.StoreTables.Row;
import io.github.embeddedkms.store.fixture.TestGrants;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * An attacker without the root key tries to use a key by a grant that was never given, is for
 * another key or principal, or was revoked; or to take a grant away.
 */
class TamperedGrantsTest {

  private static final GrantEntry GRANT = TestGrants.plain(ENABLED, 1);
  private static final GrantEntry CONSTRAINED =
      TestGrants.of(ENABLED, 2, "arn:aws:iam::444455556666:user/bob", "tenant=a", "name", null);
  private static final GrantEntry OTHER = TestGrants.plain(DISABLED, 3);

  @TempDir Path directory;

  private static void put(SealedKeyStorage node) {
    assertThat(node.apply(new Change(List.of(GRANT, CONSTRAINED, OTHER), List.of(), List.of())))
        .isTrue();
  }

  private AttackedStore fill(Dialect kind) throws Exception {
    AttackedStore store = AttackedStore.in(kind, directory).filled();
    try (SealedKeyStorage node = store.open()) {
      put(node);
    }
    return store;
  }

  private static List<GrantEntry> grants(SealedKeyStorage node) {
    return node.entriesOf(GrantEntry.KIND, ENABLED, "", 10);
  }

  private static String altered(Address grant) {
    return grant.describe() + " was altered in the store";
  }

  @ParameterizedTest
  @EnumSource(Dialect.class)
  void grant_edited_isRefused_namingIt(Dialect kind) throws Exception {
    AttackedStore store = fill(kind);
    Row row = store.tables.row(ITEM, CONSTRAINED.address());
    String document = new String(row.bytes("document"), UTF_8);
    String constraint = ",\"EncryptionContextSubset\":{\"tenant\":\"a\"}";
    for (String edited :
        List.of(
            document.replace(constraint, ""),
            document.replace("\"tenant\":\"a\"", "\"tenant\":\"b\""),
            document.replace("user/bob", "user/eve"),
            document.replace("Decrypt", "Encrypt"),
            document.replace("0000000000000002", "0000000000000000"),
            document.replace("\"Name\":\"name\",", ""))) {
      assertThat(edited).isNotEqualTo(document);
      assertThat(store.answersWith(ITEM, row, row.with("document", edited.getBytes(UTF_8))))
          .as(edited)
          .isEqualTo(notOpened(altered(CONSTRAINED.address())));
    }
    List<Row> edits = row.edits("mac");
    assertThat(store.answersWith(ITEM, row, edits.get(7)))
        .isEqualTo(notOpened(altered(CONSTRAINED.address())));
  }

  @ParameterizedTest
  @EnumSource(Dialect.class)
  void grant_movedToAnotherKeyOrId_isRefused_namingWhatItWouldBe(Dialect kind) throws Exception {
    AttackedStore store = fill(kind);
    Row row = store.tables.row(ITEM, GRANT.address());
    Row other = store.tables.row(ITEM, OTHER.address());
    String id = GRANT.grant().id();
    Address stolen = GrantEntry.addressOf(DISABLED, id);
    Address abroad = GrantEntry.addressOf(SM4, id);
    for (Row edited :
        List.of(
            row.with("id", stolen.id()),
            row.with("account", abroad.account()).with("region", abroad.region()),
            row.with("id", GrantEntry.addressOf(ENABLED, TestGrants.id(9)).id()),
            // As an alias of the same key, or as the key itself.
            row.with("id", "alias/stolen"),
            other.with("id", row.get("id")),
            other.with("id", stolen.id()),
            row.with("document", other.get("document")),
            row.with("document", other.get("document")).with("mac", other.get("mac")))) {
      assertThat(store.answersWith(ITEM, row, edited))
          .isEqualTo(notOpened(altered(edited.address())));
    }
    // Both rows, each in the place of the other.
    List<Row> before = store.tables.rows(ITEM);
    store.tables.replace(ITEM, row, row.with("id", "swap"));
    store.tables.replace(ITEM, other, other.with("id", row.get("id")));
    store.tables.replace(ITEM, row.with("id", "swap"), row.with("id", other.get("id")));
    assertThat(store.answers().get("open")).contains(" was altered in the store");
    store.tables.putAll(ITEM, before);
    assertThat(store.answers()).doesNotContainKey("open");
  }

  @ParameterizedTest
  @EnumSource(Dialect.class)
  void grant_itsRowRemoved_isRefused(Dialect kind) throws Exception {
    try (AttackedNodes nodes = new AttackedNodes(kind, directory)) {
      put(nodes.node);
      Map<String, String> before = answers(nodes.node);
      nodes.tables.delete(ITEM, row -> row.address().equals(GRANT.address()));
      nodes.assertItemsAreRefusedAtOpening();
      nodes.store.advanceClock();
      assertRefused(() -> grants(nodes.other), nodes.alteredItems());
      assertRefused(
          () -> nodes.node.apply(Change.remove(grants(nodes.node))), notAsWritten(GRANT.address()));
      nodes.assertNodeGoesOn(before);
      assertThat(grants(nodes.node)).containsExactly(GRANT, CONSTRAINED);
    }
  }

  @ParameterizedTest
  @EnumSource(Dialect.class)
  void revokedGrant_putBack_isRefused(Dialect kind) throws Exception {
    try (AttackedNodes nodes = new AttackedNodes(kind, directory)) {
      put(nodes.node);
      Row row = nodes.tables.row(ITEM, GRANT.address());
      assertThat(nodes.node.apply(Change.remove(List.of(GRANT)))).isTrue();
      nodes.store.advanceClock();
      assertThat(grants(nodes.other)).containsExactly(CONSTRAINED);
      Map<String, String> before = answers(nodes.node);
      nodes.tables.replace(ITEM, nodes.tables.row(ITEM, GRANT.address()), row);

      nodes.assertItemsAreRefusedAtOpening();
      assertRefused(() -> nodes.node.apply(Change.put(GRANT)), notAsWritten(GRANT.address()));
      nodes.assertNodeGoesOn(before);
      assertThat(grants(nodes.node)).containsExactly(CONSTRAINED);
    }
  }

  /** Its tombstone was removed by a compaction, so there is no row that could be in its place. */
  @ParameterizedTest
  @EnumSource(Dialect.class)
  void revokedGrant_insertedAfterCompaction_isRefused(Dialect kind) throws Exception {
    try (AttackedNodes nodes = new AttackedNodes(kind, directory)) {
      put(nodes.node);
      Row row = nodes.tables.row(ITEM, GRANT.address());
      assertThat(nodes.node.apply(Change.remove(List.of(GRANT)))).isTrue();
      assertThat(nodes.node.compact()).isPositive();
      Map<String, String> before = answers(nodes.node);
      nodes.tables.insert(ITEM, row);
      nodes.assertItemsAreRefusedAtOpening();
      nodes.store.advanceClock();
      assertRefused(() -> grants(nodes.other), nodes.alteredItems());
      nodes.assertNodeGoesOn(before);
    }
  }

  /** Nodes of older versions, which ignore grants, must not be let to write again. */
  @ParameterizedTest
  @EnumSource(Dialect.class)
  void writer_loweredAgain_isRefused(Dialect kind) throws Exception {
    AttackedStore store = fill(kind);
    Row head = store.tables.onlyRow(HEAD);
    assertThat(head.number("writer")).isEqualTo(6);
    assertThat(store.answersWith(HEAD, head, head.with("writer", 5)))
        .isEqualTo(
            notOpened(
                "the store was altered: its items are not those that were written up to sequence"
                    + " 12"));
  }
}
