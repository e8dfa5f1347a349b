package io.github.embeddedkms.cli;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/**
 * The completions of a program for fish, one {@code complete} command on each line. picocli has
 * them for bash and zsh only.
 */
final class FishCompletion {

  private final String program;
  private final StringBuilder lines = new StringBuilder();

  private FishCompletion(String program) {
    this.program = program;
  }

  /** Returns the lines for a program and its commands, two levels deep. */
  static String of(CommandLine program) {
    FishCompletion script = new FishCompletion(program.getCommandName());
    script.addAll(program.getSubcommands(), "__fish_use_subcommand");
    program
        .getSubcommands()
        .forEach(
            (name, command) -> {
              String after = "__fish_seen_subcommand_from " + name;
              Map<String, CommandLine> inner = command.getSubcommands();
              if (!inner.isEmpty()) {
                String names = String.join(" ", inner.keySet());
                script.addAll(inner, after + "; and not __fish_seen_subcommand_from " + names);
              }
              script.addOptions(command.getCommandSpec().options(), after);
              inner.forEach(
                  (innerName, each) ->
                      script.addOptions(
                          // Those of an operation are completed after explain too.
                          optionsWithout(each, program.getSubcommands().get(innerName)),
                          after + "; and __fish_seen_subcommand_from " + innerName));
            });
    return script.lines.toString();
  }

  private void addAll(Map<String, CommandLine> commands, String condition) {
    commands.forEach(
        (name, command) ->
            add(
                condition,
                "-f -a " + name,
                first(command.getCommandSpec().usageMessage().description())));
  }

  private static List<OptionSpec> optionsWithout(CommandLine command, @Nullable CommandLine other) {
    Set<String> known = other == null ? Set.of() : other.getCommandSpec().optionsMap().keySet();
    return command.getCommandSpec().options().stream()
        .filter(option -> !known.contains(option.longestName()))
        .toList();
  }

  private void addOptions(List<OptionSpec> options, String condition) {
    for (OptionSpec option : options) {
      if (!option.hidden()) {
        add(condition, words(option), first(option.description()));
      }
    }
  }

  /** Options whose values are files complete file names, as fish does without {@code -f}. */
  private static String words(OptionSpec option) {
    String name = "-l " + option.longestName().replaceFirst("^--", "");
    if (option.arity().max() == 0) {
      return name;
    }
    String values = values(option.completionCandidates());
    return name + (values.isEmpty() ? " -r" : " -x -a '" + values + "'");
  }

  private static String values(@Nullable Iterable<String> candidates) {
    return candidates == null
        ? ""
        : StreamSupport.stream(candidates.spliterator(), false).collect(Collectors.joining(" "));
  }

  private void add(String condition, String words, String text) {
    lines.append("complete -c ").append(program);
    lines.append(" -n '").append(condition).append("' ").append(words);
    lines.append(text.isEmpty() ? "" : " -d '" + quoted(text) + "'").append('\n');
  }

  private static String first(String... paragraphs) {
    return paragraphs.length == 0 ? "" : String.format(Locale.ROOT, paragraphs[0]);
  }

  private static String quoted(String text) {
    return text.replace("\\", "\\\\").replace("'", "\\'");
  }
}
