package io.github.embeddedkms.cli.messages;

import io.github.embeddedkms.Caller;
import io.github.embeddedkms.cli.terminal.CommandLineException;
import io.github.embeddedkms.envelope.EnvelopeBuilder;
import java.util.LinkedHashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * Which keys' messages are opened. The keys are named on the command line. The keys that a message
 * names are used only if the user asks for that, account by account.
 */
final class TrustOptions {

  @Option(
      names = "--key",
      paramLabel = "KEY",
      description =
          "a KMS key that the message may be sealed for: key id, key ARN, alias name or alias ARN;"
              + " may be given several times")
  private List<String> keys = List.of();

  @Option(
      names = "--offline",
      paramLabel = "KEY[,KEY]",
      description =
          "a KMS key to whose public key the message may be sealed, or the two keys of a pair: key"
              + " id, key ARN, alias name or alias ARN. Anyone who has the public key can create"
              + " messages that open; may be given several times")
  private List<String> offline = List.of();

  @Option(
      names = "--any-key-of-account",
      paramLabel = "ID",
      description =
          "instead of --key: take any key of this account that the message names. Anyone who may"
              + " encrypt under any key there can create messages that open; may be given several"
              + " times")
  private List<String> accounts = List.of();

  @Option(
      names = "--partition",
      paramLabel = "NAME",
      description =
          "the partition of --any-key-of-account, aws-cn for example (default: that of the Region)")
  private @Nullable String partition;

  TrustOptions() {}

  /** Checked before a store is opened: at least one key or account must be trusted. */
  void require(EnvelopeOptions options) {
    if (keys.isEmpty() && accounts.isEmpty() && offline.isEmpty()) {
      throw options.wrong("Missing required option: '--key=KEY'");
    }
    if (partition != null && accounts.isEmpty()) {
      throw options.wrong("--partition needs --any-key-of-account");
    }
  }

  /**
   * Translates the error for a message that was sealed offline: it names a method of the library,
   * but here there is an option.
   */
  static CommandLineException sealedOffline() {
    return CommandLineException.failure(
        "the message was sealed offline: anyone with the public key can create it; name its key"
            + " with --offline if you accept that");
  }

  /**
   * Configures an envelope to open the requested messages.
   *
   * @throws IllegalArgumentException if that cannot be
   */
  void addTo(EnvelopeBuilder envelope, Caller caller) {
    keys.forEach(envelope::alsoOpens);
    for (String each : offline) {
      String[] pair = each.split(",", -1);
      switch (pair.length) {
        case 1 -> envelope.opensOffline(pair[0]);
        case 2 -> envelope.opensOffline(pair[0], pair[1]);
        default ->
            throw new IllegalArgumentException(
                "--offline takes a key, or the two keys of a pair: KEY or KEY,KEY");
      }
    }
    if (!accounts.isEmpty()) {
      envelope.discovery(
          partition == null ? caller.partition() : partition, new LinkedHashSet<>(accounts));
    }
  }
}
