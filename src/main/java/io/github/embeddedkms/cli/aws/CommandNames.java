package io.github.embeddedkms.cli.aws;

import io.github.embeddedkms.model.RecordMember;
import io.github.embeddedkms.operation.OperationType;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** The names of operations and members as the AWS CLI writes them. */
public final class CommandNames {

  private static final Pattern COMMAND = Pattern.compile("[a-z]+(-[a-z]+)*");
  private static final Pattern WORD = Pattern.compile("(?:^|-)([a-z])");

  private CommandNames() {}

  /**
   * Finds the operation of a command. Only the classes of this operation are loaded.
   *
   * @param command a word of the command line, {@code generate-data-key} for example
   * @return the operation; empty if there is none, or if it is not supported yet
   */
  public static Optional<OperationType> operation(String command) {
    if (!COMMAND.matcher(command).matches()) {
      return Optional.empty();
    }
    String name = WORD.matcher(command).replaceAll(word -> word.group(1).toUpperCase(Locale.ROOT));
    return OperationType.named(name).filter(OperationType::isSupported);
  }

  /**
   * Returns all operations that have a command.
   *
   * @return the supported operations in the order of their names
   */
  public static List<OperationType> operations() {
    return Arrays.stream(OperationType.values()).filter(OperationType::isSupported).toList();
  }

  /**
   * Returns the command of an operation.
   *
   * @param operation the operation
   * @return the command, {@code generate-data-key} for example
   */
  public static String command(OperationType operation) {
    return hyphenated(operation.operationName());
  }

  /**
   * Returns the name of a command or an option: lower-case words separated by hyphens.
   *
   * @param name the name of an operation or a member, {@code GenerateDataKey} or {@code keyId} for
   *     example
   * @return the name in the AWS CLI, {@code generate-data-key} or {@code key-id}
   */
  public static String hyphenated(String name) {
    // Names of KMS have no acronyms: every capital begins a word.
    return name.replaceAll("(?<!^)([A-Z])", "-$1").toLowerCase(Locale.ROOT);
  }

  /** The name of the option for a member, {@code --key-id} for example. */
  static String option(RecordMember member) {
    return "--" + hyphenated(member.name());
  }
}
