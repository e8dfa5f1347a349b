package io.github.embeddedkms.cli;

import io.github.embeddedkms.operation.KmsRequest;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One operation of the service, known by the record of its request.
 *
 * @param request the record
 */
record Operation(Class<?> request) {

  private static final Pattern COMMAND = Pattern.compile("[a-z]+(-[a-z]+)*");
  private static final Pattern WORD = Pattern.compile("(?:^|-)([a-z])");

  /** All operations in the order of their names. */
  static List<Operation> all() {
    return Arrays.stream(KmsRequest.class.getPermittedSubclasses()).map(Operation::new).toList();
  }

  /**
   * The operation with a name, {@code generate-data-key} for example. Only its own class is loaded:
   * asking for all of them takes longer than most of them do.
   */
  static Optional<Operation> named(String command) {
    if (!COMMAND.matcher(command).matches()) {
      return Optional.empty();
    }
    String name = WORD.matcher(command).replaceAll(word -> word.group(1).toUpperCase(Locale.ROOT));
    try {
      Class<?> found = Class.forName(KmsRequest.class.getPackageName() + "." + name);
      return found.isRecord() && KmsRequest.class.isAssignableFrom(found)
          ? Optional.of(new Operation(found))
          : Optional.empty();
    } catch (ClassNotFoundException | LinkageError e) {
      // A file system without upper and lower case finds a class under a name that is not its own.
      return Optional.empty();
    }
  }

  /** {@code GenerateDataKey}. */
  String name() {
    return request.getSimpleName();
  }

  /** {@code generate-data-key}. */
  String command() {
    return Member.hyphenated(name());
  }

  Class<?> response() {
    for (Class<?> nested : request.getDeclaredClasses()) {
      if (nested.getSimpleName().equals("Response")) {
        return nested;
      }
    }
    throw new AssertionError(request + " has its response nested in it");
  }

  /**
   * The member of the response that a listing fills page by page, if this is one. What makes a
   * listing is the same for all of them: limit and marker in, the next marker out.
   */
  @Nullable String listed() {
    if (!names(request).containsAll(List.of(Pages.LIMIT, Pages.MARKER))
        || !names(response()).containsAll(List.of(Pages.NEXT_MARKER, Pages.TRUNCATED))) {
      return null;
    }
    List<String> lists =
        Member.of(response()).stream().filter(Member::isList).map(Member::wireName).toList();
    return lists.size() == 1 ? lists.get(0) : null;
  }

  private static List<String> names(Class<?> type) {
    return Member.of(type).stream().map(Member::wireName).toList();
  }
}
