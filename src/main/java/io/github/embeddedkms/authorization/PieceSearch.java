package io.github.embeddedkms.authorization;

import java.util.HashMap;
import java.util.Map;

/**
 * Searches a text for a piece of a pattern, each position of which accepts one character, some, or
 * any.
 *
 * <p>Reads each character of the text once and keeps a bit for each position of the piece: whether
 * the characters read last are accepted up to it ("Shift-And"). The time is the length of the text
 * times one 64th of that of the piece. The search by a table of borders (Knuth, Morris, Pratt)
 * would not do, because with {@code ?} a border of what was accepted need not be one of the piece.
 *
 * <p>Not safe for use by several threads.
 */
final class PieceSearch {

  private final int length;
  private final Map<Character, long[]> accepting = new HashMap<>();
  private final long[] acceptingAny;

  /**
   * Creates a search for a piece that does not accept anything yet.
   *
   * @param length the positions of the piece, at least 1
   */
  PieceSearch(int length) {
    this.length = length;
    this.acceptingAny = new long[(length - 1) / Long.SIZE + 1];
  }

  /** Accepts any character at a position. */
  void acceptAny(int position) {
    set(acceptingAny, position);
  }

  /** Accepts a character at a position. */
  void accept(int position, char c) {
    set(accepting.computeIfAbsent(c, key -> new long[acceptingAny.length]), position);
  }

  private static void set(long[] bits, int position) {
    bits[position / Long.SIZE] |= 1L << position;
  }

  /** Returns the first index at which the piece is in a range of a text, -1 if it is not there. */
  int find(CharSequence text, int from, int end) {
    long[] accepted = new long[acceptingAny.length];
    int last = length - 1;
    for (int t = from; t < end; t++) {
      read(accepted, accepting.getOrDefault(text.charAt(t), acceptingAny));
      if (((accepted[last / Long.SIZE] >>> last) & 1) != 0) {
        return t - last;
      }
    }
    return -1;
  }

  /** A position is accepted if the one before was, and it accepts this character. */
  private void read(long[] accepted, long[] accepting) {
    long carry = 1;
    for (int i = 0; i < accepted.length; i++) {
      long shifted = (accepted[i] << 1) | carry;
      carry = accepted[i] >>> (Long.SIZE - 1);
      accepted[i] = shifted & (accepting[i] | acceptingAny[i]);
    }
  }
}
