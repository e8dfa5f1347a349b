package io.github.embeddedkms.cli.aws;

import io.github.embeddedkms.cli.terminal.CommandLineException;
import io.github.embeddedkms.cli.terminal.ProgramVersion;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/**
 * The options that every command of the AWS CLI has. Those about requests to an endpoint are {@code
 * ServiceOptions}, which our own commands have too. Most of the others say how the AWS CLI behaves
 * on a terminal: scripts give them, and they change nothing here.
 */
final class GlobalOptions {

  /** In the AWS CLI's order, in which it names those that an abbreviation could be. */
  static final List<String> NAMES =
      List.of(
          "--debug",
          "--endpoint-url",
          "--no-verify-ssl",
          "--no-paginate",
          "--output",
          "--query",
          "--profile",
          "--region",
          "--version",
          "--color",
          "--no-sign-request",
          "--ca-bundle",
          "--cli-read-timeout",
          "--cli-connect-timeout",
          "--cli-binary-format",
          "--no-cli-pager",
          "--cli-auto-prompt",
          "--no-cli-auto-prompt");

  /** An option of this program only. */
  static final String HELP = "--help";

  private static final String COLOR = "--color";
  private static final List<String> COLORS = List.of("on", "off", "auto");
  private static final String AUTO_PROMPT = "--cli-auto-prompt";
  private static final String NO_AUTO_PROMPT = "--no-cli-auto-prompt";

  private GlobalOptions() {}

  /** Adds those that are not in {@code ServiceOptions}, and do not say how to print a response. */
  static void addTo(CommandSpec spec) {
    spec.addOption(
        OptionSpec.builder(BinaryFormat.OPTION)
            .arity("1")
            .type(String.class)
            .paramLabel(String.join("|", BinaryFormat.words()))
            .completionCandidates(BinaryFormat.words())
            .description(
                "what options and input files have for binary members: Base64, or the bytes"
                    + " themselves (default: $"
                    + BinaryFormat.VARIABLE
                    + ", or base64)")
            .build());
    spec.addOption(OptionSpec.builder(COLOR).arity("1").type(String.class).hidden(true).build());
    for (String flag : List.of("--debug", "--no-cli-pager", AUTO_PROMPT, NO_AUTO_PROMPT)) {
      spec.addOption(OptionSpec.builder(flag).arity("0").type(Boolean.class).hidden(true).build());
    }
    spec.versionProvider(new ProgramVersion());
    spec.addOption(OptionSpec.builder("--version").versionHelp(true).hidden(true).build());
    spec.addOption(
        OptionSpec.builder(HELP, "-h").usageHelp(true).description("show this help").build());
  }

  /**
   * Checks the options that have no other effect.
   *
   * @throws CommandLineException if a value is not one of the choices, or prompts are requested
   */
  static void check(ParseResult parsed) {
    String color = parsed.matchedOptionValue(COLOR, null);
    if (color != null && !COLORS.contains(color)) {
      throw CommandLineException.invalidChoice(COLOR, color, COLORS);
    }
    if (parsed.hasMatchedOption(AUTO_PROMPT)) {
      throw parsed.hasMatchedOption(NO_AUTO_PROMPT)
          ? CommandLineException.invalid(
              "Both "
                  + AUTO_PROMPT
                  + " and "
                  + NO_AUTO_PROMPT
                  + " cannot be specified at the same time.")
          : CommandLineException.argument(
              "argument "
                  + AUTO_PROMPT
                  + ": not supported, since this program never prompts for parameters; give them"
                  + " as options");
    }
  }
}
