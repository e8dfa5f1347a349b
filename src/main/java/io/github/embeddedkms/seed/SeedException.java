package io.github.embeddedkms.seed;

import java.util.regex.Pattern;

/**
 * Thrown when a seed file is invalid. The message begins with {@code embedded-kms:} and names the
 * file and, if known, the line. It never contains key material: runs of 16 or more hexadecimal
 * digits are replaced by an ellipsis, except in the ids of multi-Region keys.
 */
public final class SeedException extends IllegalArgumentException {

  private static final long serialVersionUID = 1L;

  /**
   * Matches 8 bytes or more, and first the id of a multi-Region key, which is not secret. No part
   * of another key id is that long.
   */
  private static final Pattern POSSIBLE_MATERIAL =
      Pattern.compile("(mrk-[0-9a-f]{32}(?![0-9A-Fa-f]))|[0-9A-Fa-f]{16,}");

  private static final String OURS = "embedded-kms: ";

  private final int line;

  SeedException(String source, int line, String why) {
    super(OURS + source + (line == 0 ? "" : ", line " + line) + ": " + withoutMaterial(why));
    this.line = line;
  }

  /** Returns the message of an exception of a seed, which always has one, without our prefix. */
  static String reason(IllegalArgumentException e) {
    String text = String.valueOf(e.getMessage());
    return text.startsWith(OURS) ? text.substring(OURS.length()) : text;
  }

  private static String withoutMaterial(String text) {
    return POSSIBLE_MATERIAL
        .matcher(text)
        .replaceAll(match -> match.group(1) == null ? "\u2026" : match.group(1));
  }

  /**
   * Returns the line of the error.
   *
   * @return the line, counted from 1; 0 if the error concerns the file as a whole
   */
  public int line() {
    return line;
  }
}
