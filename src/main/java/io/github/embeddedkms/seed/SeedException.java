package io.github.embeddedkms.seed;

import java.util.regex.Pattern;

/**
 * Thrown when a seed file is invalid. The message begins with {@code embedded-kms:} and names the
 * file and, if known, the line. It never contains key material: runs of 16 or more hexadecimal
 * digits are replaced by an ellipsis.
 */
public final class SeedException extends IllegalArgumentException {

  private static final long serialVersionUID = 1L;

  /** Matches 8 bytes or more. No part of a key id is that long. */
  private static final Pattern POSSIBLE_MATERIAL = Pattern.compile("[0-9A-Fa-f]{16,}");

  private final int line;

  SeedException(String source, int line, String why) {
    super(
        "embedded-kms: "
            + source
            + (line == 0 ? "" : ", line " + line)
            + ": "
            + POSSIBLE_MATERIAL.matcher(why).replaceAll("\u2026"));
    this.line = line;
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
