package io.github.embeddedkms.cli.messages;

import io.github.embeddedkms.cli.client.ServiceClient;
import io.github.embeddedkms.cli.terminal.ProgramVersion;
import io.github.embeddedkms.cli.terminal.StandardStreams;
import io.github.embeddedkms.envelope.Envelope;
import io.github.embeddedkms.envelope.EnvelopeBuilder;
import io.github.embeddedkms.model.EncryptionContext;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** Seals a file. */
@Command(
    name = "seal",
    description = {
      "Encrypts a file, of any length and in constant memory, under a new data key that the message"
          + " carries, sealed under a KMS key.",
      ""
    },
    mixinStandardHelpOptions = true,
    versionProvider = ProgramVersion.class,
    sortOptions = false,
    footerHeading = "%nExamples:%n",
    footer = {
      "  embedded-kms seal orders.csv --key alias/orders --context tenant=acme \\",
      "      --out orders.ekm",
      "  tar c orders | embedded-kms seal --key alias/orders --key alias/recovery > o.ekm",
      "  embedded-kms seal orders.csv --to archive.der --to-arn arn:aws:kms:...:key/... \\",
      "      --out orders.ekm"
    })
public final class SealCommand implements Callable<Integer> {

  @Parameters(
      arity = "0..1",
      paramLabel = "FILE",
      description = "what to seal (default: -, which is standard input)")
  private @Nullable String file;

  @Option(
      names = "--key",
      paramLabel = "KEY",
      description =
          "a KMS key to seal for: key id, key ARN, alias name or alias ARN; given several times,"
              + " each of up to 16 keys opens the message")
  private List<String> keys = List.of();

  @Mixin private PublicKeyOptions publicKeys = new PublicKeyOptions();
  @Mixin private EnvelopeOptions options = new EnvelopeOptions();
  @Mixin private OutputOptions output = new OutputOptions();

  @Option(
      names = "--store-context",
      description =
          "store the context in the message, where anyone can read it; opening the message still"
              + " requires it")
  private boolean storesContext;

  @Mixin private ParallelismOption parallelism = new ParallelismOption();
  @ParentCommand private @Nullable StandardStreams streams;

  private SealCommand() {}

  @Override
  public Integer call() throws IOException {
    StandardStreams standard = Objects.requireNonNull(streams, "set by picocli");
    EncryptionContext context = options.context();
    if (keys.isEmpty() && !publicKeys.isGiven()) {
      throw options.wrong(
          "Missing required option: '--key=KEY', or '--to=FILE' with '--to-arn=ARN'");
    }
    if (keys.isEmpty()) {
      options.requireNoService("without --key, sealing uses only the public keys of --to");
    }
    publicKeys.read();
    try (Input in = Input.open(file, standard.standardInput());
        Output out = output.openForMessage(in, publicKeys.addTo(options.files()), standard);
        // Sealing to public keys only needs no store and no service.
        ServiceClient kms = keys.isEmpty() ? null : options.connect();
        Envelope envelope = envelope(kms);
        Progress progress =
            Progress.of(in, standard.standardError(), () -> output.isOnTerminal(standard))) {
      publicKeys.printFingerprints(standard.standardError());
      envelope.seal(progress, out, context);
      out.commit();
    }
    return 0;
  }

  private Envelope envelope(@Nullable ServiceClient kms) {
    EnvelopeBuilder envelope = kms == null ? Envelope.builder() : Envelope.builder(kms);
    try {
      keys.forEach(envelope::key);
      publicKeys.addTo(envelope);
      parallelism.addTo(envelope);
    } catch (IllegalArgumentException e) {
      throw options.wrong(e);
    }
    return (storesContext ? envelope.storeContext() : envelope).build();
  }
}
