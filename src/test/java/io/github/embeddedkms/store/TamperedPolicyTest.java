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

import io.github.embeddedkms.authorization.Policy;
import io.github.embeddedkms.store.StoreTables.Row;
import io.github.embeddedkms.store.fixture.TestPolicies;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * An attacker without the root key tries to use a key against its policy: by another policy, by
 * none, or by that of another key or of another time.
 */
class TamperedPolicyTest {

  private static final Policy RESTRICTED =
      TestPolicies.withoutDecrypt(AttackedStore.ACCOUNT, "guest");
  private static final Policy OTHER = TestPolicies.withoutDecrypt(AttackedStore.ACCOUNT, "host1");

  @TempDir Path directory;

  private AttackedStore fill(Dialect kind) throws Exception {
    AttackedStore store = AttackedStore.in(kind, directory).filled();
    try (SealedKeyStorage node = store.open()) {
      AttackedStore.change(node, ENABLED, key -> key.policy(RESTRICTED));
      AttackedStore.change(node, DISABLED, key -> key.policy(OTHER));
    }
    return store;
  }

  private static String documentOf(Row row) {
    return new String(row.bytes("document"), UTF_8);
  }

  private static Row withDocument(Row row, String document) {
    assertThat(document).isNotEqualTo(documentOf(row));
    return row.with("document", document.getBytes(UTF_8));
  }

  private static String altered(Address key) {
    return key.describe() + " was altered in the store";
  }

  @ParameterizedTest
  @EnumSource(Dialect.class)
  void policy_editedRenamedOrDropped_isRefused_namingTheKey(Dialect kind) throws Exception {
    AttackedStore store = fill(kind);
    Row row = store.tables.row(ITEM, ENABLED);
    String document = documentOf(row);
    String member = ",\"RestrictedPolicy\":\"";
    String withoutPolicy = document.substring(0, document.indexOf(member)) + "}";
    for (String edited :
        List.of(
            withoutPolicy,
            document.replace("role/guest", "role/guess"),
            document.replace("Deny", "Denx"),
            document.replace("RestrictedPolicy", "Policy"),
            document.replace("RestrictedPolicy", "Policies"),
            document.replace(member, ",\"Policy\":\"{}\"" + member))) {
      assertThat(store.answersWith(ITEM, row, withDocument(row, edited)))
          .as(edited)
          .isEqualTo(notOpened(altered(ENABLED)));
    }
    assertThat(store.answers().get("key " + ENABLED)).contains("role/guest");
  }

  /** Each byte of the policy itself; TamperedItemsTest edits the rest of a row. */
  @ParameterizedTest
  @EnumSource(Dialect.class)
  void policy_byteEdited_isRefused_namingTheKey(Dialect kind) throws Exception {
    AttackedStore store = fill(kind);
    Row row = store.tables.row(ITEM, ENABLED);
    int start = documentOf(row).indexOf("\"RestrictedPolicy\"");
    List<Row> edits = row.edits("document");
    // Opening a store on a server takes longer, so fewer bytes are edited there.
    int step = kind == Dialect.SQLITE ? 1 : 16;
    for (int i = start; i < edits.size(); i += step) {
      assertThat(store.answersWith(ITEM, row, edits.get(i))).isEqualTo(notOpened(altered(ENABLED)));
    }
  }

  @ParameterizedTest
  @EnumSource(Dialect.class)
  void policy_movedToAnotherKey_isRefused_namingTheKey(Dialect kind) throws Exception {
    AttackedStore store = fill(kind);
    Row row = store.tables.row(ITEM, ENABLED);
    Row other = store.tables.row(ITEM, DISABLED);
    String policy = policyMember(documentOf(other));
    Row edited = withDocument(row, documentOf(row).replace(policyMember(documentOf(row)), policy));
    assertThat(store.answersWith(ITEM, row, edited)).isEqualTo(notOpened(altered(ENABLED)));
    // With the MAC that the policy was stored with, and as the whole row of the other key.
    assertThat(store.answersWith(ITEM, row, edited.with("mac", other.get("mac"))))
        .isEqualTo(notOpened(altered(ENABLED)));
    assertThat(store.answersWith(ITEM, row, other.with("id", ENABLED.id())))
        .isEqualTo(notOpened(altered(ENABLED)));
    // To a key that has none.
    Row without = store.tables.row(ITEM, SM4);
    String document = documentOf(without).replaceFirst("}$", ",") + policy + "}";
    assertThat(store.answersWith(ITEM, without, withDocument(without, document)))
        .isEqualTo(notOpened(altered(SM4)));
  }

  private static String policyMember(String document) {
    return document.substring(document.indexOf("\"RestrictedPolicy\""), document.length() - 1);
  }

  @ParameterizedTest
  @EnumSource(Dialect.class)
  void restrictedPolicy_undoneByTheOldRow_isRefused(Dialect kind) throws Exception {
    assertOldRowIsRefused(kind, null, RESTRICTED);
  }

  @ParameterizedTest
  @EnumSource(Dialect.class)
  void restrictedPolicy_replacedByAnOlderOne_isRefused(Dialect kind) throws Exception {
    assertOldRowIsRefused(kind, OTHER, RESTRICTED);
  }

  @ParameterizedTest
  @EnumSource(Dialect.class)
  void restrictedPolicy_removedAndPutBack_isRefused(Dialect kind) throws Exception {
    assertOldRowIsRefused(kind, OTHER, null);
  }

  private void assertOldRowIsRefused(Dialect kind, @Nullable Policy older, @Nullable Policy newer)
      throws Exception {
    try (AttackedNodes nodes = new AttackedNodes(kind, directory)) {
      AttackedStore.change(nodes.node, ENABLED, key -> key.policy(older));
      Row row = nodes.tables.row(ITEM, ENABLED);
      AttackedStore.change(nodes.node, ENABLED, key -> key.policy(newer));
      nodes.store.advanceClock();
      assertThat(nodes.other.key(ENABLED).orElseThrow().policy()).isEqualTo(newer);
      Map<String, String> before = answers(nodes.node);
      nodes.tables.replace(ITEM, nodes.tables.row(ITEM, ENABLED), row);

      nodes.assertItemsAreRefusedAtOpening();
      assertRefused(
          () -> AttackedStore.change(nodes.node, ENABLED, key -> key.description("changed")),
          notAsWritten(ENABLED));
      nodes.assertNodeGoesOn(before);
    }
  }

  /** Nodes of older versions, which ignore policies, must not be let to write again. */
  @ParameterizedTest
  @EnumSource(Dialect.class)
  void writer_loweredAgain_isRefused(Dialect kind) throws Exception {
    AttackedStore store = fill(kind);
    Row head = store.tables.onlyRow(HEAD);
    assertThat(head.number("writer")).isEqualTo(5);
    assertThat(store.answersWith(HEAD, head, head.with("writer", 4)))
        .isEqualTo(
            notOpened(
                "the store was altered: its items are not those that were written up to sequence"
                    + " 13"));
  }
}
