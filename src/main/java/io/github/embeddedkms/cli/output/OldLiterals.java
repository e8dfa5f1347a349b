package io.github.embeddedkms.cli.output;

import io.github.embeddedkms.json.JsonException;
import io.github.embeddedkms.json.JsonTree;

/**
 * Literals of the older JMESPath, which published scripts still use: between grave accents, text
 * that is not JSON is a string. The AWS CLI reads {@code [?Name==`a`]} like {@code [?Name=='a']}.
 */
final class OldLiterals {

  private static final char LITERAL = '`';
  private static final char ESCAPE = '\\';

  private OldLiterals() {}

  /**
   * Writes the literals that are not JSON as JSON strings.
   *
   * @param expression an expression, which need not be valid
   * @return the same expression for a parser that expects JSON
   */
  static String asJson(String expression) {
    StringBuilder result = new StringBuilder();
    int from = 0;
    while (from < expression.length()) {
      char quote = expression.charAt(from);
      int end =
          quote == LITERAL || quote == '\'' || quote == '"' ? end(expression, from) : from + 1;
      String token = expression.substring(from, end);
      result.append(isText(token) ? string(token) : token);
      from = end;
    }
    return result.toString();
  }

  /** The end of the quoted token that begins at a position; a token without an end has all. */
  private static int end(String expression, int from) {
    char quote = expression.charAt(from);
    for (int i = from + 1; i < expression.length(); i++) {
      if (expression.charAt(i) == ESCAPE) {
        i++;
      } else if (expression.charAt(i) == quote) {
        return i + 1;
      }
    }
    return expression.length();
  }

  private static boolean isText(String token) {
    if (token.length() < 2 || token.charAt(0) != LITERAL || !token.endsWith("`")) {
      return false;
    }
    try {
      JsonTree.read(content(token).replace("\\`", "`"));
      return false;
    } catch (JsonException e) {
      return true;
    }
  }

  private static String content(String token) {
    return token.substring(1, token.length() - 1);
  }

  /** Escapes stay what they are in JSON; what is no string even so, the parser refuses. */
  private static String string(String token) {
    return "`\"" + content(token).stripLeading() + "\"`";
  }
}
