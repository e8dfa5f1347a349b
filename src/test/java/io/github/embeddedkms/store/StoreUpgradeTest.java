package io.github.embeddedkms.store;

import static io.github.embeddedkms.store.AttackedStore.ALIAS;
import static io.github.embeddedkms.store.AttackedStore.DISABLED;
import static io.github.embeddedkms.store.AttackedStore.ENABLED;
import static io.github.embeddedkms.store.AttackedStore.OTHER_ALIAS;
import static io.github.embeddedkms.store.AttackedStore.PENDING;
import static io.github.embeddedkms.store.AttackedStore.answers;
import static io.github.embeddedkms.store.AttackedStore.contents;
import static io.github.embeddedkms.store.StoreTables.HEAD;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.embeddedkms.crypto.Suite;
import io.github.embeddedkms.exception.KmsInternalException;
import io.github.embeddedkms.local.LocalKeyProvider;
import io.github.embeddedkms.model.KeyState;
import io.github.embeddedkms.store.StoreTables.Row;
import io.github.embeddedkms.store.fixture.IndependentStoreReader;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Nodes of several versions on one store: versions of its tables, and of the documents in them. */
@Timeout(120)
class StoreUpgradeTest {

  private static final int NEXT = Documents.VERSION + 1;

  /** Documents of a future version, which only aliases need. */
  private static final Schema NEXT_DOCUMENTS =
      Schema.withDocuments(
          new DocumentVersions(NEXT, entry -> entry instanceof AliasEntry ? NEXT : 1));

  private static final String BELOW_WRITER =
      "embedded-kms: writing to the store requires version "
          + NEXT
          + " of its documents; this embedded-kms supports version "
          + Documents.VERSION
          + " and can only read the store";

  @TempDir Path directory;

  private AttackedStore store;

  private SealedKeyStorage open(Schema schema) {
    return store.builder().schema(schema).open();
  }

  private void fillAsFirstVersion(Dialect kind) throws Exception {
    store = AttackedStore.in(kind, directory).withSchema(StoreTables.FIRST).filled();
    store = store.withSchema(Schema.current());
    assertThat(store.tables.onlyRow(HEAD).columns()).hasSize(7);
  }

  @ParameterizedTest
  @EnumSource(Dialect.class)
  void open_firstSchema_isMigratedOnce(Dialect kind) throws Exception {
    fillAsFirstVersion(kind);
    assertThat(store.readIndependently().schema()).isEqualTo(1);
    Map<String, String> before;
    try (SealedKeyStorage old = open(StoreTables.FIRST)) {
      before = contents(old);
    }
    long earliest = Instant.now().minusSeconds(60).toEpochMilli();
    try (SealedKeyStorage node = open(Schema.current())) {
      assertThat(contents(node)).isEqualTo(before);
      assertThat(node.sequence()).isEqualTo(12);
    }
    IndependentStoreReader migrated = store.readIndependently();
    assertThat(migrated.schema()).isEqualTo(2);
    assertThat(migrated.writer()).isEqualTo(1);
    assertThat(migrated.confirmed()).isBetween(earliest, Instant.now().toEpochMilli() + 1_000);
    assertThat(migrated.floor()).isZero();
    try (SealedKeyStorage node = open(Schema.current())) {
      assertThat(node.sequence()).isEqualTo(12);
      AttackedStore.retarget(node, ALIAS, DISABLED);
      assertThat(node.compact()).isEqualTo(1);
    }
    assertThat(store.readIndependently().sequence()).isEqualTo(14);
  }

  @ParameterizedTest
  @EnumSource(Dialect.class)
  void readOnly_firstSchema_isReadUnchanged(Dialect kind) throws Exception {
    fillAsFirstVersion(kind);
    List<Row> head = store.tables.rows(HEAD);
    Map<String, String> before;
    try (SealedKeyStorage old = open(StoreTables.FIRST)) {
      before = answers(old);
    }
    try (SealedKeyStorage reader = store.builder().readOnly().open()) {
      assertThat(answers(reader)).isEqualTo(before);
      assertThat(reader.isClockAhead()).isFalse();
    }
    assertThat(store.tables.rows(HEAD)).usingRecursiveComparison().isEqualTo(head);
  }

  /** A reader continues with tables that another node has migrated in the meantime. */
  @ParameterizedTest
  @EnumSource(Dialect.class)
  void open_firstSchemaMigrated_runningReaderContinues_runningOldWriterStops(Dialect kind)
      throws Exception {
    fillAsFirstVersion(kind);
    try (SealedKeyStorage old = open(StoreTables.FIRST)) {
      List<SealedKeyStorage> readers = new ArrayList<>();
      if (kind == Dialect.POSTGRESQL) {
        // Readers of a file are left out, because a file that is open read-only must not be
        // changed.
        readers.add(store.builder().readOnly().open());
      }
      try (SealedKeyStorage node = open(Schema.current())) {
        AttackedStore.retarget(node, ALIAS, DISABLED);
        store.advanceClock();
        String refusal =
            "embedded-kms: the store has version 2 of its tables, made by a newer embedded-kms;"
                + " this one knows version 1";
        assertThatThrownBy(() -> old.key(ENABLED)).hasMessage(refusal);
        assertThatThrownBy(
                () -> old.apply(Change.put(AttackedStore.newKey(ENABLED, Suite.XAES_256_GCM))))
            .hasMessage(refusal);
        for (SealedKeyStorage reader : readers) {
          assertThat(answers(reader)).isEqualTo(answers(node));
          AttackedStore.retarget(node, ALIAS, ENABLED);
          store.advanceClock();
          assertThat(answers(reader)).isEqualTo(answers(node));
          reader.close();
        }
      }
    }
    store.readIndependently();
  }

  @ParameterizedTest
  @EnumSource(Dialect.class)
  void open_firstSchemaBySeveralNodes_isMigratedByOne(Dialect kind) throws Exception {
    fillAsFirstVersion(kind);
    int nodes = 4;
    CyclicBarrier together = new CyclicBarrier(nodes);
    ExecutorService threads = Executors.newFixedThreadPool(nodes);
    try {
      List<Future<Long>> sequences = new ArrayList<>();
      for (int i = 0; i < nodes; i++) {
        Callable<Long> opening =
            () -> {
              together.await();
              try (SealedKeyStorage node = open(Schema.current())) {
                return node.sequence();
              }
            };
        sequences.add(threads.submit(opening));
      }
      for (Future<Long> sequence : sequences) {
        assertThat(sequence.get()).isEqualTo(12);
      }
    } finally {
      threads.shutdownNow();
    }
    store.readIndependently();
  }

  @ParameterizedTest
  @EnumSource(Dialect.class)
  void apply_firstDocumentOfNewVersion_raisesWriter(Dialect kind) throws Exception {
    store = AttackedStore.in(kind, directory);
    Address key = ENABLED;
    try (SealedKeyStorage node = open(NEXT_DOCUMENTS);
        SealedKeyStorage old = open(Schema.current())) {
      node.apply(Change.put(AttackedStore.newKey(key, Suite.XAES_256_GCM)));
      assertThat(store.readIndependently().writer()).isEqualTo(1);
      old.apply(Change.put(AttackedStore.newKey(DISABLED, Suite.XAES_256_GCM)));
      node.apply(Change.put(AttackedStore.newAlias(ALIAS, key)));
      assertThat(store.readIndependently().writer()).isEqualTo(NEXT);
      AttackedStore.change(node, key, changed -> changed.description("changed"));
      node.compact();
      node.reseal();
      assertThat(store.readIndependently().writer()).isEqualTo(NEXT);
    }
    assertThat(store.builder().schema(NEXT_DOCUMENTS).accept()).isPositive();
    assertThat(store.readIndependently().writer()).isEqualTo(NEXT);
  }

  @ParameterizedTest
  @EnumSource(Dialect.class)
  void nodeBelowWriter_readsAndRefusesEveryWrite(Dialect kind) throws Exception {
    store = AttackedStore.in(kind, directory).filled();
    try (SealedKeyStorage running = open(Schema.current());
        SealedKeyStorage next = open(NEXT_DOCUMENTS)) {
      AttackedStore.retarget(next, ALIAS, DISABLED);
      Map<String, String> expected = answers(next);
      // This node does not delete due keys, since only nodes that may write do, so it reports none.
      assertThat(expected.put("next deletion", "Optional.empty")).startsWith("Optional[2026-03-11");
      store.advanceClock();
      assertReadsAndRefusesWrites(kind, running, expected);
      assertThat(next.sequence()).isEqualTo(12);
      // Behaves the same if it is opened only now.
      try (SealedKeyStorage opened = open(Schema.current())) {
        assertReadsAndRefusesWrites(kind, opened, expected);
      }
      assertRefused(() -> store.builder().accept());
      AttackedStore.retarget(next, OTHER_ALIAS, ENABLED);
      store.advanceClock();
      expected = answers(next);
      expected.put("next deletion", "Optional.empty");
      assertThat(answers(running)).isEqualTo(expected);
    }
    store.readIndependently();
  }

  private static void assertReadsAndRefusesWrites(
      Dialect kind, SealedKeyStorage node, Map<String, String> expected) {
    assertThat(answers(node)).isEqualTo(expected);
    assertRefused(() -> AttackedStore.retarget(node, ALIAS, ENABLED));
    assertRefused(() -> node.apply(Change.remove(List.of(node.alias(ALIAS).orElseThrow()))));
    assertRefused(
        () -> {
          try (RootKey other = ChangingNode.rootKey(1)) {
            node.changeRootKey(other);
          }
        });
    assertRefused(node::reseal);
    assertRefused(node::compact);
    if (kind == Dialect.SQLITE) {
      assertRefused(node::confirmTime);
    }
    LocalKeyProvider kms =
        LocalKeyProvider.builder()
            .account(ENABLED.account())
            .region(ENABLED.region())
            .storage(node)
            .build();
    // Works although a key is past its deletion date.
    kms.generateDataKey(request -> request.keyId(ENABLED.id()).numberOfBytes(1));
    assertThat(kms.describeKey(request -> request.keyId(PENDING.id())).keyMetadata().keyState())
        .isEqualTo(KeyState.PENDING_DELETION);
    assertThatExceptionOfType(KmsInternalException.class)
        .isThrownBy(() -> kms.createKey(request -> {}))
        .withMessage(BELOW_WRITER);
    assertThat(answers(node)).isEqualTo(expected);
  }

  private static void assertRefused(ThrowingCallable write) {
    assertThatThrownBy(write)
        .isExactlyInstanceOf(KeyStorageException.class)
        .hasMessage(BELOW_WRITER);
  }

  /** A migration is a write too. */
  @ParameterizedTest
  @EnumSource(Dialect.class)
  void nodeBelowWriter_openOlderTables_doesNotMigrate(Dialect kind) throws Exception {
    fillAsFirstVersion(kind);
    Schema nothing = Schema.withDocuments(new DocumentVersions(0, entry -> 0));
    assertThatThrownBy(() -> open(nothing).close())
        .isExactlyInstanceOf(KeyStorageException.class)
        .hasMessage(
            "embedded-kms: writing to the store requires version 1 of its documents; this"
                + " embedded-kms supports version 0 and can only read the store");
    assertThat(store.readIndependently().schema()).isEqualTo(1);
  }
}
