package io.github.embeddedkms.cli.output;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;

/**
 * How many columns a string takes on a terminal. Wide characters take two, and so do those whose
 * width depends on the terminal, as in the AWS CLI.
 *
 * <p>Source: Unicode Standard Annex #11, "East Asian Width".
 */
final class DisplayWidth {

  private static final String RESOURCE = "wide-characters.txt";

  private DisplayWidth() {}

  static int of(String string) {
    return string.codePoints().map(character -> isWide(character) ? 2 : 1).sum();
  }

  private static boolean isWide(int character) {
    // Most strings are ASCII, and do not need the table.
    return character > 0x7F && Wide.CHARACTERS.get(character);
  }

  /** Read when the first character outside ASCII is shown. */
  private static final class Wide {

    private static final BitSet CHARACTERS = read();

    private static BitSet read() {
      try (InputStream resource = DisplayWidth.class.getResourceAsStream(RESOURCE)) {
        if (resource == null) {
          throw new IllegalStateException("embedded-kms: " + RESOURCE + " is missing");
        }
        BitSet wide = new BitSet();
        new String(resource.readAllBytes(), StandardCharsets.US_ASCII)
            .lines()
            .filter(line -> !line.startsWith("#"))
            .forEach(line -> addAll(wide, line));
        return wide;
      } catch (IOException e) {
        throw new UncheckedIOException("embedded-kms: cannot read " + RESOURCE, e);
      }
    }

    private static void addAll(BitSet wide, String line) {
      for (String range : line.split(" ", -1)) {
        String[] ends = range.split("-", -1);
        wide.set(Integer.parseInt(ends[0], 16), Integer.parseInt(ends[ends.length - 1], 16) + 1);
      }
    }
  }
}
