package io.github.embeddedkms.cli.store;

import io.github.embeddedkms.cli.terminal.ProgramVersion;
import io.github.embeddedkms.store.RootKey;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Creates a root key. */
@Command(
    name = "create-root-key",
    description = {
      "Draws a root key for a key store and writes it to a new file, which only you may read.",
      "",
      "Whoever has this file and the store has every key in it, and without this file the store"
          + " cannot be opened by anybody. Keep a copy of it, and not where the copies of the store"
          + " are."
    },
    mixinStandardHelpOptions = true,
    versionProvider = ProgramVersion.class)
public final class CreateRootKeyCommand implements Callable<Integer> {

  @Parameters(paramLabel = "FILE", description = "where no file is yet")
  private @Nullable Path file;

  private CreateRootKeyCommand() {}

  @Override
  public Integer call() {
    RootKey.createFile(Objects.requireNonNull(file, "set by picocli"));
    return 0;
  }
}
