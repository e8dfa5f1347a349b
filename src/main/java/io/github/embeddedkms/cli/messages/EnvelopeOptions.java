package io.github.embeddedkms.cli.messages;

import io.github.embeddedkms.Caller;
import io.github.embeddedkms.cli.client.ServiceClient;
import io.github.embeddedkms.cli.client.ServiceOptions;
import io.github.embeddedkms.cli.terminal.CommandLineException;
import io.github.embeddedkms.model.EncryptionContext;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * The options of every command that uses the keys of messages: the encryption context, and where
 * the keys are.
 */
final class EnvelopeOptions {

  @Option(
      names = "--context",
      paramLabel = "KEY=VALUE",
      description =
          "a pair of the encryption context that the message is bound to; opening requires the same"
              + " pairs and no others; may be given several times")
  private List<String> pairs = List.of();

  @Mixin private ServiceOptions service = new ServiceOptions();

  @Spec(Spec.Target.MIXEE)
  private @Nullable CommandSpec command;

  EnvelopeOptions() {}

  /** All pairs together. A value may have equals signs in it, a key none. */
  EncryptionContext context() {
    Map<String, String> context = new LinkedHashMap<>();
    for (String pair : pairs) {
      int end = pair.indexOf('=');
      if (end < 0) {
        throw wrong("--context takes KEY=VALUE, not '" + pair + "'");
      }
      String key = pair.substring(0, end);
      // Choosing one of the two would be a guess.
      if (context.putIfAbsent(key, pair.substring(end + 1)) != null) {
        throw wrong("--context has the key '" + key + "' twice");
      }
    }
    return EncryptionContext.of(context);
  }

  Caller caller() {
    return service.caller();
  }

  /** Opens the store, or prepares for the requests to the endpoint. */
  ServiceClient connect() {
    return service.connect(spec().commandLine());
  }

  /** Something invalid on the command line. */
  ParameterException wrong(String reason) {
    return new ParameterException(spec().commandLine(), reason);
  }

  /** The same, with the message of the check that refused it. */
  ParameterException wrong(IllegalArgumentException e) {
    return wrong(CommandLineException.reason(e));
  }

  private CommandSpec spec() {
    return Objects.requireNonNull(command, "set by picocli");
  }
}
