package io.github.embeddedkms.store;

/**
 * Finds out whether the calling thread has enough stack left for work that must not be cut off.
 *
 * <p>When the stack is exhausted, so is that of the {@code finally} blocks on the way out: what
 * they release may stay held. It is therefore exhausted here, before anything is held, or not at
 * all.
 */
final class StackSpace {

  /**
   * Of about 160 bytes each when compiled, and twice that while interpreted: 40 to 80 KiB, several
   * times what a transaction takes in the drivers of both databases, and little enough for the
   * smallest stacks in use (256 KiB, of which the JVM keeps about 100 for itself).
   */
  private static final int FRAMES = 250;

  private StackSpace() {}

  /**
   * Returns, or throws now what would otherwise come later.
   *
   * @throws StackOverflowError if there is too little stack left
   */
  static void require() {
    // The sum keeps the frames from being left out.
    if (descend(FRAMES, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12) == Long.MIN_VALUE) {
      throw new AssertionError("a sum of small numbers");
    }
  }

  @SuppressWarnings("TooManyParameters") // they are what fills the frame
  private static long descend(
      int frames,
      long a,
      long b,
      long c,
      long d,
      long e,
      long f,
      long g,
      long h,
      long i,
      long j,
      long k,
      long l) {
    return frames == 0
        ? a + b + c + d + e + f + g + h + i + j + k + l
        : descend(frames - 1, b, c, d, e, f, g, h, i, j, k, l, a + 1) + a;
  }
}
