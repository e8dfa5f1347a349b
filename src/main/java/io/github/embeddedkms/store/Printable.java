package io.github.embeddedkms.store;

/** Strings that the database's owner chose, as they may appear in a one-line message. */
final class Printable {

  private static final int MAX_LENGTH = 120;

  private Printable() {}

  /** Printable ASCII stays, anything else becomes a question mark; the end of a long one is cut. */
  static String of(String text) {
    String cut = text.length() <= MAX_LENGTH ? text : text.substring(0, MAX_LENGTH) + "...";
    return cut.replaceAll("[^\\x20-\\x7E]", "?");
  }
}
