package io.github.embeddedkms.cli.store;

import io.github.embeddedkms.cli.terminal.CommandLineException;
import io.github.embeddedkms.cli.terminal.FilesInUse;
import io.github.embeddedkms.store.RootKey;
import io.github.embeddedkms.store.SealedKeyStorage;
import io.github.embeddedkms.store.SealedKeyStorageBuilder;
import io.github.embeddedkms.store.StoreNotFoundException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.function.Function;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where the keys are kept, and under which root key they are sealed. */
final class StoreLocation {

  private static final String DATABASE = "jdbc:postgresql:";

  /** What looks like a URL, also one that other programs take. */
  private static final Pattern URL = Pattern.compile("(?i)jdbc:.*|.*://.*", Pattern.DOTALL);

  /** The driver's logger. Held here, since its level is lost when the logger is collected. */
  private static final Logger SQLITE = Logger.getLogger("org.sqlite");

  @Option(
      names = "--store",
      paramLabel = "FILE|URL",
      description =
          "where the keys are kept: a file, or jdbc:postgresql:... (default: $"
              + StoreVariables.STORE
              + ", or keys.db in the user's data folder)")
  private @Nullable String location;

  @Option(
      names = "--root-key-file",
      paramLabel = "FILE",
      description =
          "the root key that the store is sealed under, 32 raw bytes as create-root-key writes them"
              + " (default: $"
              + StoreVariables.ROOT_KEY_FILE
              + ", $"
              + StoreVariables.ROOT_KEY
              + " with the bytes in Base64, or a passphrase, which is prompted for)")
  private @Nullable Path rootKeyFile;

  private final Function<String, @Nullable String> environment;
  private final Passphrases passphrases;

  StoreLocation() {
    this(System::getenv, new Passphrases());
  }

  /** For tests: with a given environment and terminal. */
  StoreLocation(Function<String, @Nullable String> environment, Passphrases passphrases) {
    this.environment = environment;
    this.passphrases = passphrases;
    // Its stack traces say no more than the exceptions.
    SQLITE.setLevel(Level.OFF);
  }

  /** Whether an option or the environment names a store. */
  boolean isGiven() {
    return hasOptions() || environment(StoreVariables.STORE) != null;
  }

  /** Whether an option names a store or a root key. */
  boolean hasOptions() {
    return location != null || rootKeyFile != null;
  }

  /** Prompts for passphrases other than that of the store. */
  Passphrases passphrases() {
    return passphrases;
  }

  /** Adds the files of the store, and of the root key. */
  void addTo(FilesInUse files) {
    files.add("the root key file", rootKeyFile());
    String chosen = chosen();
    if (chosen == null || !isUrl(chosen)) {
      files.addDatabase("the key store", file(chosen));
    }
  }

  /** The store, with everything set except its root key. */
  SealedKeyStorageBuilder store() {
    String chosen = chosen();
    return chosen != null && isDatabase(chosen)
        ? SealedKeyStorage.builder(new UrlDataSource(chosen))
        : SealedKeyStorage.builder(file(chosen));
  }

  /**
   * Opens a store that must exist.
   *
   * @param checksFirst whether to check for the store before asking for a passphrase that may not
   *     be needed
   */
  <T> T existing(
      SealedKeyStorageBuilder store,
      boolean checksFirst,
      Function<SealedKeyStorageBuilder, T> opening) {
    try {
      if (checksFirst && asksForPassphrase() && !store.exists()) {
        throw new StoreNotFoundException(place());
      }
      try (RootKey rootKey = rootKey(false)) {
        return opening.apply(store.mustExist().rootKey(rootKey));
      }
    } catch (StoreNotFoundException e) {
      throw CommandLineException.failure(
          CommandLineException.reason(e)
              + "; 'embedded-kms store create' or --create-store creates one");
    }
  }

  /** Opens a store, which is created if there is none. */
  SealedKeyStorage existingOrNew(SealedKeyStorageBuilder store) {
    createFolder();
    // A new store whose passphrase was mistyped could never be opened again.
    boolean isNew = asksForPassphrase() && !store.exists();
    try (RootKey rootKey = rootKey(isNew)) {
      return store.rootKey(rootKey).open();
    }
  }

  /** Creates a store, which must not exist yet. */
  void create() {
    createFolder();
    SealedKeyStorageBuilder store = store();
    if (store.exists()) {
      throw CommandLineException.failure("a store already exists in " + place());
    }
    try (RootKey rootKey = rootKey(true)) {
      store.rootKey(rootKey).open().close();
    }
  }

  private @Nullable String chosen() {
    return location == null ? environment(StoreVariables.STORE) : location;
  }

  /**
   * Refuses the URL of another database: SQLite's driver would create a file that other users can
   * read. The URL is not quoted, since it may contain a password.
   */
  private static boolean isDatabase(String chosen) {
    if (chosen.startsWith(DATABASE)) {
      return true;
    }
    if (isUrl(chosen)) {
      throw CommandLineException.failure("the URL of a store must begin with " + DATABASE);
    }
    return false;
  }

  private static boolean isUrl(String chosen) {
    return URL.matcher(chosen).matches();
  }

  private Path file(@Nullable String chosen) {
    return chosen == null ? DataFolder.file(environment) : path(chosen);
  }

  /** For messages: a URL may contain a password. */
  private String place() {
    String chosen = chosen();
    return chosen != null && isDatabase(chosen)
        ? "the database"
        : file(chosen).toAbsolutePath().toString();
  }

  /** The folder of the default store; any other folder must exist. */
  private void createFolder() {
    if (chosen() == null) {
      DataFolder.create(DataFolder.file(environment));
    }
  }

  private boolean asksForPassphrase() {
    return rootKeyFile() == null && environment(StoreVariables.ROOT_KEY) == null;
  }

  private RootKey rootKey(boolean isNew) {
    Path file = rootKeyFile();
    if (file != null) {
      return RootKey.fromFile(file);
    }
    return asksForPassphrase()
        ? passphrases.ask("Passphrase of the key store: ", isNew)
        : RootKey.fromEnvironment(StoreVariables.ROOT_KEY);
  }

  private @Nullable Path rootKeyFile() {
    String inEnvironment = environment(StoreVariables.ROOT_KEY_FILE);
    return rootKeyFile == null && inEnvironment != null ? path(inEnvironment) : rootKeyFile;
  }

  /** An empty variable counts as not set. */
  private @Nullable String environment(String name) {
    String value = environment.apply(name);
    return value == null || value.isEmpty() ? null : value;
  }

  private static Path path(String name) {
    try {
      return Path.of(name);
    } catch (InvalidPathException e) {
      throw CommandLineException.failure("not a valid file name: " + name);
    }
  }
}
