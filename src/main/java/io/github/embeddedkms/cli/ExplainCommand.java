package io.github.embeddedkms.cli;

import io.github.embeddedkms.cli.terminal.ProgramVersion;
import picocli.CommandLine.Command;

/** Explains whether a principal may call an operation. The operations are added as its commands. */
@Command(
    name = ExplainCommand.NAME,
    description = {
      "Explains whether a principal may call an operation, and why: the statements of key policies"
          + " and identity policies that decide, and those that nearly do. The operation is not"
          + " called, and nothing is changed.",
      "",
      "OPERATION is followed by its own options and by --as, --facts and --seed: see"
          + " 'explain OPERATION --help'. Identity policies come from a seed; without one every"
          + " principal is an administrator. Exits with 0 if everything that the operation needs is"
          + " allowed, and with 1 if not.",
      ""
    },
    customSynopsis = "embedded-kms explain OPERATION [OPTION ...]",
    mixinStandardHelpOptions = true,
    versionProvider = ProgramVersion.class,
    footerHeading = "%nExamples:%n",
    footer = {
      "  embedded-kms explain decrypt --as arn:aws:iam::111122223333:user/alice \\",
      "      --ciphertext-blob fileb://orders.blob --encryption-context tenant=acme",
      "  embedded-kms explain create-key --seed orders.yaml \\",
      "      --as arn:aws:iam::111122223333:role/Orders"
    })
final class ExplainCommand {

  /** The name of this command. */
  static final String NAME = "explain";

  private ExplainCommand() {}
}
