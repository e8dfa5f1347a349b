package io.github.embeddedkms.cli.messages;

import io.github.embeddedkms.cli.client.ServiceClient;
import io.github.embeddedkms.cli.terminal.CommandLineException;
import io.github.embeddedkms.cli.terminal.ProgramVersion;
import io.github.embeddedkms.cli.terminal.StandardStreams;
import io.github.embeddedkms.cli.terminal.TerminalWriter;
import io.github.embeddedkms.envelope.Envelope;
import io.github.embeddedkms.envelope.EnvelopeBuilder;
import io.github.embeddedkms.envelope.NewRecipients;
import io.github.embeddedkms.envelope.SealedOfflineException;
import io.github.embeddedkms.model.EncryptionContext;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** Replaces the recipients of a message. */
@Command(
    name = "rewrap",
    description = {
      "Writes a copy of a message for other KMS keys. The data is not decrypted, except with"
          + " --reseal, and the original message is not changed.",
      "",
      "Verify the new message before you delete the old one or the old key. Anyone who could read"
          + " the old message still can.",
      ""
    },
    mixinStandardHelpOptions = true,
    versionProvider = ProgramVersion.class,
    sortOptions = false,
    footerHeading = "%nExamples:%n",
    footer = {
      "  embedded-kms rewrap orders.ekm --key alias/orders --new-key alias/archive \\",
      "      --context tenant=acme --out archived.ekm",
      "  embedded-kms verify-message archived.ekm --key alias/archive --context tenant=acme",
      "  embedded-kms rewrap report.ekm --offline alias/drop --new-key alias/reports --reseal \\",
      "      --out resealed.ekm"
    })
public final class RewrapCommand implements Callable<Integer> {

  /** More than the recipients, the context and the rest of a header can have. */
  private static final int LONGEST_HEADER = 1 << 18;

  @Parameters(
      arity = "0..1",
      paramLabel = "SEALED",
      description = "the message (default: -, which is standard input)")
  private @Nullable String file;

  @Mixin private TrustOptions trusted = new TrustOptions();

  @Option(
      names = "--new-key",
      paramLabel = "KEY",
      description =
          "a KMS key to seal the new message for, in place of all keys of the old one; up to 16 of"
              + " them")
  private List<String> newKeys = List.of();

  @Mixin private PublicKeyOptions publicKeys = new PublicKeyOptions();

  @Option(
      names = "--keep-offline",
      description = "keep the recipients of public keys, unchecked, next to the new ones")
  private boolean keepsOffline;

  @Option(
      names = "--reseal",
      description =
          "open the message and seal its data again, under a new data key. Required for --new-key"
              + " if the message was sealed to a public key: its author knows the data key")
  private boolean reseals;

  @Mixin private EnvelopeOptions options = new EnvelopeOptions();
  @Mixin private OutputOptions output = new OutputOptions();
  @ParentCommand private @Nullable StandardStreams streams;

  private RewrapCommand() {}

  @Override
  public Integer call() throws IOException {
    StandardStreams standard = Objects.requireNonNull(streams, "set by picocli");
    TerminalWriter err = standardError();
    EncryptionContext context = options.context();
    trusted.require(options);
    if (newKeys.isEmpty() && !publicKeys.isGiven()) {
      throw options.wrong("Missing required option: '--new-key=KEY'");
    }
    if (reseals && keepsOffline) {
      throw options.wrong(
          "--reseal and --keep-offline exclude each other: the data key is a new one");
    }
    publicKeys.read();
    try (Input in = Input.open(file, standard.standardInput());
        Output out = output.openForMessage(in, publicKeys.addTo(options.files()), standard);
        ServiceClient kms = options.connect();
        Envelope envelope = envelope(kms);
        Progress progress = Progress.of(in, err, () -> output.isOnTerminal(standard))) {
      if (reseals) {
        reseal(kms, envelope, progress, out, context);
      } else {
        NewRecipients recipients = publicKeys.with(newKeys);
        publicKeys.printFingerprints(err);
        envelope.rewrap(
            progress, out, context, keepsOffline ? recipients.keepingOffline() : recipients);
      }
      out.commit();
    } catch (IllegalArgumentException e) {
      throw options.wrong(e);
    } catch (SealedOfflineException e) {
      throw sealedOffline();
    }
    err.println(
        "embedded-kms: verify-message "
            + output.described()
            + " with its new keys before you delete the old message or an old key");
    err.flush();
    return 0;
  }

  private CommandLineException sealedOffline() {
    return reseals || newKeys.isEmpty()
        ? TrustOptions.sealedOffline()
        : CommandLineException.failure(
            "the message was sealed offline, so its author knows its data key and could write other"
                + " messages under a --new-key; --reseal seals the data again, under a new data"
                + " key");
  }

  private void reseal(
      ServiceClient kms,
      Envelope reader,
      InputStream message,
      OutputStream out,
      EncryptionContext context)
      throws IOException {
    EnvelopeBuilder sealing = Envelope.builder(kms);
    newKeys.forEach(sealing::key);
    publicKeys.addTo(sealing);
    BufferedInputStream header = new BufferedInputStream(message);
    header.mark(LONGEST_HEADER);
    if (Envelope.inspect(header).claimedContext() != null) {
      sealing.storeContext();
    }
    header.reset();
    publicKeys.printFingerprints(standardError());
    try (Envelope writer = sealing.build();
        InputStream plaintext = reader.opening(header, context)) {
      writer.seal(plaintext, out, context);
    }
  }

  private TerminalWriter standardError() {
    return Objects.requireNonNull(streams, "set by picocli").standardError();
  }

  private Envelope envelope(ServiceClient kms) {
    EnvelopeBuilder envelope = Envelope.builder(kms);
    trusted.addTo(envelope, options.caller());
    return envelope.build();
  }
}
