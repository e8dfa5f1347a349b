package io.github.embeddedkms.cli.aws;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** The names of operations and members as the AWS CLI writes them. */
public final class CommandNames {

  private static final Pattern COMMAND = Pattern.compile("[a-z]+(-[a-z]+)*");
  private static final Pattern WORD = Pattern.compile("(?:^|-)([a-z])");

  private CommandNames() {}

  /**
   * Returns the name that an operation with a command would have.
   *
   * @param command a word of the command line, {@code generate-data-key} for example
   * @return the name, {@code GenerateDataKey} for example; empty if no operation can have such a
   *     command
   */
  public static Optional<String> operationName(String command) {
    return COMMAND.matcher(command).matches()
        ? Optional.of(
            WORD.matcher(command).replaceAll(word -> word.group(1).toUpperCase(Locale.ROOT)))
        : Optional.empty();
  }

  /**
   * Returns the name of a command or an option: lower-case words separated by hyphens.
   *
   * @param name of an operation or a member, {@code GenerateDataKey} or {@code keyId} for example
   * @return the name in the AWS CLI, {@code generate-data-key} or {@code key-id}
   */
  public static String hyphenated(String name) {
    // Names of KMS have no acronyms: every capital begins a word.
    return name.replaceAll("(?<!^)([A-Z])", "-$1").toLowerCase(Locale.ROOT);
  }
}
