package io.github.embeddedkms.cli.messages;

import io.github.embeddedkms.cli.client.ServiceClient;
import io.github.embeddedkms.cli.terminal.ProgramVersion;
import io.github.embeddedkms.cli.terminal.StandardStreams;
import io.github.embeddedkms.envelope.Envelope;
import io.github.embeddedkms.envelope.EnvelopeBuilder;
import io.github.embeddedkms.envelope.SealedOfflineException;
import io.github.embeddedkms.model.EncryptionContext;
import java.io.IOException;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** Opens a message. */
@Command(
    name = "open",
    description = {
      "Decrypts a message that seal has written.",
      "",
      "To standard output, plaintext is written before the end of the message has been read: all of"
          + " it is authentic, but only exit code 0 says that it is complete. With --out, the file"
          + " appears only if it is complete.",
      ""
    },
    mixinStandardHelpOptions = true,
    versionProvider = ProgramVersion.class,
    sortOptions = false,
    footerHeading = "%nExamples:%n",
    footer = {
      "  embedded-kms open orders.ekm --key alias/orders --context tenant=acme \\",
      "      --out orders.csv",
      "  embedded-kms open o.ekm --key alias/recovery | tar x",
      "  embedded-kms open report.ekm --offline alias/archive --out report.pdf"
    })
public final class OpenCommand implements Callable<Integer> {

  @Parameters(
      arity = "0..1",
      paramLabel = "SEALED",
      description = "the message (default: -, which is standard input)")
  private @Nullable String file;

  @Mixin private TrustOptions trusted = new TrustOptions();
  @Mixin private EnvelopeOptions options = new EnvelopeOptions();
  @Mixin private OutputOptions output = new OutputOptions();
  @Mixin private ParallelismOption parallelism = new ParallelismOption();
  @ParentCommand private @Nullable StandardStreams streams;

  private OpenCommand() {}

  @Override
  public Integer call() throws IOException {
    StandardStreams standard = Objects.requireNonNull(streams, "set by picocli");
    EncryptionContext context = options.context();
    trusted.require(options);
    try (Input in = Input.open(file, standard.standardInput());
        Output out = output.open(in, options.files(), standard);
        ServiceClient kms = options.connect();
        Envelope envelope = envelope(kms);
        Progress progress =
            Progress.of(in, standard.standardError(), () -> output.isOnTerminal(standard))) {
      envelope.open(progress, out, context);
      out.commit();
    } catch (SealedOfflineException e) {
      throw TrustOptions.sealedOffline();
    }
    return 0;
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
