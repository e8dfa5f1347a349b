package io.github.embeddedkms.cli.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.embeddedkms.cli.terminal.CommandLineException;
import io.github.embeddedkms.cli.terminal.FilesInUse;
import io.github.embeddedkms.store.RootKey;
import io.github.embeddedkms.store.SealedKeyStorage;
import io.github.embeddedkms.store.WrongRootKeyException;
import io.github.embeddedkms.store.fixture.TestPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.ds.PGSimpleDataSource;
import picocli.CommandLine;

/** Which store and which root key are used, with a terminal whose input is prepared. */
class StoreOptionsTest {

  @TempDir private Path folder;

  private final Map<String, String> environment = new HashMap<>();
  private final List<String> prompts = new ArrayList<>();

  @BeforeEach
  void createRootKey() {
    RootKey.createFile(folder.resolve("root.key"));
    environment.put("XDG_DATA_HOME", folder.resolve("data").toString());
  }

  private Passphrases passphrases(List<String> typed) {
    Iterator<String> answers = typed.iterator();
    return new Passphrases() {
      @Override
      boolean canAsk() {
        return true;
      }

      @Override
      char[] readPassword(String prompt) {
        prompts.add(prompt);
        return answers.hasNext() ? answers.next().toCharArray() : null;
      }
    };
  }

  private StoreOptions options(List<String> typed, String... arguments) {
    StoreOptions options = new StoreOptions(environment::get, passphrases(typed));
    CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();
    spec.addMixin("store", CommandLine.Model.CommandSpec.forAnnotatedObject(options));
    new CommandLine(spec).parseArgs(arguments);
    return options;
  }

  private long sequence(List<String> typed, String... arguments) {
    try (SealedKeyStorage storage = options(typed, arguments).open()) {
      return storage.sequence();
    }
  }

  /** The same with --create-store. */
  private long created(List<String> typed, String... arguments) {
    List<String> words = new ArrayList<>(List.of(arguments));
    words.add("--create-store");
    return sequence(typed, words.toArray(String[]::new));
  }

  /** As {@code store create} does it. */
  private void create(List<String> typed, String... arguments) {
    StoreLocation location = new StoreLocation(environment::get, passphrases(typed));
    new CommandLine(CommandLine.Model.CommandSpec.forAnnotatedObject(location))
        .parseArgs(arguments);
    location.create();
  }

  private String missing(String place) {
    return "embedded-kms: there is no store in "
        + place
        + "; 'embedded-kms store create' or --create-store creates one\n";
  }

  private String path(String name) {
    return folder.resolve(name).toString();
  }

  @Test
  void rootKeyFile_opensTheStoreAgain_andNothingIsAsked() {
    String[] arguments = {"--store", path("a.db"), "--root-key-file", path("root.key")};
    assertThat(created(List.of(), arguments)).isZero();
    assertThat(created(List.of(), arguments)).isZero();
    assertThat(sequence(List.of(), arguments)).isZero();
    assertThat(prompts).isEmpty();
    assertThat(folder.resolve("a.db")).exists();
  }

  @Test
  void environment_isTakenWhereNoOptionIs() {
    environment.put("EMBEDDED_KMS_STORE", path("b.db"));
    environment.put("EMBEDDED_KMS_ROOT_KEY_FILE", path("root.key"));
    created(List.of());
    assertThat(folder.resolve("b.db")).exists();
    created(List.of(), "--store", path("c.db"));
    assertThat(folder.resolve("c.db")).exists();
  }

  /** So that no command writes its result to one of them. */
  @Test
  void addTo_storeInAFile_addsTheFilesOfTheStoreAndOfTheRootKey() {
    environment.put("EMBEDDED_KMS_ROOT_KEY_FILE", path("root.key"));
    String file = path("a.db");
    environment.put("EMBEDDED_KMS_STORE", file);
    for (String[] arguments : new String[][] {{}, {"--store", file}}) {
      FilesInUse used = new FilesInUse();
      options(List.of(), arguments).addTo(used);
      assertThat(used.useOf(Path.of(file))).contains("the key store");
      assertThat(used.useOf(Path.of(file + "-wal"))).contains("a file of the key store");
      assertThat(used.useOf(folder.resolve("root.key"))).contains("the root key file");
    }
    environment.clear();
    environment.put("XDG_DATA_HOME", path("data"));
    FilesInUse used = new FilesInUse();
    options(List.of()).addTo(used);
    assertThat(used.useOf(folder.resolve("data/embedded-kms/keys.db"))).contains("the key store");
    assertThat(used.useOf(folder.resolve("root.key"))).isEmpty();
  }

  @Test
  void store_withoutAName_isInTheUsersDataFolder() {
    created(List.of(), "--root-key-file", path("root.key"));
    assertThat(folder.resolve("data").resolve("embedded-kms").resolve("keys.db")).exists();
    assertThat(sequence(List.of(), "--root-key-file", path("root.key"))).isZero();
  }

  @Test
  void store_missing_isRefused_andNothingIsCreatedOrPrompted() throws IOException {
    Path place = folder.resolve("tpyo.db");
    String[] withKey = {"--store", place.toString(), "--root-key-file", path("root.key")};
    String[] withPassphrase = {"--store", place.toString()};
    for (String[] arguments : List.of(withKey, withPassphrase)) {
      assertThatThrownBy(() -> sequence(List.of("a", "a"), arguments))
          .isInstanceOf(CommandLineException.class)
          .hasMessage(missing(place.toString()));
      assertThat(place).doesNotExist();
    }
    // An empty file is no store, and stays what it is.
    Files.createFile(place);
    assertThatThrownBy(() -> sequence(List.of("a", "a"), withKey))
        .hasMessage(missing(place.toString()));
    assertThat(place).isEmptyFile();
    Files.delete(place);
    // Neither is what a dangling link leads to.
    Files.createSymbolicLink(place, folder.resolve("nowhere"));
    assertThatThrownBy(() -> sequence(List.of("a", "a"), withKey))
        .hasMessage(missing(place.toString()));
    assertThat(folder.resolve("nowhere")).doesNotExist();
    assertThat(prompts).isEmpty();
  }

  @Test
  void store_missingInTheDataFolder_isRefused_andTheFolderIsNotCreated() {
    Path place = folder.resolve("data").resolve("embedded-kms").resolve("keys.db");
    assertThatThrownBy(() -> sequence(List.of(), "--root-key-file", path("root.key")))
        .hasMessage(missing(place.toString()));
    assertThatThrownBy(() -> sequence(List.of())).hasMessage(missing(place.toString()));
    assertThat(folder.resolve("data")).doesNotExist();
    assertThat(prompts).isEmpty();
  }

  @Test
  void store_missingInDatabase_isRefused_andNothingIsCreatedOrPrompted() throws Exception {
    PGSimpleDataSource database = TestPostgres.shared().newDatabase();
    String url = TestPostgres.url(database);
    assertThatThrownBy(
            () -> sequence(List.of(), "--store", url, "--root-key-file", path("root.key")))
        .hasMessage(missing("the database postgres, schema " + database.getCurrentSchema()));
    assertThatThrownBy(() -> sequence(List.of("a", "a"), "--store", url))
        .hasMessage(missing("the database"));
    assertThat(prompts).isEmpty();
  }

  @Test
  void store_readOnly_isNotCreated_norTogetherWithCreateStore() {
    String[] arguments = {
      "--store", path("r.db"), "--root-key-file", path("root.key"), "--read-only"
    };
    assertThatThrownBy(() -> sequence(List.of(), arguments)).hasMessage(missing(path("r.db")));
    assertThatThrownBy(() -> created(List.of(), arguments))
        .isInstanceOf(CommandLine.MutuallyExclusiveArgsException.class)
        .hasMessage("Error: --create-store, --read-only are mutually exclusive (specify only one)");
    assertThat(folder.resolve("r.db")).doesNotExist();
  }

  @Test
  void create_storeExists_isRefused() throws Exception {
    String[] file = {"--store", path("g.db"), "--root-key-file", path("root.key")};
    create(List.of(), file);
    assertThat(sequence(List.of(), file)).isZero();
    assertThatThrownBy(() -> create(List.of(), file))
        .isInstanceOf(CommandLineException.class)
        .hasMessage("embedded-kms: a store already exists in " + path("g.db") + "\n");
    String url = TestPostgres.url(TestPostgres.shared().newDatabase());
    create(List.of(), "--store", url, "--root-key-file", path("root.key"));
    assertThatThrownBy(() -> create(List.of("a", "a"), "--store", url))
        .hasMessage("embedded-kms: a store already exists in the database\n");
    assertThat(prompts).isEmpty();
  }

  @Test
  void create_withoutAName_createsTheDataFolder() {
    create(List.of(), "--root-key-file", path("root.key"));
    assertThat(sequence(List.of(), "--root-key-file", path("root.key"))).isZero();
  }

  @Test
  void passphrase_isAskedTwiceForANewStore_andOnceAfterThat() throws Exception {
    String url = TestPostgres.url(TestPostgres.shared().newDatabase());
    for (String place : List.of(path("d.db"), url)) {
      created(List.of("correct horse", "correct horse"), "--store", place);
      assertThat(prompts).containsExactly("Passphrase of the key store: ", "The same again: ");
      prompts.clear();
      sequence(List.of("correct horse"), "--store", place);
      created(List.of("correct horse"), "--store", place);
      assertThat(prompts)
          .containsExactly("Passphrase of the key store: ", "Passphrase of the key store: ");
      assertThatThrownBy(() -> sequence(List.of("wrong horse"), "--store", place))
          .isInstanceOf(WrongRootKeyException.class);
      prompts.clear();
    }
  }

  @Test
  void passphrase_ofStoreCreate_isAskedTwice() throws Exception {
    String url = TestPostgres.url(TestPostgres.shared().newDatabase());
    for (String place : List.of(path("h.db"), url)) {
      assertThatThrownBy(() -> create(List.of("one", "two"), "--store", place))
          .hasMessage("embedded-kms: the passphrases differ\n");
      create(List.of("correct horse", "correct horse"), "--store", place);
      prompts.clear();
      assertThat(sequence(List.of("correct horse"), "--store", place)).isZero();
      assertThat(prompts).containsExactly("Passphrase of the key store: ");
      prompts.clear();
    }
  }

  @Test
  void passphrase_mistypedOrMissing_createsNoStore() {
    String[] arguments = {"--store", path("e.db")};
    assertThatThrownBy(() -> created(List.of("one", "two"), arguments))
        .isInstanceOf(CommandLineException.class)
        .hasMessage("embedded-kms: the passphrases differ\n");
    assertThatThrownBy(() -> created(List.of("", ""), arguments))
        .hasMessage("embedded-kms: the passphrase is empty\n");
    assertThatThrownBy(() -> created(List.of(), arguments))
        .hasMessage("embedded-kms: no passphrase was given\n");
    assertThat(folder.resolve("e.db")).doesNotExist();
  }

  @Test
  void sequence_tooLow_isRefused() {
    String[] arguments = {
      "--store", path("f.db"), "--root-key-file", path("root.key"), "--at-least", "1"
    };
    assertThatThrownBy(() -> created(List.of(), arguments))
        .hasMessage("embedded-kms: there is no store, and it was at sequence 1 before");
  }

  @Test
  void sequence_notANumberOrNegative_isRefused() {
    for (String word : List.of("-1", "", "one", "9223372036854775808")) {
      assertThatThrownBy(() -> options(List.of(), "--at-least=" + word))
          .as(word)
          .isInstanceOf(CommandLine.ParameterException.class)
          .hasMessage(
              "Invalid value for option '--at-least': '"
                  + word
                  + "' is not the sequence of a store");
    }
    assertThatThrownBy(() -> options(List.of(), "--at-least", "-1"))
        .isInstanceOf(CommandLine.ParameterException.class);
  }

  @Test
  void isGiven_optionOrVariableNamesAStore_isTrue() {
    assertThat(options(List.of()).isGiven()).isFalse();
    assertThat(options(List.of(), "--store", "a").isGiven()).isTrue();
    assertThat(options(List.of(), "--root-key-file", "a").isGiven()).isTrue();
    assertThat(options(List.of(), "--create-store").isGiven()).isTrue();
    assertThat(options(List.of(), "--read-only").isGiven()).isTrue();
    assertThat(options(List.of(), "--at-least", "1").isGiven()).isTrue();
    // What 'store sequence' prints for a new store.
    assertThat(options(List.of(), "--at-least", "0").isGiven()).isTrue();
    environment.put("EMBEDDED_KMS_ROOT_KEY_FILE", "a");
    assertThat(options(List.of()).isGiven()).isFalse();
    environment.put("EMBEDDED_KMS_STORE", "a");
    assertThat(options(List.of()).isGiven()).isTrue();
    environment.put("EMBEDDED_KMS_STORE", "");
    assertThat(options(List.of()).isGiven()).isFalse();
  }

  @Test
  void database_missing_errorDoesNotQuoteItsUrl() {
    String url = "jdbc:postgresql://127.0.0.1:1/keys?user=alice&password=secret";
    assertThatThrownBy(
            () -> sequence(List.of(), "--store", url, "--root-key-file", path("root.key")))
        .hasMessage("embedded-kms: the store's database cannot be reached")
        .hasStackTraceContaining("refused")
        .satisfies(e -> assertThat(e.getCause().getMessage()).doesNotContain("secret"));
  }

  @Test
  void url_withoutDriver_isNotQuoted() {
    for (String url :
        List.of(
            "jdbc:postgresql://127.0.0.1:port/keys?user=alice&password=secret",
            "jdbc:postgresql://127.0.0.1/keys?user=alice&password=100%secret")) {
      assertThatThrownBy(
              () -> sequence(List.of(), "--store", url, "--root-key-file", path("root.key")))
          .as(url)
          .hasMessage("embedded-kms: the store's database cannot be reached")
          .hasRootCauseMessage("there is no driver that can read its URL");
    }
  }

  @Test
  void url_ofAnotherDatabase_isRefused_isNotQuoted_andNothingIsCreated() throws IOException {
    Path file = folder.resolve("u.db");
    for (String url :
        List.of(
            "jdbc:sqlite:" + file,
            "JDBC:SQLITE:" + file,
            "jdbc:postgres://127.0.0.1/keys?user=alice&password=secret",
            "JDBC:POSTGRESQL://127.0.0.1/keys?user=alice&password=secret",
            "postgresql://alice:secret@127.0.0.1/keys",
            "file://" + file)) {
      String[] arguments = {"--store", url, "--root-key-file", path("root.key")};
      List<ThrowingCallable> ways =
          List.of(
              () -> sequence(List.of(), arguments),
              () -> created(List.of(), arguments),
              () -> create(List.of(), arguments),
              () -> sequence(List.of("a"), "--store", url));
      for (ThrowingCallable way : ways) {
        assertThatThrownBy(way)
            .as(url)
            .isInstanceOf(CommandLineException.class)
            .hasMessage("embedded-kms: the URL of a store must begin with jdbc:postgresql:\n")
            .hasNoCause();
      }
    }
    environment.put("EMBEDDED_KMS_STORE", "jdbc:sqlite:" + file);
    assertThatThrownBy(() -> created(List.of("a", "a")))
        .hasMessage("embedded-kms: the URL of a store must begin with jdbc:postgresql:\n");
    assertThat(prompts).isEmpty();
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).containsExactly(folder.resolve("root.key"));
    }
  }

  @Test
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "no file name has a colon there")
  void store_fileWhoseNameHasAColon_isAFile() {
    created(List.of(), "--store", path("sqlite:v.db"), "--root-key-file", path("root.key"));
    assertThat(folder.resolve("sqlite:v.db")).exists();
  }
}
