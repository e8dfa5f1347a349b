package io.github.embeddedkms.cli.messages;

import io.github.embeddedkms.Caller;
import io.github.embeddedkms.cli.client.ServiceClient;
import io.github.embeddedkms.cli.client.ServiceOptions;
import io.github.embeddedkms.cli.parameter.PairsParameter;
import io.github.embeddedkms.cli.parameter.ParameterFile;
import io.github.embeddedkms.cli.terminal.CommandLineException;
import io.github.embeddedkms.cli.terminal.FilesInUse;
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

  private static final String OPTION = "--context";

  @Option(
      names = OPTION,
      paramLabel = "KEY=VALUE,...",
      description =
          "pairs of the encryption context that the message is bound to, as operations take them:"
              + " a=1,b=2 is two pairs; a value with a comma is written as JSON, {\"a\":\"1,2\"};"
              + " opening requires the same pairs and no others; may be given several times")
  private List<String> contexts = List.of();

  @Mixin private ServiceOptions service = new ServiceOptions();

  @Spec(Spec.Target.MIXEE)
  private @Nullable CommandSpec command;

  EnvelopeOptions() {}

  /** All pairs together. */
  EncryptionContext context() {
    Map<String, String> context = new LinkedHashMap<>();
    try {
      for (String pairs : contexts) {
        PairsParameter.read(OPTION, pairs)
            .forEach(
                (key, value) -> {
                  // Choosing one of the two would be a guess.
                  if (context.putIfAbsent(key, value) != null) {
                    throw wrong(OPTION + " has the key '" + key + "' twice");
                  }
                });
      }
    } catch (IllegalArgumentException e) {
      throw wrong(e);
    }
    return EncryptionContext.of(context);
  }

  Caller caller() {
    return service.caller();
  }

  /** Returns the files that the options name. Must be called after {@link #context}. */
  FilesInUse files() {
    FilesInUse files = new FilesInUse();
    for (String pairs : contexts) {
      ParameterFile.fileOf(pairs).ifPresent(file -> files.add("the file of " + OPTION, file));
    }
    service.addTo(files);
    return files;
  }

  /** Refuses the options that say where KMS keys are, because the command uses none. */
  void requireNoService(String reason) {
    if (service.hasOptions()) {
      throw wrong("options of a store or a server cannot be used: " + reason);
    }
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
