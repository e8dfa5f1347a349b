package io.github.embeddedkms.store;

import io.github.embeddedkms.crypto.Suite;
import io.github.embeddedkms.crypto.SymmetricMaterial;
import io.github.embeddedkms.model.KeyState;
import io.github.embeddedkms.model.KeyUsageType;
import io.github.embeddedkms.model.Tag;
import io.github.embeddedkms.store.StoreTables.Row;
import io.github.embeddedkms.store.fixture.IndependentStoreReader;
import io.github.embeddedkms.store.fixture.TestKeys;
import io.github.embeddedkms.store.fixture.TestPostgres;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteDataSource;

/**
 * A store with a few keys, and the view that an attacker has of its database. Nodes that are opened
 * with {@link #builder} use a clock that the test controls.
 */
final class AttackedStore {

  static final String ACCOUNT = "111122223333";
  static final String OTHER_ACCOUNT = "444455556666";
  static final String REGION = "eu-central-1";
  static final String OTHER_REGION = "us-east-1";
  static final Instant NOW = Instant.parse("2026-03-04T05:06:07.089Z");

  static final Address ENABLED = at("11111111-1111-1111-1111-111111111111");
  static final Address DISABLED = at("22222222-2222-2222-2222-222222222222");
  static final Address PENDING = at("33333333-3333-3333-3333-333333333333");
  static final Address SM4 = new Address(OTHER_ACCOUNT, OTHER_REGION, ENABLED.id());
  static final Address REMOVED = at("44444444-4444-4444-4444-444444444444");

  /** The number of changes that {@link #filled} makes. */
  static final int CHANGES = 11;

  static final Address ALIAS = at("alias/orders");
  static final Address OTHER_ALIAS = at("alias/invoices");

  private static final SecureRandom RANDOM = new SecureRandom();

  final DataSource database;
  final StoreTables tables;
  private final Supplier<SealedKeyStorageBuilder> nodes;
  private final AtomicLong nanoTime = new AtomicLong(Long.MAX_VALUE - 1_000);

  private AttackedStore(
      DataSource database, StoreTables tables, Supplier<SealedKeyStorageBuilder> nodes) {
    this.database = database;
    this.tables = tables;
    this.nodes = nodes;
  }

  /** Returns an empty database in a file. */
  static AttackedStore inFile(Path file) {
    SQLiteConfig config = new SQLiteConfig();
    config.setBusyTimeout(60_000);
    // What an attacker writes does not have to survive a crash.
    config.setSynchronous(SQLiteConfig.SynchronousMode.OFF);
    SQLiteDataSource attacker = new SQLiteDataSource(config);
    attacker.setUrl("jdbc:sqlite:" + file);
    SQLiteDataSource database = new SQLiteDataSource();
    database.setUrl("jdbc:sqlite:" + file);
    return new AttackedStore(
        database, new StoreTables(attacker), () -> SealedKeyStorage.builder(file));
  }

  /** Returns an empty database on a server. */
  static AttackedStore inPostgres() throws SQLException {
    DataSource database = TestPostgres.shared().newDatabase();
    return new AttackedStore(
        database, new StoreTables(database), () -> SealedKeyStorage.builder(database));
  }

  /** Returns an empty database of the given kind; a file is created in the directory. */
  static AttackedStore in(Dialect kind, Path directory) throws SQLException {
    return kind == Dialect.SQLITE ? inFile(directory.resolve("keys.db")) : inPostgres();
  }

  /** Returns the same store, whose nodes do not notice tables that they did not create. */
  AttackedStore withoutTableCheck() {
    return withSchema(StoreTables.UNCHECKED);
  }

  /** Returns the same store, for nodes of another version. */
  AttackedStore withSchema(Schema schema) {
    return new AttackedStore(database, tables, () -> nodes.get().schema(schema));
  }

  SealedKeyStorageBuilder builder() {
    return prepared(nodes.get());
  }

  /**
   * Returns a builder for a node that reaches the database through the given connections, which may
   * intercept what passes through them.
   */
  SealedKeyStorageBuilder builder(DataSource connections) {
    return prepared(SealedKeyStorage.builder(connections));
  }

  private SealedKeyStorageBuilder prepared(SealedKeyStorageBuilder node) {
    return node.rootKey(RootKey.unsealedForTests()).nanoTime(nanoTime::get);
  }

  SealedKeyStorage open() {
    return builder().open();
  }

  /** Advances the clock until the copies of all nodes are too old to be used. */
  void advanceClock() {
    nanoTime.addAndGet(Duration.ofSeconds(1).toNanos());
  }

  private static Address at(String id) {
    return new Address(ACCOUNT, REGION, id);
  }

  /** Returns a key as it is when it is created, with new material. */
  static KeyEntry newKey(Address address, Suite suite) {
    return TestKeys.of(
            address,
            NOW,
            KeyUsageType.ENCRYPT_DECRYPT,
            List.of(new Tag("purpose", "orders")),
            SymmetricMaterial.generate(address.id(), suite, RANDOM))
        .changed(key -> key.description("a description"))
        .atVersion(1);
  }

  static AliasEntry newAlias(Address address, Address target) {
    return new AliasEntry(address, 1, target.id(), NOW, NOW);
  }

  /**
   * Puts keys of every state into the store, removes one, and adds an alias whose target was
   * changed.
   */
  AttackedStore filled() {
    try (SealedKeyStorage storage = open()) {
      for (Address key : List.of(ENABLED, DISABLED, PENDING, REMOVED)) {
        storage.apply(Change.put(newKey(key, Suite.XAES_256_GCM)));
      }
      storage.apply(Change.put(newKey(SM4, Suite.XSM4_GCM)));
      change(storage, DISABLED, key -> key.state(KeyState.DISABLED));
      change(
          storage,
          PENDING,
          key -> key.state(KeyState.PENDING_DELETION).deletionDate(NOW.plus(Duration.ofDays(7))));
      storage.apply(Change.remove(List.of(storage.key(REMOVED).orElseThrow())));
      storage.apply(Change.put(newAlias(OTHER_ALIAS, DISABLED)));
      storage.apply(Change.put(newAlias(ALIAS, DISABLED)));
      retarget(storage, ALIAS, ENABLED);
    }
    return this;
  }

  static void change(SealedKeyStorage storage, Address address, Consumer<KeyEntry.Parts> change) {
    KeyEntry before = storage.key(address).orElseThrow();
    if (!storage.apply(Change.put(before.changed(change)))) {
      throw new AssertionError("another change was faster");
    }
  }

  static void retarget(SealedKeyStorage storage, Address alias, Address target) {
    AliasEntry before = storage.alias(alias).orElseThrow();
    if (!storage.apply(Change.put(before.retargeted(target.id(), NOW)))) {
      throw new AssertionError("another change was faster");
    }
  }

  /**
   * Opens a node and returns its answers to every question, or only the error if the store cannot
   * be opened.
   */
  Map<String, String> answers() {
    try (SealedKeyStorage storage = open()) {
      return answers(storage);
    } catch (KeyStorageException e) {
      return Map.of("open", refusal(e));
    }
  }

  /** Returns a node's answers to every question: each question with the answer or the refusal. */
  static Map<String, String> answers(SealedKeyStorage storage) {
    Map<String, String> answers = new TreeMap<>();
    for (Address address : List.of(ENABLED, DISABLED, PENDING, SM4, REMOVED)) {
      ask(answers, "key " + address, () -> storage.key(address).map(AttackedStore::text));
      ask(
          answers,
          "material of " + address,
          () ->
              storage
                  .key(address)
                  .map(
                      key ->
                          key.currentMaterial().<String, RuntimeException>lend(StoreTables::hex)));
      ask(answers, "aliases of " + address, () -> storage.aliasesOf(address, "", 9));
    }
    for (Address address : List.of(ALIAS, OTHER_ALIAS)) {
      ask(answers, address.id(), () -> storage.alias(address));
    }
    for (Address scope : List.of(ENABLED, SM4)) {
      Address start = new Address(scope.account(), scope.region(), "");
      ask(
          answers,
          "keys of " + scope.account(),
          () -> storage.keysAfter(start, 9).stream().map(AttackedStore::text).toList());
      ask(answers, "aliases in " + scope.account(), () -> storage.aliasesAfter(start, 9));
    }
    ask(answers, "next deletion", storage::nextDue);
    ask(answers, "sequence", storage::sequence);
    return answers;
  }

  private interface Question {
    Object ask();
  }

  /** Returns all answers except the sequence, which maintenance raises. */
  static Map<String, String> contents(SealedKeyStorage node) {
    Map<String, String> contents = answers(node);
    contents.remove("sequence");
    return contents;
  }

  /** Reads the store as the format specifies it, without the library's own code. */
  IndependentStoreReader readIndependently() throws Exception {
    try (Connection connection = database.getConnection()) {
      return IndependentStoreReader.read(connection, 1, parameters -> new byte[32]);
    }
  }

  private static void ask(Map<String, String> answers, String words, Question question) {
    String answer;
    try {
      answer = String.valueOf(question.ask());
    } catch (KeyStorageException e) {
      answer = refusal(e);
    }
    answers.put(words, answer);
  }

  private static String text(KeyEntry key) {
    return "version " + key.version() + " " + Documents.write(key).asUtf8String();
  }

  /** Returns the answers while the edited row replaces the original. */
  Map<String, String> answersWith(String table, Row original, Row edited) {
    List<Row> before = tables.rows(table);
    tables.replace(table, original, edited);
    Map<String, String> answers = answers();
    tables.putAll(table, before);
    return answers;
  }

  /** Returns the answers of a store that cannot be opened. */
  static Map<String, String> notOpened(String message) {
    return Map.of("open", refused(message));
  }

  static String refused(String message) {
    return "refused: embedded-kms: " + message;
  }

  /**
   * Tells an unavailable database apart from a refused store: only the second means that an
   * alteration was found.
   */
  private static String refusal(KeyStorageException e) {
    return (e instanceof StoreUnavailableException ? "unavailable: " : "refused: ")
        + e.getMessage();
  }
}
