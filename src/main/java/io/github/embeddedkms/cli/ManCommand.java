package io.github.embeddedkms.cli;

import io.github.embeddedkms.cli.terminal.ProgramVersion;
import java.io.PrintWriter;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Prints the manual page of this program. */
@Command(
    name = "man",
    description = {"Prints the manual page of this program, for man to show or to install.", ""},
    mixinStandardHelpOptions = true,
    versionProvider = ProgramVersion.class,
    footerHeading = "%nExamples:%n",
    footer = {
      "  embedded-kms man | man -l -",
      "  embedded-kms man > ~/.local/share/man/man1/embedded-kms.1"
    })
final class ManCommand implements Callable<Integer> {

  /** The name of this command. */
  static final String NAME = "man";

  @Spec private @Nullable CommandSpec spec;

  private ManCommand() {}

  @Override
  public Integer call() {
    CommandLine program = Objects.requireNonNull(spec, "set by picocli").root().commandLine();
    PrintWriter out = program.getOut();
    out.print(ManPage.of(program));
    out.flush();
    return 0;
  }
}
