package io.github.embeddedkms.store;

import static io.github.embeddedkms.store.AttackedNodes.assertRefused;
import static io.github.embeddedkms.store.AttackedNodes.notAsWritten;
import static io.github.embeddedkms.store.AttackedStore.ALIAS;
import static io.github.embeddedkms.store.AttackedStore.DISABLED;
import static io.github.embeddedkms.store.AttackedStore.ENABLED;
import static io.github.embeddedkms.store.AttackedStore.OTHER_ALIAS;
import static io.github.embeddedkms.store.AttackedStore.REMOVED;
import static io.github.embeddedkms.store.AttackedStore.answers;
import static io.github.embeddedkms.store.AttackedStore.notOpened;
import static io.github.embeddedkms.store.StoreTables.ITEM;
import static io.github.embeddedkms.store.StoreTables.MATERIAL;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.embeddedkms.crypto.Suite;
import io.github.embeddedkms.model.KeyState;
import io.github.embeddedkms.store.StoreTables.Row;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Authentic rows of another time are put back, removed or inserted again. No running node that has
 * read newer rows accepts them, nothing that such a node writes makes them valid, and the store can
 * no longer be opened.
 */
class TamperedHistoryTest {

  @TempDir Path directory;

  @ParameterizedTest
  @EnumSource(Dialect.class)
  void olderRow_putBack_isRefused(Dialect kind) throws Exception {
    try (AttackedNodes nodes = new AttackedNodes(kind, directory)) {
      Row enabled = nodes.tables.row(ITEM, ENABLED);
      AttackedStore.change(nodes.node, ENABLED, key -> key.state(KeyState.DISABLED));
      Map<String, String> before = answers(nodes.node);
      nodes.tables.replace(ITEM, nodes.tables.row(ITEM, ENABLED), enabled);

      nodes.assertItemsAreRefusedAtOpening();
      nodes.store.advanceClock();
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
  void row_removed_isRefused(Dialect kind) throws Exception {
    assertRefusedWithoutItsRow(
        kind,
        ENABLED,
        node -> AttackedStore.change(node, ENABLED, key -> key.description("changed")));
  }

  @ParameterizedTest
  @EnumSource(Dialect.class)
  void removedRow_putInPlaceOfTombstone_isRefused(Dialect kind) throws Exception {
    try (AttackedNodes nodes = new AttackedNodes(kind, directory)) {
      Row alias = nodes.tables.row(ITEM, OTHER_ALIAS);
      nodes.node.apply(Change.remove(List.of(nodes.node.alias(OTHER_ALIAS).orElseThrow())));
      Map<String, String> before = answers(nodes.node);
      nodes.tables.replace(ITEM, nodes.tables.row(ITEM, OTHER_ALIAS), alias);
      nodes.assertItemsAreRefusedAtOpening();
      nodes.store.advanceClock();
      assertRefused(() -> nodes.other.alias(OTHER_ALIAS), nodes.alteredItems());
      assertRefused(
          () -> nodes.node.apply(Change.put(AttackedStore.newAlias(OTHER_ALIAS, DISABLED))),
          notAsWritten(OTHER_ALIAS));
      nodes.assertNodeGoesOn(before);
    }
  }

  /** An attacker who removes the tombstone makes room for an item without a history. */
  @ParameterizedTest
  @EnumSource(Dialect.class)
  void tombstone_removed_isRefused(Dialect kind) throws Exception {
    assertRefusedWithoutItsRow(
        kind,
        REMOVED,
        node -> node.apply(Change.put(AttackedStore.newKey(REMOVED, Suite.XAES_256_GCM))));
  }

  private void assertRefusedWithoutItsRow(
      Dialect kind, Address address, Consumer<SealedKeyStorage> write) throws Exception {
    try (AttackedNodes nodes = new AttackedNodes(kind, directory)) {
      Map<String, String> before = answers(nodes.node);
      nodes.tables.delete(ITEM, row -> row.address().equals(address));
      nodes.assertItemsAreRefusedAtOpening();
      assertRefused(() -> write.accept(nodes.node), notAsWritten(address));
      nodes.assertNodeGoesOn(before);
    }
  }

  /**
   * The row is at an address where an item is about to be created, and no running node reads it.
   */
  @ParameterizedTest
  @EnumSource(Dialect.class)
  void create_forgedRowAtItsAddress_isRefused(Dialect kind) throws Exception {
    try (AttackedNodes nodes = new AttackedNodes(kind, directory)) {
      Address created = new Address(ENABLED.account(), ENABLED.region(), "alias/made");
      Row forged = nodes.tables.row(ITEM, ALIAS).with("id", created.id());
      nodes.tables.insert(ITEM, forged.with("sequence", -1L));
      assertRefused(
          () -> nodes.node.apply(Change.put(AttackedStore.newAlias(created, ENABLED))),
          notAsWritten(created));
      assertThat(nodes.store.answers())
          .isEqualTo(notOpened(created.describe() + " was altered in the store"));
    }
  }

  /** The material has the id of a key's material, and is inserted before the key is created. */
  @ParameterizedTest
  @EnumSource(Dialect.class)
  void create_forgedMaterialWithItsId_isRefused(Dialect kind) throws Exception {
    try (AttackedNodes nodes = new AttackedNodes(kind, directory)) {
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
}
