package io.github.embeddedkms.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.embeddedkms.FailureListener;
import io.github.embeddedkms.KmsClient;
import io.github.embeddedkms.awssdk.AwsSdk;
import io.github.embeddedkms.exception.AccessDeniedException;
import io.github.embeddedkms.exception.NotFoundException;
import io.github.embeddedkms.exception.ReadOnlyStoreException;
import io.github.embeddedkms.local.LocalKeyProvider;
import io.github.embeddedkms.local.Seed;
import io.github.embeddedkms.model.AliasListEntry;
import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.DataKeySpec;
import io.github.embeddedkms.model.GrantListEntry;
import io.github.embeddedkms.model.GrantOperation;
import io.github.embeddedkms.model.KeyListEntry;
import io.github.embeddedkms.model.SecretBytes;
import io.github.embeddedkms.store.fixture.TestPostgres;
import io.github.embeddedkms.store.process.Commands;
import io.github.embeddedkms.store.process.Contents;
import io.github.embeddedkms.store.process.StoreOpener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.ds.PGSimpleDataSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.kms.model.KmsException;

/** Stores that are opened read-only. */
class ReadOnlyStoreTest {

  private static final String REFUSED =
      "embedded-kms: the store was opened for reading only, and cannot be changed";
  private static final Instant BEGIN = Instant.parse("2026-03-04T05:06:07.089Z");
  private static final String GRANTEE = "arn:aws:iam::000000000000:user/alice";
  private static final Map<String, String> CONTEXT = Map.of("tenant", "acme");

  @TempDir private Path folder;
  private Path file;

  /**
   * The store contains a key with an alias, and a key that is due after seven days, also with an
   * alias.
   */
  private String keyId;

  private String dueId;
  private String grantId;
  private Bytes blob;
  private Bytes dueBlob;

  @BeforeEach
  void create() throws IOException {
    file = Files.createDirectory(folder.resolve("store")).resolve("keys.db");
    fill(SealedKeyStorage.builder(file));
  }

  private void fill(SealedKeyStorageBuilder builder) {
    try (LocalKeyProvider kms = provider(builder, BEGIN)) {
      keyId = kms.createKey(key -> key.description("orders")).keyMetadata().keyId();
      kms.createAlias(alias -> alias.aliasName("alias/orders").targetKeyId(keyId));
      grantId = createGrant(kms, keyId);
      dueId = kms.createKey(key -> {}).keyMetadata().keyId();
      kms.createAlias(alias -> alias.aliasName("alias/due").targetKeyId(dueId));
      blob = encrypt(kms, "alias/orders");
      dueBlob = encrypt(kms, "alias/due");
      kms.scheduleKeyDeletion(key -> key.keyId(dueId).pendingWindowInDays(7));
    }
  }

  private static String createGrant(KmsClient kms, String keyId) {
    return kms.createGrant(
            g ->
                g.keyId(keyId)
                    .granteePrincipal(GRANTEE)
                    .retiringPrincipal(GRANTEE)
                    .operations(List.of(GrantOperation.DECRYPT)))
        .grantId();
  }

  private static LocalKeyProvider provider(SealedKeyStorageBuilder builder, Instant now) {
    return LocalKeyProvider.builder()
        .storage(builder.rootKey(RootKey.unsealedForTests()).open())
        .clock(() -> now)
        .build();
  }

  /** Uses the system's clock, for which one of the keys is past its deletion date. */
  private static LocalKeyProvider readOnly(Path file) {
    return LocalKeyProvider.openReadOnly(file, RootKey.unsealedForTests());
  }

  private static Bytes encrypt(KmsClient kms, String key) {
    return kms.encrypt(
            e ->
                e.keyId(key)
                    .plaintext(SecretBytes.fromUtf8String("hello"))
                    .encryptionContext(CONTEXT))
        .ciphertextBlob();
  }

  private static String decrypt(KmsClient kms, Bytes ciphertext) {
    return kms.decrypt(d -> d.ciphertextBlob(ciphertext).encryptionContext(CONTEXT))
        .plaintext()
        .asUtf8String();
  }

  /** Asserts that every operation that only reads works. */
  private void assertReads(KmsClient kms) {
    assertThat(decrypt(kms, blob)).isEqualTo("hello");
    assertThat(decrypt(kms, encrypt(kms, keyId))).isEqualTo("hello");
    assertThat(
            kms.generateDataKey(g -> g.keyId("alias/orders").keySpec(DataKeySpec.AES_256))
                .plaintext()
                .length())
        .isEqualTo(32);
    assertThat(
            kms.reEncrypt(
                    r ->
                        r.ciphertextBlob(blob)
                            .sourceEncryptionContext(CONTEXT)
                            .destinationKeyId(keyId))
                .keyId())
        .endsWith(keyId);
    assertThat(kms.describeKey(d -> d.keyId(keyId)).keyMetadata().description())
        .isEqualTo("orders");
    assertThat(kms.listKeys(list -> {}).keys()).extracting(KeyListEntry::keyId).contains(keyId);
    assertThat(kms.listAliases(list -> {}).aliases())
        .extracting(AliasListEntry::aliasName)
        .contains("alias/orders");
    assertThat(kms.listGrants(list -> list.keyId(keyId)).grants())
        .extracting(GrantListEntry::grantId)
        .containsExactly(grantId);
    assertThat(kms.listRetirableGrants(list -> list.retiringPrincipal(GRANTEE)).grants())
        .extracting(GrantListEntry::grantId)
        .containsExactly(grantId);
  }

  /** Returns every file of a folder with its date and a hash of its content. */
  private static Map<String, String> contents(Path directory) throws IOException {
    Map<String, String> contents = new TreeMap<>();
    try (Stream<Path> files = Files.list(directory)) {
      for (Path each : files.filter(Files::isRegularFile).toList()) {
        contents.put(
            each.getFileName().toString(),
            Files.getLastModifiedTime(each)
                + " "
                + Bytes.fromByteArray(Files.readAllBytes(each)).hashCode());
      }
    }
    return contents;
  }

  @Test
  void readOnly_store_isRead_andNothingIsWritten() throws IOException {
    Map<String, String> before = contents(file.getParent());
    try (LocalKeyProvider kms = readOnly(file)) {
      assertReads(kms);
      assertThat(contents(file.getParent())).isEqualTo(before);
    }
    assertThat(contents(file.getParent())).isEqualTo(before).containsOnlyKeys("keys.db");
  }

  @Test
  void readOnly_storeOnReadOnlyMount_isRead() throws IOException {
    Path point = Files.createDirectory(folder.resolve("disk"));
    try (var mount = Commands.Mounted.mount(point, "-t", "tmpfs", "-o", "size=4m", "none")) {
      Files.copy(file, point.resolve("keys.db"));
      mount.remountReadOnly();
      assertThatThrownBy(
              () -> LocalKeyProvider.open(point.resolve("keys.db"), RootKey.unsealedForTests()))
          .isInstanceOf(StoreUnavailableException.class);
      try (LocalKeyProvider kms = readOnly(point.resolve("keys.db"))) {
        assertReads(kms);
      }
      try (LocalKeyProvider kms =
          readOnly(Files.createSymbolicLink(folder.resolve("link"), point.resolve("keys.db")))) {
        assertReads(kms);
      }
    }
  }

  /**
   * Neither the file nor its directory is writable for the other user. Root could write to them
   * anyway, so the test runs as another user.
   */
  @Test
  void readOnly_storeWithoutWritePermission_isRead() throws IOException {
    Commands.needRoot();
    assertThat(Commands.output("chmod", "0444", file.toString())).isEmpty();
    assertThat(Commands.output("chmod", "0555", file.getParent().toString())).isEmpty();
    for (Path above = folder; above.getNameCount() > 1; above = above.getParent()) {
      Commands.output("chmod", "0755", above.toString());
    }
    assertThat(openedByOther(file, "readonly")).isEqualTo("1 keys");
    assertThat(openedByOther(file)).startsWith("embedded-kms: the store's file ");
    assertThat(file.getParent().toFile().list()).containsExactly("keys.db");
  }

  private static String openedByOther(Object... arguments) {
    return Commands.javaAs(Commands.OTHER_USER, Commands.OTHER_USER, StoreOpener.class, arguments);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a b", "100%", "%41", "a#b", "a&mode=rwc", "ä;=+", "immutable=0"})
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "not all of these are valid names there")
  void readOnly_fileNameLooksLikeUri_isRead(String name) throws IOException {
    Path directory = Files.createDirectory(folder.resolve(name));
    Path copy = Files.copy(file, directory.resolve(name + ".db"));
    try (LocalKeyProvider kms = readOnly(copy)) {
      assertReads(kms);
    }
    assertThat(contents(directory)).containsOnlyKeys(name + ".db");
    assertThat(contents(folder)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"-wal", "-journal"})
  void readOnly_changesPendingInLog_isRefused(String suffix) throws IOException {
    Path log = file.toRealPath().resolveSibling("keys.db" + suffix);
    Files.createFile(log);
    readOnly(file).close();
    Files.write(log, new byte[] {1});
    Path link = Files.createSymbolicLink(folder.resolve("link.db"), file);
    for (Path name : List.of(file, link)) {
      assertThatThrownBy(() -> readOnly(name))
          .isExactlyInstanceOf(KeyStorageException.class)
          .hasMessage(
              "embedded-kms: the store cannot be opened for reading only: changes to it wait in "
                  + log
                  + "; open it for writing once, or read a copy made by VACUUM INTO");
    }
  }

  @Test
  void readOnly_storeOpenForWriting_isRefused() {
    try (LocalKeyProvider writer = LocalKeyProvider.open(file, RootKey.unsealedForTests())) {
      writer.createKey(key -> {});
      assertThatThrownBy(() -> readOnly(file))
          .isExactlyInstanceOf(KeyStorageException.class)
          .hasMessageContaining("keys.db-wal;");
    }
    try (LocalKeyProvider kms = readOnly(file)) {
      assertThat(kms.listKeys(list -> {}).keys()).hasSize(2);
    }
  }

  @Test
  void readOnly_fileMissingOrEmpty_isRefused_andNotCreated() throws IOException {
    Path missing = folder.resolve("missing.db");
    assertThatThrownBy(() -> readOnly(missing))
        .isExactlyInstanceOf(StoreNotFoundException.class)
        .hasMessage("embedded-kms: there is no store in " + missing);
    assertThat(missing).doesNotExist();
    Path empty = Files.createFile(folder.resolve("empty.db"));
    assertThatThrownBy(() -> readOnly(empty))
        .isExactlyInstanceOf(StoreNotFoundException.class)
        .hasMessage("embedded-kms: there is no store in " + empty);
    assertThat(empty).isEmptyFile();
  }

  @Test
  void readOnly_wrongRootKeyOrOldSequence_isRefused() {
    byte[] other = new byte[32];
    other[0] = 1;
    assertThatThrownBy(() -> LocalKeyProvider.openReadOnly(file, RootKey.ofBytes(other)))
        .isInstanceOf(WrongRootKeyException.class);
    assertThatThrownBy(
            () -> provider(SealedKeyStorage.builder(file).readOnly().minimumSequence(99), BEGIN))
        .isInstanceOf(AlteredStoreException.class);
  }

  /** Uses the system's clock, since a store of the first version has not confirmed any time. */
  @Test
  void readOnly_olderTables_areRead_andNotMigrated() throws IOException {
    Files.delete(file);
    fill(SealedKeyStorage.builder(file).schema(StoreTables.FIRST));
    Map<String, String> before = contents(file.getParent());
    try (LocalKeyProvider kms = readOnly(file)) {
      assertReads(kms);
    }
    try (SealedKeyStorage storage =
        SealedKeyStorage.builder(file).rootKey(RootKey.unsealedForTests()).readOnly().open()) {
      assertThat(storage.isClockAhead()).isFalse();
      assertThat(storage.time().orElseThrow())
          .isBetween(Instant.now().minusSeconds(60), Instant.now());
      assertThatThrownBy(storage::compact).hasMessage(REFUSED);
      assertThatThrownBy(storage::confirmTime).hasMessage(REFUSED);
    }
    assertThat(contents(file.getParent())).isEqualTo(before).containsOnlyKeys("keys.db");
  }

  /**
   * The file that was opened is still the one that is read, even if its name now refers to another
   * file.
   */
  @Test
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "an open file cannot be replaced there")
  void readOnly_fileReplacedAfterwards_isNotReadAgain() throws IOException {
    AtomicLong nanos = new AtomicLong();
    try (LocalKeyProvider kms =
        provider(SealedKeyStorage.builder(file).nanoTime(nanos::get).readOnly(), BEGIN)) {
      Files.delete(file);
      Files.writeString(file, "no database");
      nanos.set(Duration.ofDays(900).toNanos());
      assertReads(kms);
    }
  }

  private static List<Consumer<KmsClient>> changes(String keyId, String grantId) {
    return List.of(
        kms -> createGrant(kms, keyId),
        kms -> kms.retireGrant(grant -> grant.keyId(keyId).grantId(grantId)),
        kms -> kms.revokeGrant(grant -> grant.keyId(keyId).grantId(grantId)),
        kms -> kms.createKey(key -> {}),
        kms -> kms.createAlias(a -> a.aliasName("alias/new").targetKeyId(keyId)),
        kms -> kms.updateAlias(a -> a.aliasName("alias/due").targetKeyId(keyId)),
        kms -> kms.deleteAlias(a -> a.aliasName("alias/orders")),
        kms -> kms.disableKey(key -> key.keyId(keyId)),
        kms -> kms.scheduleKeyDeletion(key -> key.keyId(keyId)));
  }

  @Test
  void readOnly_change_isRefused_andNotReportedAsFailure() throws IOException {
    Map<String, String> before = contents(file.getParent());
    List<Throwable> failures = new ArrayList<>();
    try (LocalKeyProvider kms =
        LocalKeyProvider.builder()
            .storage(
                SealedKeyStorage.builder(file)
                    .rootKey(RootKey.unsealedForTests())
                    .readOnly()
                    .open())
            .clock(() -> BEGIN)
            .failureListener((operation, failure) -> failures.add(failure))
            .build()) {
      for (Consumer<KmsClient> change : changes(keyId, grantId)) {
        assertRefused(() -> change.accept(kms));
      }
      assertRefused(() -> kms.cancelKeyDeletion(key -> key.keyId(dueId)));
      // Requests that the service refuses, or that change nothing, get the usual response.
      assertThatThrownBy(() -> kms.disableKey(key -> key.keyId("alias/missing")))
          .isInstanceOf(io.github.embeddedkms.exception.InvalidArnException.class);
      kms.enableKey(key -> key.keyId(keyId));
      assertReads(kms);
    }
    assertThat(failures).isEmpty();
    assertThat(contents(file.getParent())).isEqualTo(before);
  }

  private static void assertRefused(Runnable change) {
    assertThatThrownBy(change::run)
        .isExactlyInstanceOf(ReadOnlyStoreException.class)
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessage(REFUSED)
        .hasNoCause();
  }

  @Test
  void readOnly_seed_isRefused() {
    assertRefused(
        () ->
            LocalKeyProvider.builder()
                .storage(
                    SealedKeyStorage.builder(file)
                        .rootKey(RootKey.unsealedForTests())
                        .readOnly()
                        .open())
                .seed(Seed.builder().key("1234abcd-12ab-34cd-56ef-1234567890ab", key -> {}).build())
                .build());
  }

  @Test
  void readOnly_maintenance_isRefused() throws IOException {
    Map<String, String> before = contents(file.getParent());
    try (RootKey rootKey = RootKey.unsealedForTests();
        SealedKeyStorage storage =
            SealedKeyStorage.builder(file).rootKey(rootKey).readOnly().open()) {
      assertThat(storage.sequence()).isPositive();
      for (Runnable writing :
          List.<Runnable>of(
              storage::reseal,
              () -> storage.changeRootKey(RootKey.ofBytes(new byte[32])),
              () -> storage.apply(Change.put(FaultedStorage.key("key"))),
              () -> SealedKeyStorage.builder(file).rootKey(rootKey).readOnly().accept())) {
        assertThatThrownBy(writing::run)
            .isInstanceOf(UnsupportedOperationException.class)
            .hasMessage(REFUSED);
      }
      assertThat(Contents.of(storage).keys()).hasSize(2);
    }
    assertThat(contents(file.getParent())).isEqualTo(before);
  }

  /** The AWS SDK retries temporary failures; this is not one. */
  @Test
  void readOnly_changeThroughAwsSdk_isRefusedWithoutRetry() {
    AtomicInteger attempts = new AtomicInteger();
    try (LocalKeyProvider provider = readOnly(file);
        var kms =
            software.amazon.awssdk.services.kms.KmsClient.builder()
                .httpClient(AwsSdk.httpClient(provider, FailureListener.none()))
                .region(Region.US_EAST_1)
                .credentialsProvider(
                    StaticCredentialsProvider.create(
                        AwsBasicCredentials.create("000000000000", "secret")))
                .overrideConfiguration(
                    c ->
                        c.addExecutionInterceptor(
                            new ExecutionInterceptor() {
                              @Override
                              public void beforeTransmission(
                                  Context.BeforeTransmission context,
                                  ExecutionAttributes attributes) {
                                attempts.incrementAndGet();
                              }
                            }))
                .build()) {
      assertThatThrownBy(() -> kms.createKey())
          .isExactlyInstanceOf(KmsException.class)
          .satisfies(
              thrown -> {
                KmsException e = (KmsException) thrown;
                assertThat(e.statusCode()).isEqualTo(400);
                assertThat(e.awsErrorDetails().errorCode()).isEqualTo("EmbeddedKmsReadOnly");
                assertThat(e.awsErrorDetails().errorMessage()).isEqualTo(REFUSED);
              });
      assertThat(attempts).hasValue(1);
      assertThat(kms.listKeys().keys()).hasSize(1);
    }
  }

  static Stream<Duration> times() {
    return Stream.of(Duration.ofDays(7), Duration.ofDays(7).plusMillis(1), Duration.ofDays(900));
  }

  /**
   * The responses are the same as after a real deletion, which another provider performs on a copy.
   */
  @ParameterizedTest
  @MethodSource("times")
  void readOnly_keyPastItsDeletionDate_isTreatedAsDeleted_andStays(Duration later)
      throws IOException {
    Path copy = Files.copy(file, folder.resolve("copy.db"));
    Map<String, String> before = contents(file.getParent());
    try (LocalKeyProvider kms =
            provider(SealedKeyStorage.builder(file).readOnly(), BEGIN.plus(later));
        LocalKeyProvider deleted = provider(SealedKeyStorage.builder(copy), BEGIN.plus(later))) {
      assertDeleted(kms);
      assertDeleted(deleted);
      assertReads(kms);
      assertThat(kms.purge()).isZero();
    }
    assertThat(contents(file.getParent())).isEqualTo(before);
  }

  private void assertDeleted(KmsClient kms) {
    String arn = "arn:aws:kms:us-east-1:000000000000:";
    for (String id : List.of(dueId, arn + "key/" + dueId)) {
      assertThatThrownBy(() -> kms.describeKey(d -> d.keyId(id)))
          .isInstanceOf(NotFoundException.class)
          .hasMessage("Key '" + arn + "key/" + dueId + "' does not exist");
    }
    assertThatThrownBy(() -> encrypt(kms, "alias/due"))
        .isInstanceOf(NotFoundException.class)
        .hasMessage("Alias " + arn + "alias/due is not found.");
    assertThatThrownBy(() -> kms.cancelKeyDeletion(key -> key.keyId(dueId)))
        .isInstanceOf(NotFoundException.class);
    assertThatThrownBy(() -> decrypt(kms, dueBlob))
        .isInstanceOf(AccessDeniedException.class)
        .hasMessageContaining("does not exist");
    assertThat(kms.listKeys(list -> {}).keys())
        .extracting(KeyListEntry::keyId)
        .containsExactly(keyId);
    assertThat(kms.listKeys(list -> list.limit(1)).truncated()).isFalse();
    assertThat(kms.listAliases(list -> {}).aliases())
        .extracting(AliasListEntry::aliasName)
        .containsExactly("alias/orders");
    assertThat(kms.listAliases(list -> list.limit(1)).truncated()).isFalse();
  }

  @Test
  void readOnly_keyBeforeItsDeletionDate_isThere() {
    Instant justBefore = BEGIN.plus(Duration.ofDays(7)).minusMillis(1);
    try (LocalKeyProvider kms = provider(SealedKeyStorage.builder(file).readOnly(), justBefore)) {
      assertThat(kms.describeKey(d -> d.keyId("alias/due")).keyMetadata().keyId()).isEqualTo(dueId);
      assertThat(kms.listKeys(list -> {}).keys()).hasSize(2);
    }
  }

  /** Pages stay full, wherever in the order the hidden keys and aliases are. */
  @Test
  void readOnly_listingWithMostKeysDue_findsAllOthers() {
    List<String> left = new ArrayList<>();
    try (LocalKeyProvider kms = provider(SealedKeyStorage.builder(file), BEGIN)) {
      left.add(keyId);
      for (int i = 0; i < 25; i++) {
        String id = kms.createKey(key -> {}).keyMetadata().keyId();
        String name = "alias/a" + i;
        kms.createAlias(alias -> alias.aliasName(name).targetKeyId(id));
        if (i % 5 == 0) {
          left.add(id);
        } else {
          kms.scheduleKeyDeletion(key -> key.keyId(id).pendingWindowInDays(7));
        }
      }
    }
    Instant later = BEGIN.plus(Duration.ofDays(8));
    try (LocalKeyProvider kms = provider(SealedKeyStorage.builder(file).readOnly(), later)) {
      for (int limit : List.of(1, 2, 3, 6, 100)) {
        List<String> found = new ArrayList<>();
        kms.listKeysPages(list -> list.limit(limit))
            .forEach(page -> page.keys().forEach(key -> found.add(key.keyId())));
        assertThat(found).containsExactlyInAnyOrderElementsOf(left);
        List<String> targets = new ArrayList<>();
        kms.listAliasesPages(list -> list.limit(limit))
            .forEach(page -> page.aliases().forEach(alias -> targets.add(alias.targetKeyId())));
        assertThat(targets).containsExactlyInAnyOrderElementsOf(left);
      }
    }
  }

  /** On PostgreSQL, a user with read permission is sufficient, and sees the changes of others. */
  @Test
  void postgresql_userWithSelectOnly_isSufficient() throws SQLException {
    PGSimpleDataSource owner = TestPostgres.shared().newDatabase();
    fill(SealedKeyStorage.builder(owner));
    String schema = owner.getCurrentSchema();
    String role = "reader_" + schema;
    execute(
        owner,
        "CREATE ROLE " + role + " LOGIN",
        "GRANT USAGE ON SCHEMA " + schema + " TO " + role,
        "GRANT SELECT ON ALL TABLES IN SCHEMA " + schema + " TO " + role);
    PGSimpleDataSource reader = new PGSimpleDataSource();
    reader.setUrl(owner.getURL());
    reader.setUser(role);
    try (LocalKeyProvider kms =
            provider(
                SealedKeyStorage.builder(reader).readOnly().maximumStaleness(Duration.ZERO),
                BEGIN);
        LocalKeyProvider writer = provider(SealedKeyStorage.builder(owner), BEGIN)) {
      assertReads(kms);
      for (Consumer<KmsClient> change : changes(keyId, grantId)) {
        assertRefused(() -> change.accept(kms));
      }
      writer.disableKey(key -> key.keyId(keyId));
      assertThat(kms.describeKey(d -> d.keyId(keyId)).keyMetadata().enabled()).isFalse();
    }
    try (LocalKeyProvider kms =
        provider(SealedKeyStorage.builder(reader).readOnly(), BEGIN.plus(Duration.ofDays(7)))) {
      assertDeleted(kms);
    }
  }

  /** The server refuses every write, as a standby does. */
  @Test
  void postgresql_readOnlyServer_isSufficient() throws SQLException {
    PGSimpleDataSource database = TestPostgres.shared().newDatabase();
    fill(SealedKeyStorage.builder(database));
    database.setOptions("-c default_transaction_read_only=on");
    try (LocalKeyProvider kms = provider(SealedKeyStorage.builder(database).readOnly(), BEGIN)) {
      assertReads(kms);
    }
    PGSimpleDataSource nothing = TestPostgres.shared().newDatabase();
    assertThatThrownBy(() -> provider(SealedKeyStorage.builder(nothing).readOnly(), BEGIN))
        .isExactlyInstanceOf(StoreNotFoundException.class)
        .hasMessage(
            "embedded-kms: there is no store in the database postgres, schema "
                + nothing.getCurrentSchema());
  }

  private static void execute(PGSimpleDataSource database, String... commands) throws SQLException {
    try (Connection connection = database.getConnection()) {
      Dialect.execute(connection, commands);
    }
  }
}
