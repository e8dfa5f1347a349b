package io.github.embeddedkms.cli.terminal;

import java.util.Locale;

/**
 * Characters that must not reach a terminal as they are, and their visible form, {@code \u001b} for
 * example. A terminal interprets control characters: a description in a store, or the message of a
 * server, could clear the screen, retitle the window, or rewrite what was printed before.
 * Directional and invisible characters make a name look like another one.
 *
 * <p>Source: Unicode Standard, general categories Cc, Cf, Cs, Zl and Zp, and the property
 * Default_Ignorable_Code_Point (variation selectors of emoji too); Unicode Technical Report #36,
 * "Bidirectional text spoofing".
 */
public final class Escaping {

  private Escaping() {}

  /**
   * Makes every such character visible, line ends and tabs included.
   *
   * @param data any string
   * @return the string with escapes
   */
  public static String escape(String data) {
    StringBuilder escaped = new StringBuilder();
    data.codePoints().forEach(character -> append(escaped, character, isUnsafe(character)));
    return escaped.toString();
  }

  /** Appends a character, in its visible form or as it is. */
  static void append(StringBuilder to, int character, boolean visible) {
    if (!visible) {
      to.appendCodePoint(character);
      return;
    }
    // Two units for a supplementary character, so that this is also the escape of JSON.
    for (char unit : Character.toChars(character)) {
      to.append(String.format(Locale.ROOT, "\\u%04x", (int) unit));
    }
  }

  /**
   * Says whether a character, or a surrogate without its pair, must not be printed as it is.
   *
   * @param character a code point
   * @return whether it needs an escape
   */
  public static boolean isUnsafe(int character) {
    return switch (Character.getType(character)) {
      case Character.CONTROL,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SURROGATE ->
          true;
      case Character.FORMAT -> !isVisible(character);
      default -> isIgnorable(character);
    };
  }

  /** Characters of other categories that are not shown: Default_Ignorable_Code_Point. */
  private static boolean isIgnorable(int character) {
    return character == 0x34F
        || (character >= 0x115F && character <= 0x1160)
        || (character >= 0x17B4 && character <= 0x17B5)
        || (character >= 0x180B && character <= 0x180F)
        || character == 0x2065
        || character == 0x3164
        || (character >= 0xFE00 && character <= 0xFE0F)
        || character == 0xFFA0
        || (character >= 0xFFF0 && character <= 0xFFF8)
        || (character >= 0xE0000 && character <= 0xE0FFF);
  }

  /** Format characters with a visible sign, as Arabic and Syriac put before numbers. */
  private static boolean isVisible(int character) {
    return (character >= 0x600 && character <= 0x605)
        || character == 0x6DD
        || character == 0x70F
        || (character >= 0x890 && character <= 0x891)
        || character == 0x8E2
        || character == 0x110BD
        || character == 0x110CD;
  }
}
