package io.github.embeddedkms.cli;

import io.github.embeddedkms.store.RootKey;
import io.github.embeddedkms.store.SealedKeyStorage;
import io.github.embeddedkms.store.SealedKeyStorageBuilder;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where the keys are kept, and under which root key they are sealed. */
final class StoreOptions {

  static final String STORE = "EMBEDDED_KMS_STORE";
  static final String ROOT_KEY_FILE = "EMBEDDED_KMS_ROOT_KEY_FILE";
  static final String ROOT_KEY = "EMBEDDED_KMS_ROOT_KEY";

  private static final String DATABASE = "jdbc:";

  @Option(
      names = "--store",
      paramLabel = "FILE|URL",
      description =
          "where the keys are kept: a file, or jdbc:postgresql:... (default: $"
              + STORE
              + ", or keys.db in the user's data folder)")
  private @Nullable String location;

  @Option(
      names = "--root-key-file",
      paramLabel = "FILE",
      description =
          "the root key that the store is sealed under, 32 raw bytes as create-root-key makes them"
              + " (default: $"
              + ROOT_KEY_FILE
              + ", $"
              + ROOT_KEY
              + " with the bytes in Base64, or a passphrase that is asked for)")
  private @Nullable Path rootKeyFile;

  @Option(
      names = "--at-least",
      paramLabel = "N",
      description =
          "the sequence that the store must have reached, as 'store sequence' printed it: an older"
              + " copy is refused")
  private long minimumSequence;

  private final Function<String, @Nullable String> environment;
  private final Passphrases passphrases;

  StoreOptions() {
    this(System::getenv, new Passphrases());
  }

  /** With an environment and a terminal of the test's own. */
  StoreOptions(Function<String, @Nullable String> environment, Passphrases passphrases) {
    this.environment = environment;
    this.passphrases = passphrases;
  }

  /** Whether a store is asked for at all, by an option or the environment. */
  boolean isGiven() {
    return location != null || rootKeyFile != null || environment(STORE) != null;
  }

  /** Asks for other passphrases than that of the store. */
  Passphrases passphrases() {
    return passphrases;
  }

  /** Opens the store, or makes it if there is none. */
  SealedKeyStorage open() {
    return with(SealedKeyStorageBuilder::open);
  }

  /** Takes what the store holds for what it is to hold; its sequence after that. */
  long accept() {
    return with(SealedKeyStorageBuilder::accept);
  }

  /** What is done with a store that is about to be opened. */
  private interface Opening<T> {
    T open(SealedKeyStorageBuilder store);
  }

  private <T> T with(Opening<T> opening) {
    String chosen = location == null ? environment(STORE) : location;
    if (chosen != null && chosen.startsWith(DATABASE)) {
      // Whether there is a store yet cannot be seen before it is opened: asked once.
      return with(opening, SealedKeyStorage.builder(new UrlDataSource(chosen)), false);
    }
    Path file = chosen == null ? DataFolder.file(environment) : path(chosen);
    boolean isNew = !Files.exists(file);
    if (chosen == null) {
      DataFolder.create(file);
    }
    return with(opening, SealedKeyStorage.builder(file), isNew);
  }

  private <T> T with(Opening<T> opening, SealedKeyStorageBuilder store, boolean isNew) {
    try (RootKey rootKey = rootKey(isNew)) {
      return opening.open(store.rootKey(rootKey).minimumSequence(minimumSequence));
    }
  }

  private RootKey rootKey(boolean isNew) {
    Path file = rootKeyFile;
    String fileInEnvironment = environment(ROOT_KEY_FILE);
    if (file == null && fileInEnvironment != null) {
      file = path(fileInEnvironment);
    }
    if (file != null) {
      return RootKey.fromFile(file);
    }
    if (environment(ROOT_KEY) != null) {
      return RootKey.fromEnvironment(ROOT_KEY);
    }
    return passphrases.ask("Passphrase of the key store: ", isNew);
  }

  /** A variable that is empty is as good as none. */
  private @Nullable String environment(String name) {
    String value = environment.apply(name);
    return value == null || value.isEmpty() ? null : value;
  }

  private static Path path(String name) {
    try {
      return Path.of(name);
    } catch (InvalidPathException e) {
      throw CommandLineException.failure("there can be no file " + name);
    }
  }
}
