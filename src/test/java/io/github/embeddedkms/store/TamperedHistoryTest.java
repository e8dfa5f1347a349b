package io.github.embeddedkms.store;

import static io.github.embeddedkms.store.AttackedStore.ALIAS;
import static io.github.embeddedkms.store.AttackedStore.DISABLED;
import static io.github.embeddedkms.store.AttackedStore.ENABLED;
import static io.github.embeddedkms.store.AttackedStore.OTHER_ALIAS;
import static io.github.embeddedkms.store.AttackedStore.REMOVED;
import static io.github.embeddedkms.store.AttackedStore.answers;
import static io.github.embeddedkms.store.AttackedStore.notOpened;
import static io.github.embeddedkms.store.StoreTables.HEAD;
import static io.github.embeddedkms.store.StoreTables.ITEM;
import static io.github.embeddedkms.store.StoreTables.MATERIAL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.embeddedkms.crypto.Suite;
import io.github.embeddedkms.model.KeyState;
import io.github.embeddedkms.store.StoreTables.Row;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Authentic rows of another time: put back, taken away or put in again. No running node that saw
 * newer ones takes them, nothing that it writes makes them good, and the store does not open any
 * more. Only the whole store of another time opens, since that is what a backup is.
 */
class TamperedHistoryTest {

  @TempDir Path directory;

  /** Two nodes over a store whose rows were read by both. */
  private final class Nodes implements AutoCloseable {

    final AttackedStore store;
    final StoreTables tables;
    final SealedKeyStorage node;
    final SealedKeyStorage other;

    Nodes(Dialect kind) throws Exception {
      store = AttackedStore.in(kind, directory).filled();
      tables = store.tables;
      node = store.open();
      other = store.open();
    }

    long sequence() {
      return tables.onlyRow(HEAD).number("sequence");
    }

    /** The store cannot be opened, and it is not a single item that is named. */
    void assertItemsAreRefusedAtOpening() {
      assertThat(store.answers()).isEqualTo(notOpened(alteredItems()));
    }

    private String alteredItems() {
      return "the store was altered: its items are not those that were written up to sequence "
          + sequence();
    }

    /** The node answers as before, also once it has to look, and may even change other items. */
    void assertNodeGoesOn(Map<String, String> before) {
      store.turnClock();
      assertThat(answers(node)).isEqualTo(before);
      AttackedStore.retarget(node, ALIAS, DISABLED);
      AttackedStore.retarget(node, ALIAS, ENABLED);
      assertItemsAreRefusedAtOpening();
    }

    @Override
    public void close() {
      node.close();
      other.close();
    }
  }

  private static void assertRefused(ThrowingCallable call, String message) {
    assertThatExceptionOfType(AlteredStoreException.class)
        .isThrownBy(call)
        .withMessage("embedded-kms: " + message);
  }

  private static String notAsWritten(Address address) {
    return address.describe() + " is not in the store as it was written";
  }

  @ParameterizedTest
  @EnumSource(Dialect.class)
  void olderRow_isPutBack_isRefused(Dialect kind) throws Exception {
    try (Nodes nodes = new Nodes(kind)) {
      Row enabled = nodes.tables.row(ITEM, ENABLED);
      AttackedStore.change(nodes.node, ENABLED, key -> key.state(KeyState.DISABLED));
      Map<String, String> before = answers(nodes.node);
      nodes.tables.replace(ITEM, nodes.tables.row(ITEM, ENABLED), enabled);

      nodes.assertItemsAreRefusedAtOpening();
      nodes.store.turnClock();
      assertRefused(() -> nodes.other.key(ENABLED), nodes.alteredItems());
      assertRefused(
          () -> AttackedStore.change(nodes.node, ENABLED, key -> key.description("changed")),
          notAsWritten(ENABLED));
      assertRefused(
          () -> nodes.node.apply(Change.remove(List.of(nodes.node.key(ENABLED).orElseThrow()))),
          notAsWritten(ENABLED));
      assertThat(nodes.tables.row(ITEM, ENABLED).bytes("mac")).isEqualTo(enabled.bytes("mac"));
      nodes.assertNodeGoesOn(before);
      assertRefused(() -> nodes.other.key(ENABLED), nodes.alteredItems());
    }
  }

  @ParameterizedTest
  @EnumSource(Dialect.class)
  void row_isTakenAway_isRefused(Dialect kind) throws Exception {
    try (Nodes nodes = new Nodes(kind)) {
      Map<String, String> before = answers(nodes.node);
      nodes.tables.delete(ITEM, row -> row.address().equals(ENABLED));
      nodes.assertItemsAreRefusedAtOpening();
      assertRefused(
          () -> AttackedStore.change(nodes.node, ENABLED, key -> key.description("changed")),
          notAsWritten(ENABLED));
      nodes.assertNodeGoesOn(before);
    }
  }

  @ParameterizedTest
  @EnumSource(Dialect.class)
  void rowThatWasRemoved_isPutInTheTombstonesPlace_isRefused(Dialect kind) throws Exception {
    try (Nodes nodes = new Nodes(kind)) {
      Row alias = nodes.tables.row(ITEM, OTHER_ALIAS);
      nodes.node.apply(Change.remove(List.of(nodes.node.alias(OTHER_ALIAS).orElseThrow())));
      Map<String, String> before = answers(nodes.node);
      nodes.tables.replace(ITEM, nodes.tables.row(ITEM, OTHER_ALIAS), alias);
      nodes.assertItemsAreRefusedAtOpening();
      nodes.store.turnClock();
      assertRefused(() -> nodes.other.alias(OTHER_ALIAS), nodes.alteredItems());
      assertRefused(
          () -> nodes.node.apply(Change.put(AttackedStore.newAlias(OTHER_ALIAS, DISABLED))),
          notAsWritten(OTHER_ALIAS));
      nodes.assertNodeGoesOn(before);
    }
  }

  /** Whoever takes the tombstone away makes room for an item without a history. */
  @ParameterizedTest
  @EnumSource(Dialect.class)
  void tombstone_isTakenAway_isRefused(Dialect kind) throws Exception {
    try (Nodes nodes = new Nodes(kind)) {
      Map<String, String> before = answers(nodes.node);
      nodes.tables.delete(ITEM, row -> row.address().equals(REMOVED));
      nodes.assertItemsAreRefusedAtOpening();
      assertRefused(
          () -> nodes.node.apply(Change.put(AttackedStore.newKey(REMOVED, Suite.XAES_256_GCM))),
          notAsWritten(REMOVED));
      nodes.assertNodeGoesOn(before);
    }
  }

  /** A row that nobody reads, where one is about to be made. */
  @ParameterizedTest
  @EnumSource(Dialect.class)
  void rowThatWasNeverWritten_isFoundByWhoMakesOne(Dialect kind) throws Exception {
    try (Nodes nodes = new Nodes(kind)) {
      Address made = new Address(ENABLED.account(), ENABLED.region(), "alias/made");
      Row forged = nodes.tables.row(ITEM, ALIAS).with("id", made.id());
      nodes.tables.insert(ITEM, forged.with("sequence", -1L));
      assertRefused(
          () -> nodes.node.apply(Change.put(AttackedStore.newAlias(made, ENABLED))),
          notAsWritten(made));
      assertThat(nodes.store.answers()).isEqualTo(answers(nodes.node));
    }
  }

  /** A material of its id, put there before the key is made that has it. */
  @ParameterizedTest
  @EnumSource(Dialect.class)
  void materialThatWasNeverWritten_isFoundByWhoMakesIt(Dialect kind) throws Exception {
    try (Nodes nodes = new Nodes(kind)) {
      Address address = new Address(ENABLED.account(), ENABLED.region(), "made");
      KeyEntry key = AttackedStore.newKey(address, Suite.XAES_256_GCM);
      nodes.tables.insert(
          MATERIAL,
          nodes
              .tables
              .row(MATERIAL, ENABLED)
              .with("key_id", "made")
              .with("material_id", key.currentMaterial().id().asByteArray()));
      assertRefused(
          () -> nodes.node.apply(Change.put(key)),
          address.describe() + ": there is a key material that was never written");
      assertThat(nodes.node.key(address)).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource(Dialect.class)
  void olderHead_isPutBackAlone_isRefused(Dialect kind) throws Exception {
    try (Nodes nodes = new Nodes(kind)) {
      Row head = nodes.tables.onlyRow(HEAD);
      AttackedStore.retarget(nodes.node, ALIAS, DISABLED);
      nodes.tables.putAll(HEAD, List.of(head));
      nodes.store.turnClock();
      String wentBack =
          "the store went back from sequence " + (head.number("sequence") + 1) + " to 11";
      assertRefused(() -> nodes.node.alias(ALIAS), wentBack);
      assertRefused(() -> AttackedStore.change(nodes.node, ENABLED, key -> {}), wentBack);
      nodes.assertItemsAreRefusedAtOpening();
      // To the other node it looks as if nothing had happened: the change is held back from it,
      // but the store cannot be written over the row that it has not seen.
      assertThat(nodes.other.alias(ALIAS).orElseThrow().targetKeyId()).isEqualTo(ENABLED.id());
      assertRefused(
          () -> AttackedStore.retarget(nodes.other, ALIAS, DISABLED), notAsWritten(ALIAS));
    }
  }

  @ParameterizedTest
  @EnumSource(Dialect.class)
  void sequence_isRaisedOrLoweredByHand_isRefused(Dialect kind) throws Exception {
    try (Nodes nodes = new Nodes(kind)) {
      Row head = nodes.tables.onlyRow(HEAD);
      nodes.store.turnClock();
      nodes.tables.putAll(HEAD, List.of(head.with("sequence", 12L)));
      assertRefused(() -> nodes.node.alias(ALIAS), nodes.alteredItems());
      nodes.tables.putAll(HEAD, List.of(head.with("sequence", 10L)));
      assertRefused(() -> nodes.node.alias(ALIAS), "the store went back from sequence 11 to 10");
      nodes.tables.putAll(HEAD, List.of(head));
      assertThat(nodes.node.alias(ALIAS)).isPresent();
    }
  }

  /** What two nodes wrote, each to a copy of the store that the other one did not see. */
  @ParameterizedTest
  @EnumSource(Dialect.class)
  void twoHistories_areNotJoined(Dialect kind) throws Exception {
    try (Nodes nodes = new Nodes(kind)) {
      Map<String, List<Row>> common = nodes.tables.everything();
      AttackedStore.retarget(nodes.node, ALIAS, DISABLED);
      nodes.tables.putEverything(common);
      AttackedStore.retarget(nodes.other, OTHER_ALIAS, ENABLED);
      nodes.store.turnClock();
      assertRefused(() -> nodes.node.alias(ALIAS), nodes.alteredItems());
      AttackedStore.retarget(nodes.other, OTHER_ALIAS, DISABLED);
      assertRefused(() -> nodes.node.alias(ALIAS), nodes.alteredItems());
      assertRefused(
          () -> AttackedStore.change(nodes.node, ENABLED, key -> {}), nodes.alteredItems());
    }
  }

  /** Between the write of one node and that of another that has not seen it yet. */
  @ParameterizedTest
  @EnumSource(Dialect.class)
  void rowBetweenTwoWrites_isEdited_isNotTakenByTheNextWriter(Dialect kind) throws Exception {
    try (Nodes nodes = new Nodes(kind)) {
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
      // The node that wrote the row knows it, and writes it anew when it is changed next.
      AttackedStore.retarget(nodes.node, ALIAS, ENABLED);
      assertThat(nodes.store.answers()).isEqualTo(answers(nodes.node));
    }
  }

  @ParameterizedTest
  @EnumSource(Dialect.class)
  void wholeOlderStore_opens_unlessMoreIsDemanded_andRunningNodesRefuseIt(Dialect kind)
      throws Exception {
    try (Nodes nodes = new Nodes(kind)) {
      Map<String, List<Row>> older = nodes.tables.everything();
      Map<String, String> before = answers(nodes.node);
      AttackedStore.change(nodes.node, ENABLED, key -> key.state(KeyState.DISABLED));
      long sequence = nodes.node.sequence();
      nodes.tables.putEverything(older);
      nodes.store.turnClock();
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
