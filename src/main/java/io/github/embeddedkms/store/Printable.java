package io.github.embeddedkms.store;

/** Strings that the database's owner chose, as they may appear in a one-line message. */
final class Printable {

  private static final int MAXIMUM = 120;

  private Printable() {}

  /** Printable ASCII stays, anything else becomes a question mark; the end of a long one is cut. */
  static String of(String text) {
    String cut = text.length() <= MAXIMUM ? text : text.substring(0, MAXIMUM) + "...";
    return cut.replaceAll("[^\\x20-\\x7E]", "?");
  }
}
