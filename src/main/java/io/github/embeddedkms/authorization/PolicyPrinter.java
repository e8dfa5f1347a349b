package io.github.embeddedkms.authorization;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Prints a key policy in the form in which the service returns it: one member on each line, two
 * spaces for each level, a space on both sides of a colon, lists on one line, and {@code
 * {"AWS":"*"}} for the principal {@code "*"}.
 */
final class PolicyPrinter {

  /** The last character that a request's policy may contain. */
  private static final char LAST_PRINTABLE = '\u00ff';

  /** The beginning of a line of a statement's level. A condition can have any key. */
  private static final String STATEMENT = "\n  ";

  private static final Set<String> PRINCIPALS = Set.of("Principal", "NotPrincipal");
  private static final Map<String, String> ANYONE = Map.of("AWS", "*");

  private final StringBuilder out = new StringBuilder();

  private PolicyPrinter() {}

  /**
   * Prints a policy. What is printed can be put again: characters that a request must not contain
   * are escaped.
   */
  static String print(Map<?, ?> policy) {
    PolicyPrinter printer = new PolicyPrinter();
    printer.value(policy, "\n");
    return printer.out.toString();
  }

  /**
   * Prints one value.
   *
   * @param line the beginning of a line of the value's own level, with the line feed before it
   */
  private void value(@Nullable Object value, String line) {
    if (value instanceof Map<?, ?> object) {
      object(object, line);
    } else if (value instanceof List<?> list) {
      list(list, line);
    } else if (value instanceof String text) {
      text(text);
    } else {
      // A number or a boolean of a condition.
      out.append(value);
    }
  }

  private void object(Map<?, ?> object, String line) {
    out.append('{');
    String separator = "";
    for (Map.Entry<?, ?> member : object.entrySet()) {
      String name = (String) member.getKey();
      boolean isAnyone =
          line.equals(STATEMENT) && PRINCIPALS.contains(name) && "*".equals(member.getValue());
      out.append(separator).append(line).append("  ");
      text(name);
      out.append(" : ");
      value(isAnyone ? ANYONE : member.getValue(), line + "  ");
      separator = ",";
    }
    out.append(line).append('}');
  }

  private void list(List<?> list, String line) {
    out.append('[');
    String separator = " ";
    for (Object element : list) {
      out.append(separator);
      value(element, line);
      separator = ", ";
    }
    out.append(" ]");
  }

  private void text(String text) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      character(text.charAt(i));
    }
    out.append('"');
  }

  private void character(char c) {
    switch (c) {
      case '"', '\\' -> out.append('\\').append(c);
      case '\b' -> out.append("\\b");
      case '\t' -> out.append("\\t");
      case '\n' -> out.append("\\n");
      case '\f' -> out.append("\\f");
      case '\r' -> out.append("\\r");
      default -> {
        if (c < ' ' || c > LAST_PRINTABLE) {
          out.append(String.format(Locale.ROOT, "\\u%04X", (int) c));
        } else {
          out.append(c);
        }
      }
    }
  }
}
