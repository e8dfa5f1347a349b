package io.github.embeddedkms.cli.messages;

import io.github.embeddedkms.cli.client.ServiceClient;
import io.github.embeddedkms.cli.terminal.ProgramVersion;
import io.github.embeddedkms.cli.terminal.StandardStreams;
import io.github.embeddedkms.envelope.Envelope;
import io.github.embeddedkms.envelope.EnvelopeBuilder;
import io.github.embeddedkms.envelope.EnvelopeRecipient;
import io.github.embeddedkms.envelope.RecipientKind;
import io.github.embeddedkms.envelope.SealedOfflineException;
import io.github.embeddedkms.model.EncryptionContext;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Verifies that a message opens. */
@Command(
    name = "verify-message",
    description = {
      "Opens a message to its end without writing its plaintext anywhere, and prints the ARNs of"
          + " those of the given keys that open it, one on a line; after those of public keys,"
          + " their kind.",
      ""
    },
    mixinStandardHelpOptions = true,
    versionProvider = ProgramVersion.class,
    sortOptions = false,
    footerHeading = "%nExample:%n",
    footer = {"  embedded-kms verify-message orders.ekm --key alias/orders --context tenant=acme"})
public final class VerifyCommand implements Callable<Integer> {

  @Parameters(
      arity = "0..1",
      paramLabel = "SEALED",
      description = "the message (default: -, which is standard input)")
  private @Nullable String file;

  @Mixin private TrustOptions trusted = new TrustOptions();
  @Mixin private EnvelopeOptions options = new EnvelopeOptions();
  @Mixin private ParallelismOption parallelism = new ParallelismOption();
  @ParentCommand private @Nullable StandardStreams streams;
  @Spec private @Nullable CommandSpec spec;

  private VerifyCommand() {}

  @Override
  public Integer call() throws IOException {
    StandardStreams standard = Objects.requireNonNull(streams, "set by picocli");
    CommandLine command = Objects.requireNonNull(spec, "set by picocli").commandLine();
    EncryptionContext context = options.context();
    trusted.require(options);
    List<EnvelopeRecipient> recipients;
    try (Input in = Input.open(file, standard.standardInput());
        ServiceClient kms = options.connect();
        Envelope envelope = envelope(kms);
        Progress progress = Progress.of(in, standard.standardError(), () -> false)) {
      recipients = envelope.verify(progress, context);
    } catch (SealedOfflineException e) {
      throw TrustOptions.sealedOffline();
    }
    recipients.forEach(recipient -> command.getOut().println(describe(recipient)));
    return 0;
  }

  private static String describe(EnvelopeRecipient recipient) {
    String arns = String.join(" ", recipient.keyArns());
    RecipientKind kind = Objects.requireNonNull(recipient.kind(), "known, because it opens");
    return kind.isOffline() ? arns + " (offline, " + kind + ")" : arns;
  }

  private Envelope envelope(ServiceClient kms) {
    EnvelopeBuilder envelope = Envelope.builder(kms);
    try {
      trusted.addTo(envelope, options.caller());
      parallelism.addTo(envelope);
    } catch (IllegalArgumentException e) {
      throw options.wrong(e);
    }
    return envelope.build();
  }
}
