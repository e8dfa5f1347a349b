package io.github.embeddedkms.cli.aws;

import io.github.embeddedkms.cli.terminal.CommandLineException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Reads the words of an operation's command line as the AWS CLI reads them, and writes them in a
 * form that picocli can read in one way only: every option once, by its full name, with its value
 * attached.
 *
 * <p>The AWS CLI reads the words twice: first for the options of all commands, then the remaining
 * words for those of the operation. In each, an option may be abbreviated as long as only one
 * option begins so. A word that begins with a hyphen is an option, unless it is a number or
 * contains a space. Other values that begin with a hyphen must be attached, {@code
 * --description=-a}. If an option is given twice, the last counts.
 *
 * <p>Options that the AWS CLI does not have cannot be abbreviated, so that they never make an
 * abbreviation ambiguous that the AWS CLI takes.
 *
 * <p>Source: the argument parser of Python 3.11, which version 2.9.19 of the AWS CLI uses.
 */
// Every operation runs this. It has loops, since the first use of a lambda takes longer than all of
// it, and a command is a new JVM.
final class ArgumentWords {

  private static final String END_OF_OPTIONS = "--";
  private static final Pattern NUMBER = Pattern.compile("-\\d+|-\\d*\\.\\d+");

  private final Map<String, OptionSpec> options;
  private final Collection<String> abbreviated;

  /** The options with their values, by full name, in the order in which each was given last. */
  private final Map<String, List<String>> given;

  /**
   * Creates a reader.
   *
   * @param options the options to look for
   * @param abbreviated the names of those that can be abbreviated
   * @param given receives the options that are found
   */
  private ArgumentWords(
      Map<String, OptionSpec> options,
      Collection<String> abbreviated,
      Map<String, List<String>> given) {
    this.options = options;
    this.abbreviated = abbreviated;
    this.given = given;
  }

  /**
   * An option that a word may be.
   *
   * @param option the option; null if it is not one of these
   * @param attached the value after the equals sign; null if there is none
   */
  private record Match(@Nullable OptionSpec option, @Nullable String attached) {}

  /**
   * Writes the words for picocli. Those that are neither options nor values come last, after {@code
   * --}.
   *
   * @param spec the command of an operation
   * @param words the words of the command line without that command
   * @throws CommandLineException if an abbreviation is ambiguous, a value is missing, or a value is
   *     attached to an option that has none
   */
  static List<String> canonical(CommandSpec spec, List<String> words) {
    Map<String, List<String>> given = new LinkedHashMap<>();
    List<String> left = at(ofAllCommands(spec, given).read(words), words);
    List<String> unknown = at(ofOperation(spec, given).read(left), left);
    unknown.remove(END_OF_OPTIONS);
    List<String> canonical = new ArrayList<>();
    for (List<String> option : given.values()) {
      canonical.addAll(option);
    }
    canonical.add(END_OF_OPTIONS);
    canonical.addAll(asReported(unknown));
    return canonical;
  }

  private static List<String> at(List<Integer> positions, List<String> words) {
    List<String> found = new ArrayList<>();
    for (int position : positions) {
      found.add(words.get(position));
    }
    return found;
  }

  /**
   * The AWS CLI takes the first word that is not like an option for a topic, and reports it last.
   */
  private static List<String> asReported(List<String> unknown) {
    List<String> reported = new ArrayList<>(unknown);
    for (String word : unknown) {
      if (!word.startsWith("-")) {
        reported.remove(word);
        reported.add(word);
        break;
      }
    }
    return reported;
  }

  /**
   * Returns the position of the first word that is neither an option of all commands nor the value
   * of one; -1 if there is none.
   */
  static int positionOfCommand(CommandSpec spec, List<String> words) {
    return ofAllCommands(spec, new LinkedHashMap<>()).read(words).stream()
        .filter(position -> !words.get(position).startsWith("-"))
        .findFirst()
        .orElse(-1);
  }

  private static ArgumentWords ofAllCommands(CommandSpec spec, Map<String, List<String>> given) {
    Set<String> ofOperation = namesOfOperation(spec);
    Map<String, OptionSpec> options = new LinkedHashMap<>(spec.optionsMap());
    options.keySet().removeAll(ofOperation);
    List<String> abbreviated = new ArrayList<>(GlobalOptions.NAMES);
    abbreviated.retainAll(options.keySet());
    return new ArgumentWords(options, abbreviated, given);
  }

  private static ArgumentWords ofOperation(CommandSpec spec, Map<String, List<String>> given) {
    Set<String> names = namesOfOperation(spec);
    Map<String, OptionSpec> options = new LinkedHashMap<>(spec.optionsMap());
    options.keySet().retainAll(names);
    return new ArgumentWords(options, names, given);
  }

  /** All options except those that every command has, and those of the mixins, which are ours. */
  private static Set<String> namesOfOperation(CommandSpec spec) {
    Set<String> names = new LinkedHashSet<>();
    for (OptionSpec option : spec.options()) {
      names.add(option.longestName());
    }
    names.remove(GlobalOptions.HELP);
    for (String global : GlobalOptions.NAMES) {
      names.remove(global);
    }
    for (CommandSpec mixin : spec.mixins().values()) {
      names.removeAll(mixin.optionsMap().keySet());
    }
    return names;
  }

  /** Returns the positions of the words that are neither one of these options nor its value. */
  private List<Integer> read(List<String> words) {
    int end = words.indexOf(END_OF_OPTIONS);
    List<@Nullable Match> matches = new ArrayList<>();
    for (String word : end < 0 ? words : words.subList(0, end)) {
      matches.add(match(word));
    }
    List<Integer> left = new ArrayList<>();
    int position = 0;
    while (position < words.size()) {
      Match match = position < matches.size() ? matches.get(position) : null;
      position++;
      if (match == null || match.option == null) {
        left.add(position - 1);
      } else if (match.attached == null) {
        int next = endOfValues(match.option, matches, position);
        give(match.option, words.subList(position, next));
        position = next;
      } else {
        giveAttached(match.option, match.attached);
      }
    }
    return left;
  }

  /** The option that the word is; null if the word is a value. */
  private @Nullable Match match(String word) {
    if (!word.startsWith("-") || word.length() == 1) {
      return null;
    }
    OptionSpec exact = options.get(word);
    if (exact != null) {
      return new Match(exact, null);
    }
    int equals = word.indexOf('=');
    String name = equals < 0 ? word : word.substring(0, equals);
    String attached = equals < 0 ? null : word.substring(equals + 1);
    exact = options.get(name);
    if (exact != null) {
      return new Match(exact, attached);
    }
    List<String> meant = namesThatBegin(name);
    if (name.startsWith("--") && !meant.isEmpty()) {
      if (meant.size() > 1) {
        throw CommandLineException.argument(
            "ambiguous option: " + word + " could match " + String.join(", ", meant));
      }
      return new Match(options.get(meant.get(0)), attached);
    }
    return NUMBER.matcher(word).matches() || word.contains(" ") ? null : new Match(null, null);
  }

  private List<String> namesThatBegin(String prefix) {
    List<String> names = new ArrayList<>();
    for (String name : abbreviated) {
      if (name.startsWith(prefix)) {
        names.add(name);
      }
    }
    return names;
  }

  private static int endOfValues(OptionSpec option, List<@Nullable Match> matches, int first) {
    int end = first;
    while (end < matches.size() && matches.get(end) == null && end - first < option.arity().max()) {
      end++;
    }
    if (end - first < option.arity().min()) {
      throw CommandLineException.argument(
          "argument " + option.longestName() + ": expected one argument");
    }
    return end;
  }

  private void giveAttached(OptionSpec option, String value) {
    if (option.arity().max() == 0) {
      throw CommandLineException.argument(
          "argument " + option.longestName() + ": ignored explicit argument '" + value + "'");
    }
    give(option, List.of(value));
  }

  /** An option that was given before counts no more. */
  private void give(OptionSpec option, List<String> values) {
    String name = option.longestName();
    List<String> attached = values;
    if (values.isEmpty() && option.arity().max() > 0) {
      attached = List.of(option.fallbackValue());
    }
    List<String> words = new ArrayList<>();
    for (String value : attached) {
      words.add(name + "=" + value);
    }
    given.remove(name);
    given.put(name, attached.isEmpty() ? List.of(name) : words);
  }
}
