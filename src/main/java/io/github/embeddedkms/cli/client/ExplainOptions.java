package io.github.embeddedkms.cli.client;

import io.github.embeddedkms.Caller;
import io.github.embeddedkms.authorization.Identity;
import io.github.embeddedkms.authorization.Principal;
import io.github.embeddedkms.cli.parameter.PairsParameter;
import io.github.embeddedkms.cli.terminal.FileFailures;
import io.github.embeddedkms.local.Seed;
import io.github.embeddedkms.model.Arn;
import io.github.embeddedkms.seed.SeedFiles;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of {@code explain}: who sends the request, and the identity policies. */
public final class ExplainOptions {

  private static final String FACTS = "--facts";

  @Option(
      names = "--as",
      paramLabel = "PRINCIPAL",
      description =
          "who sends the request: the ARN of a user, a role, a session of a role, a federated user"
              + " or a root user, or the name of a service (default: the root user of the account)")
  private @Nullable String principal;

  @Option(
      names = FACTS,
      paramLabel = "KEY=VALUE,...",
      description =
          "condition keys that only the sender knows: aws:SourceIp=192.0.2.1 for example, or"
              + " kms:ViaService=s3.eu-central-1.amazonaws.com")
  private @Nullable String facts;

  @Option(
      names = "--seed",
      paramLabel = "FILE",
      description =
          "the identities of a seed, in YAML or JSON; without a store, its keys and aliases too, in"
              + " the account of the sender or of --account")
  private @Nullable Path seedFile;

  /** Creates options to be filled by picocli. */
  public ExplainOptions() {}

  /** The account of the principal; null if the option does not name one. */
  @Nullable String account() {
    if (principal == null || !Arn.hasPrefix(principal)) {
      return null;
    }
    return Principal.of(principal, Identity.none()).account();
  }

  /**
   * The sender of the request.
   *
   * @param owner the caller of other commands, in the same Region
   * @throws IllegalArgumentException if the options name no principal, or a fact that no caller can
   *     state; the message says why
   */
  Caller caller(Caller owner) {
    Caller caller = owner;
    if (principal != null) {
      caller = Arn.hasPrefix(principal) ? owner.actingAs(principal) : owner.service(principal);
    }
    if (facts != null) {
      for (Map.Entry<String, String> fact : PairsParameter.read(FACTS, facts).entrySet()) {
        caller = caller.with(fact.getKey(), fact.getValue());
      }
    }
    return caller;
  }

  /**
   * The seed; null if there is none.
   *
   * @throws IllegalArgumentException if the file cannot be read or is invalid; the message says why
   */
  @Nullable Seed seed() {
    try {
      return seedFile == null ? null : SeedFiles.read(seedFile);
    } catch (UncheckedIOException e) {
      throw new IllegalArgumentException(
          "cannot read "
              + seedFile
              + ": "
              + FileFailures.reason(Objects.requireNonNull(e.getCause())),
          e);
    }
  }
}
