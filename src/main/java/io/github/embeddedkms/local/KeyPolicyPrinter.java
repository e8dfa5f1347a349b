package io.github.embeddedkms.local;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Prints a key policy in the form in which the service returns it: one member on each line, two
 * spaces for each level, a space on both sides of a colon, and lists on one line.
 */
final class KeyPolicyPrinter {

  /** The last character that a request's policy may contain. */
  private static final char LAST_PRINTABLE = '\u00ff';

  private final StringBuilder out = new StringBuilder();

  private KeyPolicyPrinter() {}

  /**
   * Prints a policy of objects, lists and strings. What is printed can be put again: characters
   * that a request must not contain are escaped.
   */
  static String print(Map<?, ?> policy) {
    KeyPolicyPrinter printer = new KeyPolicyPrinter();
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
      throw new AssertionError("only policies without conditions are printed");
    }
  }

  private void object(Map<?, ?> object, String line) {
    out.append('{');
    String separator = "";
    for (Map.Entry<?, ?> member : object.entrySet()) {
      out.append(separator).append(line).append("  ");
      text((String) member.getKey());
      out.append(" : ");
      value(member.getValue(), line + "  ");
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
