package io.github.embeddedkms.cli.store;

import io.github.embeddedkms.cli.terminal.CommandLineException;
import io.github.embeddedkms.cli.terminal.ProgramVersion;
import io.github.embeddedkms.local.LocalKeyProvider;
import io.github.embeddedkms.store.RootKey;
import io.github.embeddedkms.store.SealedKeyStorage;
import io.github.embeddedkms.store.SealedKeyStorageBuilder;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Commands for a whole key store, which other processes may have open. */
@Command(
    name = "store",
    description = "Creates or maintains a key store.",
    mixinStandardHelpOptions = true,
    versionProvider = ProgramVersion.class,
    synopsisSubcommandLabel = "COMMAND")
public final class StoreCommand {

  @Spec private @Nullable CommandSpec spec;

  private StoreCommand() {}

  @Command(
      description = {
        "Creates a key store, sealed under a root key: that of a file, or a new passphrase that"
            + " is prompted for twice.",
        "",
        "Other commands refuse a store that is missing, since its name may be mistyped. With"
            + " --create-store they create it."
      },
      mixinStandardHelpOptions = true)
  int create(@Mixin StoreLocation store) {
    store.create();
    return 0;
  }

  @Command(
      description =
          "Prints the number of changes to the store. Kept elsewhere and given to --at-least, the"
              + " number reveals that the store was put back to an older state.",
      mixinStandardHelpOptions = true)
  int sequence(@Mixin StoreOptions store) {
    try (SealedKeyStorage storage = store.open()) {
      print(storage.sequence());
    }
    return 0;
  }

  @Command(
      description =
          "Seals every key again under a new store key. If it is interrupted, run"
              + " it again: it continues where it stopped.",
      mixinStandardHelpOptions = true)
  int reseal(@Mixin StoreOptions store) {
    try (SealedKeyStorage storage = store.open()) {
      storage.reseal();
    }
    return 0;
  }

  @Command(
      description =
          "Removes the rows that deleted keys and aliases have left in the store for other nodes to"
              + " notice, and prints how many there were. Keys and aliases stay as they are, and"
              + " nodes that have the store open continue.",
      mixinStandardHelpOptions = true)
  int compact(@Mixin StoreOptions store) {
    try (SealedKeyStorage storage = store.open()) {
      print(storage.compact());
    }
    return 0;
  }

  @Command(
      description = {
        "Confirms this machine's time to the store, deletes what is due, and prints how many keys"
            + " were deleted.",
        "",
        "Every command deletes what is due, unless this machine's clock is far ahead of the last"
            + " change to the store: then it is wrong, or there was no change for a long time."
            + " Check the clock first: what is deleted is gone for good."
      },
      mixinStandardHelpOptions = true)
  int purge(@Mixin StoreOptions store) {
    try (SealedKeyStorage storage = store.open()) {
      // A provider would purge nothing, and report that nothing was due.
      if (storage.isReadOnly()) {
        throw CommandLineException.failure(
            "the store was opened for reading only, and cannot be changed");
      }
      try (LocalKeyProvider provider = LocalKeyProvider.builder().storage(storage).build()) {
        print(provider.purge());
      }
    }
    return 0;
  }

  @Command(
      name = "change-root-key",
      description =
          "Seals the store under another root key: that of a file, or a passphrase, which is"
              + " prompted for. Keep both until the command has ended. Anyone with the old root key"
              + " and a copy of the store can still read that copy.",
      mixinStandardHelpOptions = true)
  int changeRootKey(
      @Mixin StoreOptions store,
      @Option(
              names = "--new-root-key-file",
              paramLabel = "FILE",
              description = "the new root key, as create-root-key writes it")
          @Nullable Path file) {
    try (SealedKeyStorage storage = store.open();
        RootKey rootKey = file == null ? store.passphrases().askForNew() : RootKey.fromFile(file)) {
      storage.changeRootKey(rootKey);
    }
    return 0;
  }

  @Command(
      description =
          "Accepts the current content of the store as complete, after a manual repair for example,"
              + " and prints its sequence. Every remaining row must be authentic.",
      mixinStandardHelpOptions = true)
  int accept(@Mixin StoreLocation store) {
    print(store.existing(store.store(), true, SealedKeyStorageBuilder::accept));
    return 0;
  }

  private void print(long number) {
    PrintWriter out = Objects.requireNonNull(spec, "set by picocli").commandLine().getOut();
    out.println(number);
  }
}
