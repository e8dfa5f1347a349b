package io.github.embeddedkms.cli.store;

import io.github.embeddedkms.cli.terminal.CommandLineException;
import io.github.embeddedkms.cli.terminal.FilesInUse;
import io.github.embeddedkms.store.SealedKeyStorage;
import io.github.embeddedkms.store.SealedKeyStorageBuilder;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The options of every command that opens a store: where it is and how it is opened. */
public final class StoreOptions {

  @Mixin private final StoreLocation location;

  @Option(
      names = "--at-least",
      paramLabel = "N",
      converter = SequenceConverter.class,
      description =
          "the sequence that the store must have reached, as 'store sequence' printed it: an older"
              + " copy is refused")
  private @Nullable Long minimumSequence;

  @ArgGroup private Mode mode = new Mode();

  /** A store that may only be read cannot be created. */
  static final class Mode {

    @Option(
        names = "--create-store",
        description =
            "create the store if there is none, as 'store create' does; without this, a store that"
                + " is missing is refused")
    private boolean createsStore;

    @Option(
        names = "--read-only",
        description =
            "open the store for reading only, on a read-only mount for example: nothing is created,"
                + " changed or deleted")
    private boolean readOnly;

    Mode() {}
  }

  /** A new store is at sequence 0. */
  static final class SequenceConverter implements ITypeConverter<Long> {

    @Override
    public Long convert(String word) {
      try {
        long sequence = Long.parseLong(word);
        if (sequence >= 0) {
          return sequence;
        }
      } catch (NumberFormatException e) {
        // Refused below.
      }
      throw new TypeConversionException("'" + word + "' is not the sequence of a store");
    }
  }

  /** Creates options to be filled by picocli. */
  public StoreOptions() {
    this(new StoreLocation());
  }

  /** For tests: with a given environment and terminal. */
  StoreOptions(Function<String, @Nullable String> environment, Passphrases passphrases) {
    this(new StoreLocation(environment, passphrases));
  }

  private StoreOptions(StoreLocation location) {
    this.location = location;
  }

  /**
   * Says whether an option or the environment asks for a store.
   *
   * @return false if the default store would be opened
   */
  public boolean isGiven() {
    return hasOptions() || location.isGiven();
  }

  /**
   * Says whether a store that is missing is to be created.
   *
   * @return whether the option is given
   */
  public boolean isToBeCreated() {
    return mode.createsStore;
  }

  /**
   * Says whether an option names or describes a store. The environment is not considered.
   *
   * @return false if none of these options is given
   */
  public boolean hasOptions() {
    return location.hasOptions() || mode.createsStore || mode.readOnly || minimumSequence != null;
  }

  /**
   * Adds the files of the store, and of its root key, to those that no result may replace.
   *
   * @param files the files of the command
   */
  public void addTo(FilesInUse files) {
    location.addTo(files);
  }

  /** Prompts for passphrases other than that of the store. */
  Passphrases passphrases() {
    return location.passphrases();
  }

  /**
   * Opens the store, which is created only if an option asks for that.
   *
   * @return the storage, to be closed by the caller
   * @throws CommandLineException if there is no store, or the root key cannot be used
   */
  public SealedKeyStorage open() {
    try {
      return existingOrCreated();
    } catch (IllegalArgumentException e) {
      // A root key that others can read for example: not wrong usage, which some callers take it
      // for.
      throw CommandLineException.failure(e);
    }
  }

  private SealedKeyStorage existingOrCreated() {
    SealedKeyStorageBuilder store = location.store();
    if (minimumSequence != null) {
      store.minimumSequence(minimumSequence);
    }
    if (mode.createsStore) {
      return location.existingOrNew(store);
    }
    // Checking for the store opens it for writing, which may be impossible on a read-only mount.
    return mode.readOnly
        ? location.existing(store.readOnly(), false, SealedKeyStorageBuilder::open)
        : location.existing(store, true, SealedKeyStorageBuilder::open);
  }
}
