package io.github.embeddedkms.cli.aws;

import io.github.embeddedkms.authorization.Explanation;
import io.github.embeddedkms.cli.client.ExplainOptions;
import io.github.embeddedkms.cli.client.Explainer;
import io.github.embeddedkms.cli.client.ServiceClient;
import io.github.embeddedkms.cli.client.ServiceOptions;
import io.github.embeddedkms.cli.output.OutputFormat;
import io.github.embeddedkms.cli.terminal.CommandLineException;
import io.github.embeddedkms.cli.terminal.StandardStreams;
import io.github.embeddedkms.cli.terminal.Terminal;
import io.github.embeddedkms.exception.KmsException;
import io.github.embeddedkms.json.JsonTree;
import io.github.embeddedkms.model.RecordMember;
import io.github.embeddedkms.model.SecretBytes;
import io.github.embeddedkms.operation.KmsRequest;
import io.github.embeddedkms.operation.OperationType;
import io.github.embeddedkms.wire.RequestReader;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/**
 * One operation as a command: its options are read as the AWS CLI reads them, the request goes to
 * the same client as that of every other command, and the response is printed as the AWS CLI prints
 * it. The request is read from JSON as the service reads it, with the same errors.
 */
public final class OperationCommand implements Callable<Integer> {

  /** The exit code if a caller may not do what is explained. */
  public static final int REFUSED = 1;

  private static final String EXPLAIN = "explain";
  private static final String WHAT_IS_EXPLAINED =
      "Explains whether a principal may call the operation, and why; does not call it.";

  private final OperationType operation;
  private final ServiceOptions service = new ServiceOptions();
  private final CommandSpec spec;
  private final Function<String, @Nullable String> environment = System::getenv;

  /** Null if the operation is called, and not explained. */
  private final @Nullable ExplainOptions explained;

  private OperationCommand(
      OperationType operation, OperationHelp help, @Nullable ExplainOptions explained) {
    this.operation = operation;
    this.explained = explained;
    this.spec = CommandSpec.wrapWithoutInspection(this);
    if (explained != null) {
      spec.addMixin(EXPLAIN, CommandSpec.forAnnotatedObject(explained));
    }
    OperationOptions.addTo(spec, operation, help);
    spec.addMixin("service", CommandSpec.forAnnotatedObject(service));
    // The words come from ArgumentWords. Unknown ones are reported together, after missing options.
    spec.parser().unmatchedArgumentsAllowed(true).overwrittenOptionsAllowed(true);
    // Values are attached, whatever they look like.
    spec.parser().allowOptionsAsOptionParameters(true).aritySatisfiedByAttachedOptionParam(true);
    spec.exitCodeOnInvalidInput(CommandLineException.USAGE);
    spec.usageMessage().sortOptions(false).description(help.summary());
    if (explained != null) {
      spec.usageMessage().description(WHAT_IS_EXPLAINED, "", help.summary());
    }
  }

  /**
   * Creates the command of an operation.
   *
   * @param operation the operation
   * @param help its help
   * @return the command
   */
  public static CommandSpec of(OperationType operation, OperationHelp help) {
    return new OperationCommand(operation, help, null).spec;
  }

  /**
   * Creates the command that explains an operation instead of calling it.
   *
   * @param operation the operation
   * @param help its help
   * @return the command, with the options of the operation's own command and {@link ExplainOptions}
   */
  public static CommandSpec explaining(OperationType operation, OperationHelp help) {
    return new OperationCommand(operation, help, new ExplainOptions()).spec;
  }

  /**
   * Rewrites the words of a command line in a form that picocli reads as the AWS CLI would.
   *
   * @param command the command of an operation
   * @param words the words after its name
   * @return the same command line, with every option once and by its full name
   * @throws CommandLineException if the words cannot be parsed
   */
  public static List<String> words(CommandSpec command, List<String> words) {
    return ArgumentWords.canonical(command, words);
  }

  /**
   * Finds the operation in a command line that begins with options of all commands.
   *
   * @param words the words of the command line
   * @param explained whether it begins with options of {@link #explaining} commands too
   * @return the position of the first word that is neither such an option nor its value; -1 if
   *     there is none
   * @throws CommandLineException if the words cannot be parsed
   */
  public static int positionIn(List<String> words, boolean explained) {
    CommandSpec options = CommandSpec.create();
    GlobalOptions.addTo(options);
    options.addMixin("service", CommandSpec.forAnnotatedObject(new ServiceOptions()));
    if (explained) {
      options.addMixin(EXPLAIN, CommandSpec.forAnnotatedObject(new ExplainOptions()));
    }
    return ArgumentWords.positionOfCommand(options, words);
  }

  @Override
  public Integer call() {
    OperationOptions options = new OperationOptions(operation, spec.commandLine().getParseResult());
    ResponseOptions output =
        ResponseOptions.of(spec.commandLine().getParseResult(), System::getenv);
    options.check();
    if (options.wantsSkeletonOfRequest()) {
      print(new ResponseOptions(OutputFormat.JSON, null), Skeleton.ofRequest(operation.request()));
      return 0;
    }
    if (options.wantsYamlSkeletonOfRequest()) {
      spec.commandLine().getOut().print(YamlSkeleton.of(operation));
      return 0;
    }
    Map<String, @Nullable Object> parameters =
        ParameterTypes.check(
            operation.request(), options.parameters(), options.binaryFormat(environment));
    if (options.wantsSkeletonOfResponse()) {
      print(output, Skeleton.ofResponse(operation.response()));
      return 0;
    }
    PagedListing pages = options.pages(parameters);
    if (explained != null) {
      return explain(explained, parameters);
    }
    try (ServiceClient client = service.connect(spec.commandLine())) {
      printAll(output, pages, parameters, request -> call(client, request));
    }
    return 0;
  }

  private int explain(ExplainOptions options, Map<String, @Nullable Object> parameters) {
    // There is no response.
    for (String option : List.of("--output", "--query", "--no-paginate")) {
      if (spec.commandLine().getParseResult().hasMatchedOption(option)) {
        throw new ParameterException(
            spec.commandLine(), "explain cannot be used with " + option + ": it has no response");
      }
    }
    Record request = request(parameters);
    try (Explainer explainer = service.explainer(spec.commandLine(), options)) {
      List<Explanation> explanations = explainer.explain((KmsRequest<?>) request);
      PrintWriter out = spec.commandLine().getOut();
      explanations.forEach(out::println);
      out.flush();
      return explanations.stream().allMatch(Explanation::allowed) ? 0 : REFUSED;
    } finally {
      closeSecrets(request);
    }
  }

  private void printAll(
      ResponseOptions output,
      @Nullable PagedListing pages,
      Map<String, @Nullable Object> parameters,
      UnaryOperator<Map<String, @Nullable Object>> service) {
    if (pages == null) {
      print(output, service.apply(parameters));
      return;
    }
    switch (output.format()) {
      case TEXT -> pages.eachPage(service, parameters, page -> print(output, page));
      case YAML_STREAM, OFF -> pages.forEach(service, parameters, page -> print(output, page));
      default -> print(output, pages.merged(service, parameters));
    }
  }

  private Map<String, @Nullable Object> call(
      ServiceClient client, Map<String, @Nullable Object> parameters) {
    Record request = request(parameters);
    try {
      Record response = (Record) client.call((KmsRequest<?>) request);
      try {
        return ShownResponse.of(response);
      } finally {
        closeSecrets(response);
      }
    } catch (KmsException e) {
      // The client names the operation of other errors, but not of those that envelopes handle.
      throw ServiceClient.refused(e, operation.operationName());
    } finally {
      closeSecrets(request);
    }
  }

  private Record request(Map<String, @Nullable Object> parameters) {
    byte[] body = JsonTree.write(parameters);
    try {
      return (Record) RequestReader.read(operation, body);
    } catch (KmsException e) {
      throw ServiceClient.refused(e, operation.operationName());
    } finally {
      Arrays.fill(body, (byte) 0);
    }
  }

  private static void closeSecrets(Record holder) {
    for (RecordMember member : RecordMember.of(holder.getClass())) {
      if (member.type() == SecretBytes.class
          && member.valueIn(holder) instanceof SecretBytes secret) {
        secret.close();
      }
    }
  }

  private void print(ResponseOptions output, Map<String, @Nullable Object> response) {
    PrintWriter out = spec.commandLine().getOut();
    out.print(output.print(operation.operationName(), response, width(output.format())));
    out.flush();
  }

  private int width(OutputFormat format) {
    // Asking the terminal takes another process.
    return format == OutputFormat.TABLE
            && spec.root().userObject() instanceof StandardStreams streams
            && streams.standardOutput().isTerminal()
        ? Terminal.columns().orElse(OutputFormat.DEFAULT_WIDTH)
        : OutputFormat.DEFAULT_WIDTH;
  }
}
