package io.github.embeddedkms.store;

/** Makes strings that the owner of the database has chosen safe for a one-line message. */
final class Printable {

  private static final int MAX_LENGTH = 120;

  private Printable() {}

  /**
   * Keeps printable ASCII, replaces every other character with a question mark, and truncates long
   * strings.
   */
  static String of(String text) {
    String cut = text.length() <= MAX_LENGTH ? text : text.substring(0, MAX_LENGTH) + "...";
    return cut.replaceAll("[^\\x20-\\x7E]", "?");
  }
}
