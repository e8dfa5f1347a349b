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
      "Generates a root key for a key store and writes it to a new file that only you may read.",
      "",
      "Anyone who has this file and the store has every key in it, and without this file the store"
          + " cannot be opened. Keep a copy of the file, but not together with copies of the store."
    },
    mixinStandardHelpOptions = true,
    versionProvider = ProgramVersion.class)
public final class CreateRootKeyCommand implements Callable<Integer> {

  @Parameters(paramLabel = "FILE", description = "the file to create; it must not exist yet")
  private @Nullable Path file;

  private CreateRootKeyCommand() {}

  @Override
  public Integer call() {
    RootKey.createFile(Objects.requireNonNull(file, "set by picocli"));
    return 0;
  }
}
