package io.github.embeddedkms.store;

import static io.github.embeddedkms.store.AttackedNodes.assertRefused;
import static io.github.embeddedkms.store.AttackedNodes.notAsWritten;
import static io.github.embeddedkms.store.AttackedStore.ALIAS;
import static io.github.embeddedkms.store.AttackedStore.DISABLED;
import static io.github.embeddedkms.store.AttackedStore.ENABLED;
import static io.github.embeddedkms.store.AttackedStore.OTHER_ALIAS;
import static io.github.embeddedkms.store.AttackedStore.PENDING;
import static io.github.embeddedkms.store.AttackedStore.REMOVED;
import static io.github.embeddedkms.store.AttackedStore.contents;
import static io.github.embeddedkms.store.AttackedStore.notOpened;
import static io.github.embeddedkms.store.StoreTables.HEAD;
import static io.github.embeddedkms.store.StoreTables.ITEM;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.embeddedkms.crypto.Suite;
import io.github.embeddedkms.store.StoreTables.Row;
import io.github.embeddedkms.store.fixture.IndependentStoreReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Removal of tombstones while other nodes have seen more or less of the store. */
class CompactionTest {

  @TempDir Path directory;

  private static void remove(SealedKeyStorage node, Address address) {
    Entry entry =
        address.id().startsWith("alias/")
            ? node.alias(address).orElseThrow()
            : node.key(address).orElseThrow();
    assertThat(node.apply(Change.remove(List.of(entry)))).isTrue();
  }

  private static void create(SealedKeyStorage node, Address address) {
    assertThat(node.apply(Change.put(AttackedStore.newKey(address, Suite.XAES_256_GCM)))).isTrue();
  }

  private static byte[] material(SealedKeyStorage node, Address address) {
    return node.key(address).orElseThrow().currentMaterial().lend(byte[]::clone);
  }

  @ParameterizedTest
  @EnumSource(Dialect.class)
  void compact_storeWithTombstones_removesOnlyThem(Dialect kind) throws Exception {
    AttackedStore store = AttackedStore.in(kind, directory).filled();
    try (SealedKeyStorage node = store.open()) {
      remove(node, OTHER_ALIAS);
      Map<String, String> before = contents(node);
      assertThat(node.sequence()).isEqualTo(12);
      assertThat(store.readIndependently().tombstones()).isEqualTo(2);
      assertThat(node.compact()).isEqualTo(2);
      assertThat(node.sequence()).isEqualTo(13);
      assertThat(contents(node)).isEqualTo(before);
      IndependentStoreReader compacted = store.readIndependently();
      assertThat(compacted.tombstones()).isZero();
      assertThat(compacted.floor()).isEqualTo(12);
      assertThat(node.compact()).isZero();
      assertThat(node.sequence()).isEqualTo(13);
      AttackedStore.retarget(node, ALIAS, DISABLED);
    }
    try (SealedKeyStorage node = store.open()) {
      assertThat(node.alias(ALIAS).orElseThrow().targetKeyId()).isEqualTo(DISABLED.id());
      assertThat(node.alias(OTHER_ALIAS)).isEmpty();
      assertThat(node.compact()).isZero();
    }
    assertThat(store.readIndependently().floor()).isEqualTo(12);
  }

  @ParameterizedTest
  @EnumSource(Dialect.class)
  void compact_otherNodeIsUpToDate_continuesAndCompactsAgain(Dialect kind) throws Exception {
    try (AttackedNodes nodes = new AttackedNodes(kind, directory)) {
      Map<String, String> before = contents(nodes.other);
      assertThat(nodes.node.compact()).isEqualTo(1);
      nodes.store.advanceClock();
      assertThat(contents(nodes.other)).isEqualTo(before);
      AttackedStore.retarget(nodes.other, ALIAS, DISABLED);
      remove(nodes.other, OTHER_ALIAS);
      assertThat(nodes.other.compact()).isEqualTo(1);
      nodes.store.advanceClock();
      assertThat(contents(nodes.node)).isEqualTo(contents(nodes.other));
      assertThat(nodes.store.readIndependently().floor()).isEqualTo(14);
    }
  }

  @ParameterizedTest
  @EnumSource(Dialect.class)
  void compact_otherNodeLags_readsTheStoreAgain(Dialect kind) throws Exception {
    try (AttackedNodes nodes = new AttackedNodes(kind, directory)) {
      KeyEntry kept = nodes.other.key(ENABLED).orElseThrow();
      byte[] material = material(nodes.other, ENABLED);
      remove(nodes.node, ALIAS);
      remove(nodes.node, DISABLED);
      AttackedStore.change(nodes.node, PENDING, key -> key.description("changed"));
      assertThat(nodes.node.compact()).isEqualTo(3);
      create(nodes.node, DISABLED);
      assertThat(nodes.other.key(DISABLED)).as("before its copy expires").isPresent();
      nodes.store.advanceClock();
      assertThat(contents(nodes.other)).isEqualTo(contents(nodes.node));
      assertThat(nodes.other.alias(ALIAS)).isEmpty();
      assertThat(material(nodes.other, ENABLED)).isEqualTo(material);
      assertThat(nodes.other.key(ENABLED).orElseThrow().currentMaterial())
          .isSameAs(kept.currentMaterial());
      assertThat(nodes.other.compact()).isZero();
    }
  }

  @ParameterizedTest
  @EnumSource(Dialect.class)
  void compact_otherNodeLags_changesOnlyWhatIsThere(Dialect kind) throws Exception {
    try (AttackedNodes nodes = new AttackedNodes(kind, directory)) {
      KeyEntry removed = nodes.other.key(DISABLED).orElseThrow();
      AliasEntry alias = nodes.other.alias(ALIAS).orElseThrow();
      remove(nodes.node, OTHER_ALIAS);
      remove(nodes.node, DISABLED);
      nodes.node.compact();
      create(nodes.node, DISABLED);
      assertThat(nodes.other.apply(Change.put(removed.changed(key -> key.description("old")))))
          .as("a change of the key that was there before")
          .isFalse();
      assertThat(nodes.other.apply(Change.put(alias.retargeted(DISABLED.id(), AttackedStore.NOW))))
          .isTrue();
      nodes.store.advanceClock();
      assertThat(nodes.node.alias(ALIAS).orElseThrow().targetKeyId()).isEqualTo(DISABLED.id());
      nodes.store.readIndependently();
    }
  }

  /**
   * Creates the key twice at the address, so that its tombstone is above the floor the second time.
   */
  @ParameterizedTest
  @EnumSource(Dialect.class)
  void compact_keyIsCreatedAgain_isAnotherKeyForEveryNode(Dialect kind) throws Exception {
    try (AttackedNodes nodes = new AttackedNodes(kind, directory);
        SealedKeyStorage lagging = nodes.store.open()) {
      long version = nodes.node.key(ENABLED).orElseThrow().version();
      for (int i = 0; i < 2; i++) {
        byte[] before = material(nodes.node, ENABLED);
        remove(nodes.node, ENABLED);
        assertThat(nodes.node.compact()).isPositive();
        create(nodes.node, ENABLED);
        remove(nodes.node, ENABLED);
        create(nodes.node, ENABLED);
        byte[] after = material(nodes.node, ENABLED);
        assertThat(after).isNotEqualTo(before);
        nodes.store.advanceClock();
        assertThat(material(nodes.other, ENABLED)).isEqualTo(after);
        long next = nodes.node.key(ENABLED).orElseThrow().version();
        assertThat(next).isGreaterThan(version);
        version = next;
      }
      assertThat(contents(lagging)).isEqualTo(contents(nodes.node));
      nodes.store.readIndependently();
    }
  }

  @ParameterizedTest
  @EnumSource(Dialect.class)
  void compact_afterManyCreationsAndDeletions_leavesFewRows(Dialect kind) throws Exception {
    compactTombstones(kind, 60);
  }

  @Tag("thorough")
  @ParameterizedTest
  @EnumSource(Dialect.class)
  void compact_afterVeryManyCreationsAndDeletions_leavesFewRows(Dialect kind) throws Exception {
    compactTombstones(kind, kind == Dialect.SQLITE ? 1_000 : 200);
  }

  private void compactTombstones(Dialect kind, int times) throws Exception {
    AttackedStore store = AttackedStore.in(kind, directory).filled();
    try (SealedKeyStorage node = store.open();
        SealedKeyStorage other = store.open()) {
      for (int i = 0; i < times; i++) {
        Address alias = new Address(ENABLED.account(), ENABLED.region(), "alias/" + i);
        assertThat(node.apply(Change.put(AttackedStore.newAlias(alias, ENABLED)))).isTrue();
        remove(node, alias);
      }
      assertThat(store.tables.rows(ITEM)).hasSize(7 + times);
      assertThat(node.compact()).isEqualTo(1 + times);
      assertThat(store.tables.rows(ITEM)).hasSize(6);
      store.advanceClock();
      assertThat(contents(other)).isEqualTo(contents(node));
    }
  }

  @ParameterizedTest
  @EnumSource(Dialect.class)
  void compact_betweenTwoReseals_succeeds(Dialect kind) throws Exception {
    try (AttackedNodes nodes = new AttackedNodes(kind, directory)) {
      remove(nodes.node, OTHER_ALIAS);
      nodes.node.reseal();
      assertThat(nodes.other.compact()).isEqualTo(2);
      nodes.node.reseal();
      nodes.store.advanceClock();
      assertThat(contents(nodes.node)).isEqualTo(contents(nodes.other));
      assertThat(nodes.store.readIndependently().itemsByEpoch()).isEqualTo(Map.of(3, 5));
    }
  }

  @ParameterizedTest
  @EnumSource(Dialect.class)
  void accept_afterCompaction_keepsTheFloor(Dialect kind) throws Exception {
    AttackedStore store = AttackedStore.in(kind, directory).filled();
    try (SealedKeyStorage node = store.open()) {
      node.compact();
    }
    store.tables.delete(ITEM, row -> row.address().equals(ALIAS));
    assertThat(store.builder().accept()).isEqualTo(13);
    assertThat(store.readIndependently().floor()).isEqualTo(11);
    try (SealedKeyStorage node = store.open()) {
      assertThat(node.alias(ALIAS)).isEmpty();
      assertThat(node.apply(Change.put(AttackedStore.newAlias(ALIAS, ENABLED)))).isTrue();
      assertThat(node.alias(ALIAS).orElseThrow().version()).isEqualTo(12);
    }
  }

  @ParameterizedTest
  @EnumSource(Dialect.class)
  void compact_tombstoneWasRemovedByHand_isRefused(Dialect kind) throws Exception {
    try (AttackedNodes nodes = new AttackedNodes(kind, directory)) {
      remove(nodes.node, OTHER_ALIAS);
      List<Row> head = nodes.tables.rows(HEAD);
      nodes.tables.delete(ITEM, row -> row.address().equals(REMOVED));
      List<Row> items = nodes.tables.rows(ITEM);
      assertRefused(
          nodes.node::compact, "the rows of the store's removed keys and aliases were altered");
      assertThat(nodes.tables.rows(ITEM)).hasSameSizeAs(items);
      assertThat(nodes.tables.rows(HEAD)).usingRecursiveComparison().isEqualTo(head);
      nodes.assertItemsAreRefusedAtOpening();
    }
  }

  /**
   * A node removes the items that it has read as removed, even if their rows have been altered
   * since.
   */
  @ParameterizedTest
  @EnumSource(Dialect.class)
  void compact_keyTurnedIntoTombstoneByHand_doesNotAuthenticateTheRest(Dialect kind)
      throws Exception {
    try (AttackedNodes nodes = new AttackedNodes(kind, directory)) {
      Row key = nodes.tables.row(ITEM, ENABLED);
      nodes.tables.replace(ITEM, key, key.with("kind", 3));
      assertRefused(
          nodes.node::compact, "the rows of the store's removed keys and aliases were altered");
      Row tombstone = nodes.tables.row(ITEM, REMOVED);
      nodes.tables.replace(ITEM, tombstone, tombstone.with("kind", 1));
      assertThat(nodes.node.compact()).isEqualTo(1);
      assertThat(nodes.store.answers())
          .isEqualTo(notOpened(REMOVED.describe() + " was altered in the store"));
    }
  }

  @ParameterizedTest
  @EnumSource(Dialect.class)
  void tombstone_putBackAfterCompaction_isRefused(Dialect kind) throws Exception {
    try (AttackedNodes nodes = new AttackedNodes(kind, directory)) {
      Row tombstone = nodes.tables.row(ITEM, REMOVED);
      nodes.node.compact();
      nodes.tables.insert(ITEM, tombstone);
      nodes.assertItemsAreRefusedAtOpening();
      assertRefused(() -> create(nodes.node, REMOVED), notAsWritten(REMOVED));
      Map<String, String> before = contents(nodes.node);
      nodes.store.advanceClock();
      assertThat(contents(nodes.other)).as("a row that no node reads").isEqualTo(before);
    }
  }

  /** The row is from before the removal, and the tombstone that recorded the removal is gone. */
  @ParameterizedTest
  @EnumSource(Dialect.class)
  void alias_putBackAfterItsTombstoneIsGone_isRefused(Dialect kind) throws Exception {
    try (AttackedNodes nodes = new AttackedNodes(kind, directory)) {
      Row alias = nodes.tables.row(ITEM, OTHER_ALIAS);
      remove(nodes.node, OTHER_ALIAS);
      nodes.node.compact();
      nodes.tables.insert(ITEM, alias);
      nodes.assertItemsAreRefusedAtOpening();
      nodes.store.advanceClock();
      assertRefused(() -> nodes.other.alias(OTHER_ALIAS), nodes.alteredItems());
      assertThat(nodes.node.alias(OTHER_ALIAS)).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource(Dialect.class)
  void earlierHead_putBackWithOrWithoutItsItems_isRefused(Dialect kind) throws Exception {
    try (AttackedNodes nodes = new AttackedNodes(kind, directory)) {
      Map<String, List<Row>> before = nodes.tables.everything();
      nodes.node.compact();
      nodes.tables.putAll(HEAD, before.get(HEAD));
      nodes.store.advanceClock();
      assertRefused(nodes.node::sequence, "the store went back from sequence 12 to 11");
      nodes.assertItemsAreRefusedAtOpening();
      nodes.tables.putEverything(before);
      assertRefused(nodes.node::sequence, "the store went back from sequence 12 to 11");
      assertThat(contents(nodes.other)).as("has not seen more").isNotEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource(Dialect.class)
  void floor_edited_isRefusedByRunningNodes(Dialect kind) throws Exception {
    try (AttackedNodes nodes = new AttackedNodes(kind, directory)) {
      nodes.node.compact();
      Row head = nodes.tables.onlyRow(HEAD);
      List<Long> floors = new ArrayList<>(List.of(0L, 10L, 12L, 99L, -1L));
      for (long floor : floors) {
        nodes.tables.putAll(HEAD, List.of(head.with("floor", floor)));
        nodes.store.advanceClock();
        assertRefused(nodes.node::sequence, nodes.alteredItems());
        assertRefused(nodes.other::sequence, nodes.alteredItems());
        nodes.assertItemsAreRefusedAtOpening();
      }
      nodes.tables.putAll(HEAD, List.of(head));
      nodes.store.advanceClock();
      assertThat(contents(nodes.other)).isEqualTo(contents(nodes.node));
    }
  }
}
