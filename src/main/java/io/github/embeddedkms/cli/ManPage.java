package io.github.embeddedkms.cli;

import io.github.embeddedkms.cli.aws.OperationCommand;
import io.github.embeddedkms.cli.terminal.ProgramVersion;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * The manual page of a program in roff, from the same descriptions as {@code --help}: printed by
 * the program itself, it needs no tool at build time and is never older than the program.
 *
 * <p>Options that all operations have are described once.
 */
final class ManPage {

  private static final String EXIT_STATUS =
      """
      .SH EXIT STATUS
      .TP
      0
      success
      .TP
      1
      explain: the principal may not call the operation
      .TP
      252
      wrong usage
      .TP
      253
      wrong environment, missing credentials for example
      .TP
      254
      a service error
      .TP
      255
      anything else
      """;

  private final StringBuilder lines = new StringBuilder();

  private ManPage() {}

  /** Returns the page of a program whose commands have their help. */
  static String of(CommandLine program) {
    ManPage page = new ManPage();
    String name = program.getCommandName();
    String description = text(program.getCommandSpec().usageMessage().description());
    page.line(".TH " + name.toUpperCase(Locale.ROOT) + " 1 \"\" \"" + version() + "\"");
    page.line(".SH NAME");
    page.line(name + " \\- " + escaped(description.replaceFirst("\\.$", "")));
    page.line(".SH SYNOPSIS");
    page.line(".B " + name);
    page.line("\\fICOMMAND\\fR [\\fIOPTION\\fR ...]");
    List<CommandSpec> operations = new ArrayList<>();
    page.line(".SH COMMANDS");
    for (CommandLine command : program.getSubcommands().values()) {
      CommandSpec spec = command.getCommandSpec();
      if (spec.userObject() instanceof OperationCommand) {
        operations.add(spec);
      } else {
        page.command(spec, name.length() + 1);
      }
    }
    page.operations(operations, name.length() + 1);
    page.lines.append(EXIT_STATUS);
    return page.lines.toString();
  }

  private static String version() {
    return new ProgramVersion().getVersion()[0];
  }

  private void operations(List<CommandSpec> operations, int prefix) {
    Set<String> common = new LinkedHashSet<>();
    if (!operations.isEmpty()) {
      common.addAll(operations.get(0).optionsMap().keySet());
      operations.forEach(each -> common.retainAll(each.optionsMap().keySet()));
      line(".SH OPTIONS OF ALL OPERATIONS");
      operations.get(0).options().stream()
          .filter(option -> common.contains(option.longestName()))
          .forEach(this::option);
      line(".SH OPERATIONS");
    }
    for (CommandSpec operation : operations) {
      heading(operation, prefix);
      operation.options().stream()
          .filter(option -> !common.contains(option.longestName()))
          .forEach(this::option);
    }
  }

  private void command(CommandSpec command, int prefix) {
    heading(command, prefix);
    command.positionalParameters().forEach(each -> item(escaped(each.paramLabel()), each));
    command.options().forEach(this::option);
    command.subcommands().values().forEach(each -> command(each.getCommandSpec(), prefix));
  }

  private void heading(CommandSpec command, int prefix) {
    line(".SS " + escaped(command.qualifiedName().substring(prefix)));
    line(escaped(text(command.usageMessage().description())));
  }

  private void option(OptionSpec option) {
    if (!option.hidden()) {
      String value =
          option.arity().max() == 0 ? "" : "=\\fI" + escaped(option.paramLabel()) + "\\fR";
      item("\\fB" + escaped(option.longestName()) + "\\fR" + value, option);
    }
  }

  private void item(String label, ArgSpec argument) {
    line(".TP");
    line(label);
    line(escaped(text(argument.description())));
  }

  /** Descriptions are formats. */
  private static String text(String... paragraphs) {
    return String.format(Locale.ROOT, String.join(" ", paragraphs)).strip();
  }

  private static final Pattern NOT_ASCII = Pattern.compile("[^\\x20-\\x7e]");

  /** A hyphen in roff is typographic, and a dot or an apostrophe at the start is a request. */
  private static String escaped(String text) {
    String ascii = text.replace("\\", "\\e").replace("-", "\\-").replaceAll("\\s+", " ");
    String escaped =
        NOT_ASCII
            .matcher(ascii)
            .replaceAll(found -> "\\\\[u%04X]".formatted(found.group().codePointAt(0)));
    return escaped.startsWith(".") || escaped.startsWith("'") ? "\\&" + escaped : escaped;
  }

  private void line(String line) {
    lines.append(line).append('\n');
  }
}
