package io.github.embeddedkms.cli;

import io.github.embeddedkms.cli.aws.CommandNames;
import io.github.embeddedkms.cli.aws.OperationCommand;
import io.github.embeddedkms.cli.aws.OperationHelp;
import io.github.embeddedkms.cli.messages.InspectCommand;
import io.github.embeddedkms.cli.messages.OpenCommand;
import io.github.embeddedkms.cli.messages.RewrapCommand;
import io.github.embeddedkms.cli.messages.SealCommand;
import io.github.embeddedkms.cli.messages.VerifyCommand;
import io.github.embeddedkms.cli.store.CreateRootKeyCommand;
import io.github.embeddedkms.cli.store.StoreCommand;
import io.github.embeddedkms.cli.terminal.CommandLineException;
import io.github.embeddedkms.cli.terminal.Failures;
import io.github.embeddedkms.cli.terminal.ProgramVersion;
import io.github.embeddedkms.cli.terminal.StandardOutput;
import io.github.embeddedkms.cli.terminal.StandardStreams;
import io.github.embeddedkms.operation.OperationType;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/**
 * The program in the executable jar: {@code java -jar embedded-kms-<version>-all.jar COMMAND}.
 *
 * <p>Commands are {@code serve}, {@code create-root-key} and {@code store}, those for messages,
 * {@code seal}, {@code open}, {@code rewrap}, {@code verify} and {@code inspect}, and every
 * operation of the service by the name that it has in the AWS CLI, {@code generate-data-key} for
 * example.
 *
 * <p>Exit codes are those of the AWS CLI: 0 if the command did its work, 254 if the service
 * returned an error, 252 if the command line is wrong, 255 if anything else is. Commands that the
 * AWS CLI does not have end with 2 if their command line is wrong.
 */
@Command(
    name = "embedded-kms",
    description = "AWS Key Management Service on this machine.",
    mixinStandardHelpOptions = true,
    versionProvider = ProgramVersion.class,
    synopsisSubcommandLabel = "COMMAND")
public final class Main implements StandardStreams {

  private static final String HELP = "--help";

  /** What the JVM substitutes for a character that its locale does not have. */
  private static final char LOST = '\uFFFD';

  private final InputStream in;
  private final StandardOutput out;

  private Main(InputStream in, StandardOutput out) {
    this.in = in;
    this.out = out;
  }

  @Override
  public InputStream standardInput() {
    return in;
  }

  @Override
  public StandardOutput standardOutput() {
    return out;
  }

  /**
   * Runs a command and ends the process with its exit code.
   *
   * @param arguments the command, with its options
   */
  public static void main(String[] arguments) {
    // Without a terminal there must be no console; later versions of Java would provide one.
    System.setProperty("jdk.console", "java.base");
    PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
    int exitCode =
        run(arguments, new FileInputStream(FileDescriptor.in), new StandardOutput(), err);
    if (exitCode != 0) {
      System.exit(exitCode);
    }
  }

  /** The program without the end of the process. */
  static int run(String[] arguments, InputStream in, StandardOutput out, PrintWriter err) {
    if (Arrays.stream(arguments).anyMatch(word -> word.indexOf(LOST) >= 0)) {
      // The encryption context, for example, could differ from the one that was typed.
      err.println("embedded-kms: this locale cannot express the arguments; set LC_ALL=C.UTF-8");
      err.flush();
      return CommandLineException.USAGE;
    }
    String[] words = asOptions(arguments);
    PrintWriter writer = out.writer();
    int exitCode = commandLine(new Main(in, out), words).setOut(writer).setErr(err).execute(words);
    writer.flush();
    String unwritten = out.failure();
    if (exitCode == 0 && unwritten != null) {
      err.println("embedded-kms: cannot write the output: " + unwritten);
      exitCode = CommandLineException.FAILURE;
    }
    err.flush();
    return exitCode;
  }

  /** The AWS CLI's way to ask for help is a word in the place of a command. */
  private static String[] asOptions(String[] arguments) {
    String[] words = arguments.clone();
    if (words.length > 0 && words.length <= 2 && words[words.length - 1].equals("help")) {
      words[words.length - 1] = HELP;
    }
    return words;
  }

  private static CommandLine commandLine(Main main, String[] words) {
    CommandLine program = new CommandLine(main);
    addCommands(program, words);
    // These settings apply only to the commands that have been added already.
    return program
        .setParameterExceptionHandler(Main::refuse)
        .setExecutionExceptionHandler(Main::failed)
        .setUsageHelpAutoWidth(true)
        .setCaseInsensitiveEnumValuesAllowed(true)
        // A value that begins with an at sign is not a file.
        .setExpandAtFiles(false);
  }

  /**
   * Adds all commands, or only the requested one: creating all takes longer than most take to run.
   */
  private static void addCommands(CommandLine program, String[] words) {
    String command = words.length == 0 ? "" : words[0];
    Optional<OperationType> wanted = CommandNames.operation(command);
    if (wanted.isPresent()) {
      add(program, wanted.get(), Arrays.asList(words).contains(HELP));
      return;
    }
    Stream.of(
            ServeCommand.class,
            CreateRootKeyCommand.class,
            StoreCommand.class,
            SealCommand.class,
            OpenCommand.class,
            RewrapCommand.class,
            VerifyCommand.class,
            InspectCommand.class)
        .forEach(program::addSubcommand);
    if (command.equals(HELP)) {
      CommandNames.operations().forEach(operation -> add(program, operation, true));
    }
  }

  private static void add(CommandLine program, OperationType operation, boolean explained) {
    OperationHelp help = explained ? OperationHelp.of(operation) : OperationHelp.NONE;
    program.addSubcommand(CommandNames.command(operation), OperationCommand.of(operation, help));
  }

  private static int refuse(ParameterException wrong, String[] arguments) {
    CommandLine command = wrong.getCommandLine();
    if (command.getCommand() instanceof OperationCommand) {
      return failed(usage(wrong), command, command.getParseResult());
    }
    if (command.getParent() == null && arguments.length > 0 && !arguments[0].startsWith("-")) {
      return failed(unknown(), command, command.getParseResult());
    }
    // One line that says what is wrong, and where to read on; not a page of options.
    String name = command.getCommandSpec().qualifiedName();
    PrintWriter err = command.getErr();
    err.println(name + ": " + message(wrong));
    err.println("Try '" + name + " --help'.");
    return CommandLine.ExitCode.USAGE;
  }

  private static CommandLineException usage(ParameterException wrong) {
    if (wrong instanceof MissingParameterException missing
        && missing.getMissing().get(0) instanceof OptionSpec option) {
      return CommandLineException.argument(
          "argument "
              + option.longestName()
              + ": expected "
              + (option.arity().isVariable() ? "at least one argument" : "one argument"));
    }
    return CommandLineException.argument(message(wrong));
  }

  /** Some of picocli's messages begin with a prefix. */
  private static String message(ParameterException wrong) {
    return String.valueOf(wrong.getMessage()).replaceFirst("^Error: ", "");
  }

  private static CommandLineException unknown() {
    List<String> commands =
        Stream.concat(
                CommandNames.operations().stream().map(CommandNames::command),
                Stream.of(
                    "create-root-key",
                    "help",
                    "inspect",
                    "open",
                    "rewrap",
                    "seal",
                    "serve",
                    "store",
                    "verify"))
            .sorted()
            .toList();
    return CommandLineException.invalidChoice("operation", commands);
  }

  private static int failed(Exception e, CommandLine command, ParseResult parsed) {
    if (e instanceof CommandLineException failure) {
      command.getErr().print(failure.getMessage());
      return failure.exitCode();
    }
    Failures.print(command.getErr(), command.getCommandName(), e);
    return CommandLineException.FAILURE;
  }
}
