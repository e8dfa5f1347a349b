package io.github.embeddedkms.cli.messages;

import io.github.embeddedkms.cli.terminal.CommandLineException;
import io.github.embeddedkms.cli.terminal.FilesInUse;
import io.github.embeddedkms.cli.terminal.StandardStreams;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options that say where to write the result. */
final class OutputOptions {

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description =
          "where to write the result, readable for you only; the file appears under its name once"
              + " it is complete and on disk (default: -, which is standard output)")
  private @Nullable String name;

  @Option(names = "--force", description = "replace the file of --out if it exists")
  private boolean force;

  @Spec(Spec.Target.MIXEE)
  private @Nullable CommandSpec command;

  OutputOptions() {}

  /** What messages call the result. */
  String described() {
    return isStandard() ? "the new message" : String.valueOf(name);
  }

  /** Whether the result is shown on a terminal. */
  boolean isOnTerminal(StandardStreams streams) {
    return isStandard() && streams.standardOutput().isTerminal();
  }

  /** Opens it for a sealed message, which is useless on a terminal. */
  Output openForMessage(Input in, FilesInUse others, StandardStreams streams) {
    if (name == null && streams.standardOutput().isTerminal()) {
      throw wrong("a message is not for a terminal: give --out FILE, or --out - if it must be");
    }
    return open(in, others, streams);
  }

  /**
   * Opens it.
   *
   * @param in must be another file
   * @param others the other files that the command uses, which must be others too
   */
  Output open(Input in, FilesInUse others, StandardStreams streams) {
    CommandSpec spec = Objects.requireNonNull(command, "set by picocli");
    if (isStandard()) {
      if (force) {
        throw wrong("--force needs --out FILE");
      }
      return Output.toStandardOutput(streams.standardOutput(), spec.commandLine().getErr());
    }
    Path file = path();
    // Also if there is no file yet: the command may create a store of this name.
    others.add("the input", in.file()).useOf(file).ifPresent(this::refuse);
    if (Files.exists(file)) {
      requireReplaceable(file);
    } else if (Files.isSymbolicLink(file)) {
      throw wrong("'" + name + "' is a symbolic link to a missing file; name the file itself");
    }
    return Output.toFile(file, force, spec.commandLine().getErr());
  }

  private void refuse(String use) {
    throw wrong("'" + name + "' is " + use + "; write the result to another file");
  }

  private void requireReplaceable(Path file) {
    if (Files.isDirectory(file)) {
      throw wrong("'" + name + "' is a directory");
    }
    // Renaming would replace a device by a file.
    if (!Files.isRegularFile(file)) {
      throw wrong("'" + name + "' is not a regular file; write to it with --out - and >");
    }
    if (!force) {
      throw CommandLineException.failure(
          "the file " + name + " already exists; --force replaces it");
    }
  }

  private Path path() {
    try {
      return Path.of(Objects.requireNonNull(name));
    } catch (InvalidPathException e) {
      throw CommandLineException.failure("not a valid file name: " + name);
    }
  }

  private boolean isStandard() {
    return name == null || name.equals(Input.STANDARD);
  }

  private ParameterException wrong(String reason) {
    return new ParameterException(
        Objects.requireNonNull(command, "set by picocli").commandLine(), reason);
  }
}
