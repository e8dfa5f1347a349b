package io.github.embeddedkms.cli;

import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.ParameterException;

/**
 * The program in the executable jar: {@code java -jar embedded-kms-<version>-all.jar COMMAND}.
 *
 * <p>Exit codes: 0 if the command did its work, 1 if something failed on the way, 2 if it was asked
 * for something that it cannot do.
 */
@Command(
    name = "embedded-kms",
    description = "AWS Key Management Service on this machine.",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    subcommands = Serve.class,
    synopsisSubcommandLabel = "COMMAND")
public final class Main {

  private Main() {}

  /** The version that the jar was built as. */
  static final class Version implements IVersionProvider {

    @Override
    public String[] getVersion() {
      String version = Main.class.getPackage().getImplementationVersion();
      return new String[] {"embedded-kms " + (version == null ? "(not packaged)" : version)};
    }
  }

  /**
   * Runs a command and ends the process with its exit code.
   *
   * @param arguments the command, with its options
   */
  public static void main(String[] arguments) {
    int exitCode = commandLine().execute(arguments);
    if (exitCode != 0) {
      System.exit(exitCode);
    }
  }

  static CommandLine commandLine() {
    return new CommandLine(new Main())
        .setParameterExceptionHandler(Main::refuse)
        .setUsageHelpAutoWidth(true);
  }

  /** One line that says what is wrong, and where to read on; not a page of options. */
  private static int refuse(ParameterException wrong, String[] arguments) {
    CommandLine command = wrong.getCommandLine();
    String name = command.getCommandSpec().qualifiedName();
    PrintWriter err = command.getErr();
    err.println(name + ": " + wrong.getMessage());
    err.println("Try '" + name + " --help'.");
    return CommandLine.ExitCode.USAGE;
  }
}
