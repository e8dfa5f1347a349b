package io.github.embeddedkms.cli.messages;

import io.github.embeddedkms.cli.output.OutputFormat;
import io.github.embeddedkms.cli.terminal.ProgramVersion;
import io.github.embeddedkms.cli.terminal.StandardStreams;
import io.github.embeddedkms.envelope.Envelope;
import io.github.embeddedkms.envelope.EnvelopeHeader;
import io.github.embeddedkms.envelope.EnvelopeRecipient;
import io.github.embeddedkms.envelope.RecipientKind;
import io.github.embeddedkms.model.EncryptionContext;
import java.io.IOException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** Prints what a message says about itself. */
@Command(
    name = "inspect",
    description = {
      "Prints what a message says about itself, without any key or store.",
      "",
      "All of it is claimed and nothing is authenticated: anyone who passed the message on may have"
          + " written it. Only open and verify-message show what is true.",
      ""
    },
    mixinStandardHelpOptions = true,
    versionProvider = ProgramVersion.class,
    sortOptions = false,
    footerHeading = "%nExample:%n",
    footer = {"  embedded-kms inspect orders.ekm --output text"})
public final class InspectCommand implements Callable<Integer> {

  @Parameters(
      arity = "0..1",
      paramLabel = "SEALED",
      description = "the message, or its beginning (default: -, which is standard input)")
  private @Nullable String file;

  @Option(
      names = "--output",
      paramLabel = "json|text|table|yaml|yaml-stream|off",
      converter = FormatConverter.class,
      defaultValue = "json",
      description = "how to print it (default: ${DEFAULT-VALUE})")
  private OutputFormat format = OutputFormat.JSON;

  @ParentCommand private @Nullable StandardStreams streams;
  @Spec private @Nullable CommandSpec spec;

  private InspectCommand() {}

  /** Finds a format by its name in the AWS CLI, in any case. */
  static final class FormatConverter implements ITypeConverter<OutputFormat> {

    @Override
    public OutputFormat convert(String word) {
      return OutputFormat.of(word.toLowerCase(Locale.ROOT))
          .orElseThrow(
              () ->
                  new TypeConversionException(
                      "expected one of " + OutputFormat.WORDS + " but was '" + word + "'"));
    }
  }

  @Override
  public Integer call() throws IOException {
    StandardStreams standard = Objects.requireNonNull(streams, "set by picocli");
    CommandSpec command = Objects.requireNonNull(spec, "set by picocli");
    EnvelopeHeader header;
    try (Input in = Input.open(file, standard.standardInput())) {
      header = Envelope.inspect(in);
    }
    command.commandLine().getOut().print(print(header));
    return 0;
  }

  private String print(EnvelopeHeader header) {
    Map<String, @Nullable Object> members = new LinkedHashMap<>();
    members.put("Authenticated", false);
    members.put("Version", header.version());
    members.put("Suite", header.suite());
    members.put("Empty", header.empty());
    members.put("ClaimedKeyArns", header.claimedKeyArns());
    if (header.version() > 1) {
      // False if all recipients that are not online are of unknown kinds.
      members.put("ClaimedSealedOffline", header.isSealedOffline());
      members.put("ClaimedPostQuantum", header.isPostQuantum());
      members.put(
          "ClaimedRecipients",
          header.claimedRecipients().stream().map(InspectCommand::members).toList());
    }
    EncryptionContext context = header.claimedContext();
    if (context != null) {
      members.put("ClaimedEncryptionContext", context.asMap());
    }
    return format.print("inspect", members, OutputFormat.DEFAULT_WIDTH);
  }

  private static Map<String, @Nullable Object> members(EnvelopeRecipient recipient) {
    RecipientKind kind = recipient.kind();
    Map<String, @Nullable Object> members = new LinkedHashMap<>();
    members.put("Kind", kind == null ? "unknown (" + recipient.code() + ")" : kind.name());
    members.put("KeyArns", recipient.keyArns());
    members.put(
        "Fingerprints",
        recipient.fingerprints().stream()
            .map(each -> HexFormat.of().formatHex(each.asByteArray()))
            .toList());
    return members;
  }
}
