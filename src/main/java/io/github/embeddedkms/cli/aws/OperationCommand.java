package io.github.embeddedkms.cli.aws;

import io.github.embeddedkms.cli.client.ServiceOptions;
import io.github.embeddedkms.cli.client.StoreClient;
import io.github.embeddedkms.cli.terminal.CommandLineException;
import io.github.embeddedkms.cli.terminal.FailureReport;
import io.github.embeddedkms.cli.terminal.OutputFormat;
import io.github.embeddedkms.json.JsonTree;
import io.github.embeddedkms.local.LocalKeyProvider;
import io.github.embeddedkms.operation.OperationType;
import io.github.embeddedkms.wire.WireResponse;
import io.github.embeddedkms.wire.WireServer;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;

/**
 * One operation as a command: its options are read as the AWS CLI reads them, sent over the
 * service's own protocol, and the response is printed as the AWS CLI prints it. The service's
 * responses are thus the same as for a client of {@code serve}.
 */
public final class OperationCommand implements Callable<Integer> {

  private final OperationType operation;
  private final ServiceOptions service = new ServiceOptions();
  private final CommandSpec spec;

  private OperationCommand(OperationType operation, OperationHelp help) {
    this.operation = operation;
    this.spec = CommandSpec.wrapWithoutInspection(this);
    OperationOptions.addTo(spec, operation, help);
    spec.addMixin("service", CommandSpec.forAnnotatedObject(service));
    // Unknown options are reported together, after missing ones.
    spec.parser().unmatchedArgumentsAllowed(true).overwrittenOptionsAllowed(true);
    // A mistyped option after a list is not an element of the list.
    spec.parser().unmatchedOptionsAllowedAsOptionParameters(false);
    spec.exitCodeOnInvalidInput(CommandLineException.USAGE);
    spec.usageMessage().sortOptions(false).description(help.summary());
  }

  /**
   * Creates the command of an operation.
   *
   * @param operation the operation
   * @param help its help
   * @return the command
   */
  public static CommandSpec of(OperationType operation, OperationHelp help) {
    return new OperationCommand(operation, help).spec;
  }

  @Override
  public Integer call() {
    OperationOptions options = new OperationOptions(operation, spec.commandLine().getParseResult());
    options.check();
    if (options.wantsSkeletonOfRequest()) {
      print(OutputFormat.JSON, Skeleton.ofRequest(operation.request()));
      return 0;
    }
    Map<String, @Nullable Object> parameters =
        ParameterTypes.check(operation.request(), options.parameters());
    if (options.wantsSkeletonOfResponse()) {
      print(options.output(), Skeleton.ofResponse(operation.response()));
      return 0;
    }
    PagedListing pages = options.pages(parameters);
    try (StoreClient client = service.connect(spec.commandLine().getErr())) {
      LocalKeyProvider provider = client.provider();
      WireServer protocol = new WireServer(provider, this::report);
      printAll(
          options.output(),
          pages,
          parameters,
          request -> answer(protocol.answer(target(), bytes(request), provider.defaultCaller())));
    }
    return 0;
  }

  private void printAll(
      OutputFormat format,
      @Nullable PagedListing pages,
      Map<String, @Nullable Object> parameters,
      UnaryOperator<Map<String, @Nullable Object>> service) {
    if (pages == null) {
      print(format, service.apply(parameters));
    } else if (format == OutputFormat.JSON) {
      print(format, pages.merged(service, parameters));
    } else {
      pages.eachPage(service, parameters, page -> print(format, page));
    }
  }

  private String target() {
    return operation.target();
  }

  private static byte[] bytes(Map<String, @Nullable Object> request) {
    return JsonTree.write(request);
  }

  private Map<String, @Nullable Object> answer(WireResponse answer) {
    String json = new String(answer.body(), StandardCharsets.UTF_8);
    Arrays.fill(answer.body(), (byte) 0);
    if (answer.errorCode() != null) {
      throw CommandLineException.service(
          answer.errorCode(), operation.operationName(), messageOf(json));
    }
    return json.isEmpty() ? Map.of() : ShownResponse.read(operation.response(), json);
  }

  private static String messageOf(String json) {
    Map<?, ?> error = (Map<?, ?>) JsonTree.read(json);
    if (error == null) {
      return "";
    }
    // One error has its message under a capitalized name, some have none.
    Object message = error.containsKey("message") ? error.get("message") : error.get("Message");
    return message == null ? "" : message.toString();
  }

  private void print(OutputFormat format, Map<String, @Nullable Object> answer) {
    PrintWriter out = spec.commandLine().getOut();
    out.print(format.print(answer));
    out.flush();
  }

  /** Prints internal failures, which clients never see, for the person running the command. */
  private void report(String name, Throwable failure) {
    FailureReport.of(failure, name).print(spec.commandLine().getErr());
  }
}
