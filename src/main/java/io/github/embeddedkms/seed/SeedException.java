package io.github.embeddedkms.seed;

import java.util.regex.Pattern;

/**
 * A seed file is not of its form. The text begins {@code embedded-kms:}, names the file and, where
 * there is one, the line, and never shows key material: longer runs of hexadecimal digits are left
 * out of it, wherever they stood.
 */
public final class SeedException extends IllegalArgumentException {

  private static final long serialVersionUID = 1L;

  /** Eight bytes or more. No part of a key id is as long. */
  private static final Pattern PERHAPS_MATERIAL = Pattern.compile("[0-9A-Fa-f]{16,}");

  private final int line;

  SeedException(String source, int line, String why) {
    super(
        "embedded-kms: "
            + source
            + (line == 0 ? "" : ", line " + line)
            + ": "
            + PERHAPS_MATERIAL.matcher(why).replaceAll("\u2026"));
    this.line = line;
  }

  /**
   * Where it is.
   *
   * @return the line, counted from 1; 0 if it is the file as a whole
   */
  public int line() {
    return line;
  }
}
