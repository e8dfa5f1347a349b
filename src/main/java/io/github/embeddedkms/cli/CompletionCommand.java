package io.github.embeddedkms.cli;

import io.github.embeddedkms.cli.terminal.ProgramVersion;
import java.io.PrintWriter;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Prints a script by which a shell completes the commands and options of this program. */
@Command(
    name = "completion",
    description = {
      "Prints a script by which a shell completes commands, options and their values.",
      ""
    },
    mixinStandardHelpOptions = true,
    versionProvider = ProgramVersion.class,
    footerHeading = "%nExamples:%n",
    footer = {
      "  source <(embedded-kms completion bash)          # in ~/.bashrc",
      "  source <(embedded-kms completion zsh)           # in ~/.zshrc",
      "  embedded-kms completion fish | source           # in ~/.config/fish/config.fish"
    })
final class CompletionCommand implements Callable<Integer> {

  /** The name of this command. */
  static final String NAME = "completion";

  /** A shell. The names are what a user types. */
  @SuppressWarnings("unused") // by picocli
  private enum Shell {
    bash,
    zsh,
    fish
  }

  @Parameters(paramLabel = "bash|zsh|fish", description = "the shell")
  private @Nullable Shell shell;

  @Spec private @Nullable CommandSpec spec;

  private CompletionCommand() {}

  @Override
  public Integer call() {
    CommandLine program = Objects.requireNonNull(spec, "set by picocli").root().commandLine();
    PrintWriter out = program.getOut();
    // The script for bash has what zsh needs to run it.
    out.print(
        shell == Shell.fish
            ? FishCompletion.of(program)
            : AutoComplete.bash(program.getCommandName(), program));
    out.flush();
    return 0;
  }
}
