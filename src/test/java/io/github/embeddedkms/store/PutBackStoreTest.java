package io.github.embeddedkms.store;

import static io.github.embeddedkms.store.AttackedNodes.assertRefused;
import static io.github.embeddedkms.store.AttackedNodes.notAsWritten;
import static io.github.embeddedkms.store.AttackedStore.ALIAS;
import static io.github.embeddedkms.store.AttackedStore.DISABLED;
import static io.github.embeddedkms.store.AttackedStore.ENABLED;
import static io.github.embeddedkms.store.AttackedStore.OTHER_ALIAS;
import static io.github.embeddedkms.store.AttackedStore.answers;
import static io.github.embeddedkms.store.StoreTables.HEAD;
import static io.github.embeddedkms.store.StoreTables.ITEM;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.embeddedkms.model.KeyState;
import io.github.embeddedkms.store.StoreTables.Row;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Heads and histories of another time. Only a whole store of another time opens, since that is what
 * a backup is; running nodes refuse that too.
 */
class PutBackStoreTest {

  @TempDir Path directory;

  @ParameterizedTest
  @EnumSource(Dialect.class)
  void olderHead_putBackAlone_isRefused(Dialect kind) throws Exception {
    try (AttackedNodes nodes = new AttackedNodes(kind, directory)) {
      Row head = nodes.tables.onlyRow(HEAD);
      AttackedStore.retarget(nodes.node, ALIAS, DISABLED);
      nodes.tables.putAll(HEAD, List.of(head));
      nodes.store.advanceClock();
      String wentBack =
          "the store went back from sequence " + (head.number("sequence") + 1) + " to 11";
      assertRefused(() -> nodes.node.alias(ALIAS), wentBack);
      assertRefused(() -> AttackedStore.change(nodes.node, ENABLED, key -> {}), wentBack);
      nodes.assertItemsAreRefusedAtOpening();
      // To the other node it looks as if nothing had happened, because the change is hidden from
      // it. But it cannot write over the row that it has not seen.
      assertThat(nodes.other.alias(ALIAS).orElseThrow().targetKeyId()).isEqualTo(ENABLED.id());
      assertRefused(
          () -> AttackedStore.retarget(nodes.other, ALIAS, DISABLED), notAsWritten(ALIAS));
    }
  }

  @ParameterizedTest
  @EnumSource(Dialect.class)
  void sequence_raisedOrLoweredByHand_isRefused(Dialect kind) throws Exception {
    try (AttackedNodes nodes = new AttackedNodes(kind, directory)) {
      Row head = nodes.tables.onlyRow(HEAD);
      nodes.store.advanceClock();
      nodes.tables.putAll(HEAD, List.of(head.with("sequence", 12L)));
      assertRefused(() -> nodes.node.alias(ALIAS), nodes.alteredItems());
      nodes.tables.putAll(HEAD, List.of(head.with("sequence", 10L)));
      assertRefused(() -> nodes.node.alias(ALIAS), "the store went back from sequence 11 to 10");
      nodes.tables.putAll(HEAD, List.of(head));
      assertThat(nodes.node.alias(ALIAS)).isPresent();
    }
  }

  /** Two nodes each write to a copy of the store that the other one did not see. */
  @ParameterizedTest
  @EnumSource(Dialect.class)
  void histories_oneOnEachCopy_areNotMerged(Dialect kind) throws Exception {
    try (AttackedNodes nodes = new AttackedNodes(kind, directory)) {
      Map<String, List<Row>> common = nodes.tables.everything();
      AttackedStore.retarget(nodes.node, ALIAS, DISABLED);
      nodes.tables.putEverything(common);
      AttackedStore.retarget(nodes.other, OTHER_ALIAS, ENABLED);
      nodes.store.advanceClock();
      assertRefused(() -> nodes.node.alias(ALIAS), nodes.alteredItems());
      AttackedStore.retarget(nodes.other, OTHER_ALIAS, DISABLED);
      assertRefused(() -> nodes.node.alias(ALIAS), nodes.alteredItems());
      assertRefused(
          () -> AttackedStore.change(nodes.node, ENABLED, key -> {}), nodes.alteredItems());
    }
  }

  /** The rows of the other history may have a later sequence and still have an earlier version. */
  @ParameterizedTest
  @EnumSource(Dialect.class)
  void row_laterSequenceEarlierVersion_isRefused_namingTheItem(Dialect kind) throws Exception {
    try (AttackedNodes nodes = new AttackedNodes(kind, directory)) {
      Map<String, List<Row>> common = nodes.tables.everything();
      AttackedStore.retarget(nodes.node, ALIAS, DISABLED);
      AttackedStore.retarget(nodes.node, ALIAS, ENABLED);
      nodes.tables.putEverything(common);
      AttackedStore.retarget(nodes.other, OTHER_ALIAS, ENABLED);
      AttackedStore.retarget(nodes.other, OTHER_ALIAS, DISABLED);
      AttackedStore.retarget(nodes.other, ALIAS, DISABLED);
      nodes.store.advanceClock();
      assertRefused(() -> nodes.node.alias(ALIAS), ALIAS.describe() + " was put back to version 3");
    }
  }

  /**
   * The row is edited between the write of one node and that of another node that has not seen it
   * yet.
   */
  @ParameterizedTest
  @EnumSource(Dialect.class)
  void row_editedBetweenTwoWrites_isNotTakenByTheNextWriter(Dialect kind) throws Exception {
    try (AttackedNodes nodes = new AttackedNodes(kind, directory)) {
      AttackedStore.retarget(nodes.node, ALIAS, DISABLED);
      Row row = nodes.tables.row(ITEM, ALIAS);
      byte[] document = row.bytes("document");
      document[20] ^= 1;
      nodes.tables.replace(ITEM, nodes.tables.row(ITEM, ALIAS), row.with("document", document));
      long sequence = nodes.sequence();
      assertRefused(
          () -> AttackedStore.change(nodes.other, ENABLED, key -> key.description("changed")),
          ALIAS.describe() + " was altered in the store");
      assertThat(nodes.sequence()).isEqualTo(sequence);
      // The node that wrote the row knows its content, and writes it again at the next change.
      AttackedStore.retarget(nodes.node, ALIAS, ENABLED);
      assertThat(nodes.store.answers()).isEqualTo(answers(nodes.node));
    }
  }

  @ParameterizedTest
  @EnumSource(Dialect.class)
  void wholeStore_putBack_opensUnlessMinimumSequenceIsHigher_andRunningNodesRefuseIt(Dialect kind)
      throws Exception {
    try (AttackedNodes nodes = new AttackedNodes(kind, directory)) {
      Map<String, List<Row>> older = nodes.tables.everything();
      Map<String, String> before = answers(nodes.node);
      AttackedStore.change(nodes.node, ENABLED, key -> key.state(KeyState.DISABLED));
      long sequence = nodes.node.sequence();
      nodes.tables.putEverything(older);
      nodes.store.advanceClock();
      String wentBack = "the store went back from sequence 12 to 11";
      assertRefused(() -> nodes.node.key(ENABLED), wentBack);
      assertRefused(() -> AttackedStore.change(nodes.node, ENABLED, key -> {}), wentBack);
      assertRefused(
          () -> nodes.store.builder().minimumSequence(sequence).open(),
          "the store is at sequence 11, and was at 12 before");
      assertThat(nodes.store.answers()).isEqualTo(before);
      assertThat(nodes.other.key(ENABLED).orElseThrow().state()).isEqualTo(KeyState.ENABLED);
    }
  }
}
