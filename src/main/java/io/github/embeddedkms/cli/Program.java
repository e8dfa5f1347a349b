package io.github.embeddedkms.cli;

import io.github.embeddedkms.cli.aws.CommandNames;
import io.github.embeddedkms.cli.aws.OperationCommand;
import io.github.embeddedkms.cli.aws.OperationHelp;
import io.github.embeddedkms.cli.terminal.CommandLineException;
import io.github.embeddedkms.cli.terminal.FailureReport;
import io.github.embeddedkms.cli.terminal.ProgramVersion;
import io.github.embeddedkms.cli.terminal.StandardOutput;
import io.github.embeddedkms.cli.terminal.StandardStreams;
import io.github.embeddedkms.cli.terminal.TerminalWriter;
import io.github.embeddedkms.operation.OperationType;
import java.io.InputStream;
import java.io.Writer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/**
 * The program that {@link Main} starts: {@code java -jar embedded-kms-<version>-all.jar COMMAND}.
 *
 * <p>Commands are {@code serve}, {@code create-root-key} and {@code store}, those for messages,
 * {@code seal}, {@code open}, {@code rewrap}, {@code verify-message} and {@code inspect}, those for
 * the shell, {@code completion} and {@code man}, and every operation of the service by the name
 * that it has in the AWS CLI, {@code generate-data-key} for example, also after {@code explain}.
 *
 * <p>Exit codes are those of the AWS CLI: 0 if the command did its work, 252 if the command line is
 * wrong, 253 if the environment is, 254 if the service returned an error, 255 if anything else
 * failed. {@code explain} exits with 1 if a caller may not do what it explains.
 */
public final class Program implements StandardStreams {

  private static final String HELP = "--help";

  private static final String VERSION = "--version";

  private static final Set<String> HELP_OPTIONS = Set.of(HELP, "-h");

  private static final Set<String> VERSION_OPTIONS = Set.of(VERSION, "-V");

  /** The commands that describe all others. */
  private static final Set<String> DESCRIBE_ALL =
      Set.of(HELP, "-h", CompletionCommand.NAME, ManCommand.NAME);

  /** What the JVM substitutes for a character that its locale does not have. */
  private static final char LOST = '\uFFFD';

  private final InputStream in;
  private final StandardOutput out;
  private final TerminalWriter outWriter;
  private final TerminalWriter err;

  private Program(InputStream in, StandardOutput out, Writer err) {
    this.in = in;
    this.out = out;
    this.outWriter = out.writer();
    this.err = new TerminalWriter(err);
  }

  @Override
  public InputStream standardInput() {
    return in;
  }

  @Override
  public StandardOutput standardOutput() {
    return out;
  }

  @Override
  public TerminalWriter standardError() {
    return err;
  }

  /** The program without the end of the process. */
  static int run(String[] arguments, InputStream in, StandardOutput out, Writer err) {
    Program program = new Program(in, out, err);
    int exitCode = program.run(arguments);
    program.outWriter.flush();
    program.err.flush();
    return exitCode;
  }

  private int run(String[] arguments) {
    CommandLine commands = new CommandLine(specification());
    try {
      String[] words = words(arguments);
      addCommands(commands, words);
      requireCommand(commands, words);
      words = canonical(commands, words);
      int exitCode = configured(commands).execute(words);
      outWriter.flush();
      String unwritten = out.failure();
      if (exitCode == 0 && unwritten != null) {
        throw CommandLineException.failure("cannot write the output: " + unwritten);
      }
      return exitCode;
    } catch (RuntimeException | Error e) {
      // Commands report their exceptions below; this is for errors, and for what precedes commands.
      return FailureReport.of(e, commands).print(err);
    }
  }

  /** Not declared by annotations: picocli would take a tenth of a second to read them. */
  private CommandSpec specification() {
    CommandSpec program =
        CommandSpec.wrapWithoutInspection(this)
            .name("embedded-kms")
            .versionProvider(new ProgramVersion())
            .addOption(
                OptionSpec.builder("-h", HELP)
                    .usageHelp(true)
                    .description("Show this help message and exit.")
                    .build())
            .addOption(
                OptionSpec.builder("-V", VERSION)
                    .versionHelp(true)
                    .description("Print version information and exit.")
                    .build());
    program
        .usageMessage()
        .description("AWS Key Management Service on this machine.")
        .synopsisSubcommandLabel("COMMAND");
    return program;
  }

  /** The arguments, in which the AWS CLI's word for help is an option. */
  private static String[] words(String[] arguments) {
    if (Arrays.stream(arguments).anyMatch(word -> word.indexOf(LOST) >= 0)) {
      // The encryption context, for example, could differ from the one that was typed.
      throw CommandLineException.locale();
    }
    String[] words = operationFirst(arguments.clone());
    int most = words.length > 0 && words[0].equals(ExplainCommand.NAME) ? 3 : 2;
    if (words.length > 0 && words.length <= most && words[words.length - 1].equals("help")) {
      words[words.length - 1] = HELP;
    }
    return words;
  }

  /** The AWS CLI takes options of all commands before the operation too. */
  private static String[] operationFirst(String[] words) {
    int first = words.length > 0 && words[0].equals(ExplainCommand.NAME) ? 1 : 0;
    if (words.length < first + 2 || !words[first].startsWith("-")) {
      return words;
    }
    List<String> ordered = new ArrayList<>(Arrays.asList(words));
    List<String> rest = ordered.subList(first, ordered.size());
    int position = OperationCommand.positionIn(rest, first == 1);
    if (position < 0 || CommandNames.operation(rest.get(position)).isEmpty()) {
      return words;
    }
    rest.add(0, rest.remove(position));
    return ordered.toArray(String[]::new);
  }

  /** Operations take abbreviations and more; our own commands are picocli's to parse. */
  private static String[] canonical(CommandLine program, String[] words) {
    int position = positionOfOperation(words);
    if (position < 0) {
      return words;
    }
    CommandLine command = program;
    for (String name : List.of(words).subList(0, position + 1)) {
      command = Objects.requireNonNull(command.getSubcommands().get(name), "added");
    }
    List<String> given = List.of(words);
    List<String> canonical = new ArrayList<>(given.subList(0, position + 1));
    canonical.addAll(
        OperationCommand.words(
            command.getCommandSpec(), given.subList(position + 1, given.size())));
    return canonical.toArray(String[]::new);
  }

  /** The position of the operation, which may follow {@code explain}; -1 if there is none. */
  private static int positionOfOperation(String[] words) {
    int position = words.length > 0 && words[0].equals(ExplainCommand.NAME) ? 1 : 0;
    return position < words.length && CommandNames.operation(words[position]).isPresent()
        ? position
        : -1;
  }

  /** These settings apply only to the commands that have been added already. */
  private CommandLine configured(CommandLine commands) {
    return commands
        .setOut(outWriter)
        .setErr(err)
        .setExecutionStrategy(parsed -> execute(commands, parsed))
        .setParameterExceptionHandler(
            (wrong, words) -> FailureReport.of(wrong, wrong.getCommandLine()).print(err))
        .setExecutionExceptionHandler((e, command, p) -> FailureReport.of(e, command).print(err))
        .setUsageHelpAutoWidth(true)
        .setCaseInsensitiveEnumValuesAllowed(true)
        // A value that begins with an at sign is not a file.
        .setExpandAtFiles(false);
  }

  private int execute(CommandLine commands, ParseResult parsed) {
    if (parsed.asCommandLineList().stream()
        .anyMatch(each -> each.isUsageHelpRequested() || each.isVersionHelpRequested())) {
      // Help has escape sequences for emphasis, and nothing but constants of this program.
      commands.setOut(outWriter.withoutEscapes());
    }
    return new CommandLine.RunLast().execute(parsed);
  }

  /**
   * Adds all commands, or only the requested one: creating all takes longer than most take to run.
   */
  private static void addCommands(CommandLine program, String[] words) {
    String command = words.length == 0 ? "" : words[0];
    boolean needsHelp = Arrays.stream(words).anyMatch(HELP_OPTIONS::contains);
    Optional<OperationType> wanted = CommandNames.operation(command);
    if (wanted.isPresent()) {
      add(program, wanted.get(), needsHelp);
      return;
    }
    if (words.length == 1 && VERSION_OPTIONS.contains(command)) {
      return;
    }
    Class<?> ours = OwnCommands.named(command);
    if (ours != null && !DESCRIBE_ALL.contains(command)) {
      program.addSubcommand(ours);
      if (positionOfOperation(words) > 0) {
        addExplained(program, CommandNames.operation(words[1]).orElseThrow(), needsHelp);
      }
      return;
    }
    OwnCommands.NAMES.forEach(name -> program.addSubcommand(OwnCommands.named(name)));
    if (DESCRIBE_ALL.contains(command)) {
      CommandNames.operations().forEach(operation -> add(program, operation, true));
    }
    if (CompletionCommand.NAME.equals(command)) {
      // Help and the manual page describe the options of operations only once.
      CommandNames.operations().forEach(operation -> addExplained(program, operation, true));
    }
  }

  private static void add(CommandLine program, OperationType operation, boolean explained) {
    OperationHelp help = explained ? OperationHelp.of(operation) : OperationHelp.NONE;
    program.addSubcommand(CommandNames.command(operation), OperationCommand.of(operation, help));
  }

  private static void addExplained(
      CommandLine program, OperationType operation, boolean described) {
    OperationHelp help = described ? OperationHelp.of(operation) : OperationHelp.NONE;
    Objects.requireNonNull(program.getSubcommands().get(ExplainCommand.NAME), "added")
        .addSubcommand(
            CommandNames.command(operation), OperationCommand.explaining(operation, help));
  }

  private static void requireCommand(CommandLine program, String[] words) {
    if (words.length == 0) {
      throw CommandLineException.argument("the following arguments are required: command");
    }
    if (words[0].equals(ExplainCommand.NAME)) {
      requireExplained(words);
    }
    if (words[0].startsWith("-") || program.getSubcommands().containsKey(words[0])) {
      return;
    }
    Stream<String> operations = CommandNames.operations().stream().map(CommandNames::command);
    Stream<String> others =
        Stream.concat(program.getSubcommands().keySet().stream(), Stream.of("help"));
    throw CommandLineException.invalidChoice(
        "operation", words[0], Stream.concat(operations, others).sorted().toList());
  }

  private static void requireExplained(String[] words) {
    if (words.length == 1) {
      throw CommandLineException.argument("the following arguments are required: operation");
    }
    if (!words[1].startsWith("-") && positionOfOperation(words) < 0) {
      throw CommandLineException.invalidChoice(
          "operation",
          words[1],
          CommandNames.operations().stream().map(CommandNames::command).toList());
    }
  }
}
