package io.github.embeddedkms.authorization;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * Strings of policies and requests as they are printed on a terminal: shortened, and without
 * characters that could control it.
 */
final class Printable {

  private static final int MAX_LENGTH = 256;
  private static final int MAX_VALUES = 10;

  private Printable() {}

  static String text(String text) {
    StringBuilder printable = new StringBuilder();
    int end = Math.min(text.length(), MAX_LENGTH);
    for (int i = 0; i < end; i++) {
      char c = text.charAt(i);
      if (isHarmless(c)) {
        printable.append(c);
      } else {
        printable.append(String.format(Locale.ROOT, "\\u%04X", (int) c));
      }
    }
    return end < text.length() ? printable.append('…').toString() : printable.toString();
  }

  private static boolean isHarmless(char c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.UNASSIGNED,
          Character.PRIVATE_USE,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      default -> true;
    };
  }

  static String list(List<String> values) {
    String shown =
        values.stream().limit(MAX_VALUES).map(Printable::text).collect(Collectors.joining(", "));
    return "[" + shown + (values.size() > MAX_VALUES ? ", …]" : "]");
  }
}
