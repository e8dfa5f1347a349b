package io.github.embeddedkms.cli.parameter;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The AWS CLI's short form of maps and structures: {@code a=b,c=d}, {@code key=[one,two]}, {@code
 * key={inner=value}}, values in quotes where they contain separators. Like the AWS CLI it knows no
 * types: values are strings, lists of values, or maps.
 *
 * <p>Source: AWS CLI User Guide, "Using shorthand syntax with the AWS CLI"; its finer points were
 * observed in what version 2 of the AWS CLI accepts and prints.
 */
public final class Shorthand {

  /** More than hand-written values need; without a limit, deep nesting would exhaust the stack. */
  private static final int MAX_DEPTH = 100;

  private static final char END = '\uFFFF';

  private final String input;
  private int position;
  private int depth;

  private Shorthand(String input) {
    this.input = input;
  }

  /** The input is not shorthand. The message says where, in the words of the AWS CLI. */
  public static final class SyntaxException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final @Nullable String repeatedKey;

    private SyntaxException(String message, @Nullable String repeatedKey) {
      super(message);
      this.repeatedKey = repeatedKey;
    }

    /** Returns the key that the input has twice; null if that is not what is wrong. */
    @Nullable String repeatedKey() {
      return repeatedKey;
    }
  }

  /**
   * Parses shorthand.
   *
   * @param text the input
   * @return the pairs in the order of the input; values are strings, lists or maps
   * @throws SyntaxException if the input is not shorthand
   */
  public static Map<String, @Nullable Object> parse(String text) {
    return new Shorthand(text).pairs();
  }

  private Map<String, @Nullable Object> pairs() {
    Map<String, @Nullable Object> pairs = new LinkedHashMap<>();
    int last = 0;
    do {
      if (!pairs.isEmpty()) {
        expectBetweenSpaces(',');
      }
      String key = key();
      expectBetweenSpaces('=');
      Object value = values();
      if (pairs.containsKey(key)) {
        throw twice(key, last + 1);
      }
      pairs.put(key, value);
      last = position;
    } while (position < input.length());
    return pairs;
  }

  private String key() {
    int start = position;
    while (isOfKey(current())) {
      position++;
    }
    return input.substring(start, position);
  }

  private Object values() {
    return switch (current()) {
      case '[' -> list();
      case '{' -> map();
      default -> separatedValues();
    };
  }

  /** One value, or several with commas; what follows a comma may also be the next pair. */
  private Object separatedValues() {
    String first = firstValue();
    skipSpaces();
    if (current() != ',') {
      return first;
    }
    expectBetweenSpaces(',');
    List<Object> values = new ArrayList<>(List.of(first));
    while (true) {
      int start = position;
      String next = secondValue();
      if (next == null) {
        if (position >= input.length()) {
          throw expected("<second>", "<none>", position);
        }
        // Neither a value nor a pair: the caller reports what is wrong.
        backToComma(start);
        break;
      }
      skipSpaces();
      if (position >= input.length()) {
        values.add(next);
        break;
      }
      if (current() != ',') {
        backToComma(position);
        break;
      }
      expectBetweenSpaces(',');
      values.add(next);
    }
    return values.size() == 1 ? first : values;
  }

  private void backToComma(int from) {
    position = Math.max(0, input.lastIndexOf(',', from));
  }

  private List<Object> list() {
    descend();
    expectBetweenSpaces('[');
    List<Object> values = new ArrayList<>();
    while (current() != ']') {
      values.add(element());
      separateFrom(']');
    }
    position++;
    depth--;
    return values;
  }

  private Map<String, Object> map() {
    descend();
    expectBetweenSpaces('{');
    Map<String, Object> pairs = new LinkedHashMap<>();
    while (current() != '}') {
      String key = key();
      expectBetweenSpaces('=');
      pairs.put(key, element());
      separateFrom('}');
    }
    position++;
    depth--;
    return pairs;
  }

  private Object element() {
    return switch (current()) {
      case '[' -> list();
      case '{' -> map();
      default -> firstValue();
    };
  }

  private void separateFrom(char end) {
    skipSpaces();
    if (current() != end) {
      expect(',');
      skipSpaces();
    }
  }

  private void descend() {
    if (++depth > MAX_DEPTH) {
      throw new SyntaxException("nested deeper than " + MAX_DEPTH, null);
    }
  }

  private String firstValue() {
    char quote = current();
    if (quote == '\'' || quote == '"') {
      return quoted(quote);
    }
    String value = unquoted(Shorthand::mayFollow);
    return value == null ? "" : value;
  }

  private @Nullable String secondValue() {
    char quote = current();
    if (quote == '\'' || quote == '"') {
      return closingQuote(quote) < 0 ? null : quoted(quote);
    }
    return unquoted(Shorthand::mayFollowLater);
  }

  private String quoted(char quote) {
    int end = closingQuote(quote);
    if (end < 0) {
      throw expected(quote == '"' ? "<double quoted>" : "<singled quoted>", "<none>", position);
    }
    String value = input.substring(position + 1, end);
    position = end + 1;
    return value.replace("\\" + quote, String.valueOf(quote)).replace("\\\\", "\\");
  }

  private int closingQuote(char quote) {
    int last = -1;
    for (int i = position + 1; i < input.length(); i++) {
      char c = input.charAt(i);
      if (c == quote) {
        return i;
      }
      if (c == '\\' && i + 1 < input.length()) {
        char escaped = input.charAt(i + 1);
        if (escaped == quote) {
          last = i + 1;
        }
        if (escaped == quote || escaped == '\\') {
          i++;
        }
      }
    }
    // Without any other, a quote that looked escaped is the end: 'C:\'
    return last;
  }

  /** Which characters a value may contain after its first one. */
  private interface Following {
    boolean allows(char c);
  }

  private @Nullable String unquoted(Following following) {
    int start = position;
    if (!isEscapedComma() && !mayBegin(current())) {
      return null;
    }
    position += isEscapedComma() ? 2 : 1;
    while (position < input.length() && (isEscapedComma() || following.allows(current()))) {
      position += isEscapedComma() ? 2 : 1;
    }
    return input.substring(start, position).replace("\\,", ",").stripTrailing();
  }

  private boolean isEscapedComma() {
    return input.startsWith("\\,", position);
  }

  private static boolean isOfKey(char c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || "-_.#/:".indexOf(c) >= 0;
  }

  private static boolean mayBegin(char c) {
    return c > ' ' && c != END && "\"',=[{".indexOf(c) < 0;
  }

  private static boolean mayFollow(char c) {
    return isTextOrSpace(c) && "\"',]}".indexOf(c) < 0;
  }

  private static boolean mayFollowLater(char c) {
    return isTextOrSpace(c) && "\"',=".indexOf(c) < 0;
  }

  private static boolean isTextOrSpace(char c) {
    return c > ' ' || isSpace(c);
  }

  private static final Set<Character> SPACES = Set.of(' ', '\t', '\n', '\r', '\u000b', '\f');

  private static boolean isSpace(char c) {
    return SPACES.contains(c);
  }

  private void skipSpaces() {
    while (isSpace(current())) {
      position++;
    }
  }

  private void expectBetweenSpaces(char wanted) {
    skipSpaces();
    expect(wanted);
    skipSpaces();
  }

  private void expect(char wanted) {
    if (position >= input.length()) {
      throw expected(String.valueOf(wanted), "EOF", position);
    }
    if (current() != wanted) {
      throw expected(String.valueOf(wanted), String.valueOf(current()), position);
    }
    position++;
  }

  /** The next character, or {@link #END}. */
  private char current() {
    return position < input.length() ? input.charAt(position) : END;
  }

  private SyntaxException expected(String wanted, String actual, int where) {
    return new SyntaxException(
        "Expected: '" + wanted + "', received: '" + actual + "' for input:\n" + pointingAt(where),
        null);
  }

  private SyntaxException twice(String key, int where) {
    return new SyntaxException(
        "Second instance of key \""
            + key
            + "\" encountered for input:\n"
            + pointingAt(where)
            + "\nThis is often because there is a preceding \",\" instead of a space.",
        key);
  }

  /** The input with a mark below the place, wherever its lines end. */
  private String pointingAt(int where) {
    int lineStart = input.lastIndexOf('\n', where - 1) + 1;
    int lineEnd = input.indexOf('\n', where);
    String mark = "\n" + " ".repeat(where - lineStart) + "^";
    return lineEnd < 0
        ? input + mark
        : input.substring(0, lineEnd) + mark + input.substring(lineEnd);
  }
}
