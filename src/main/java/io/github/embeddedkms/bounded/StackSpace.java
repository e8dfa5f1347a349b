package io.github.embeddedkms.bounded;

/**
 * Checks that the calling thread has enough stack left for work that must not be interrupted by an
 * overflow.
 *
 * <p>When the stack overflows, the {@code finally} blocks on the way out may overflow too, so that
 * resources stay held. A check in advance makes the overflow happen before anything is held.
 */
public final class StackSpace {

  /**
   * The number of frames. Each takes about 160 bytes when compiled, and twice that when
   * interpreted. The total of 40 to 80 KiB is several times the stack that a transaction needs in
   * the drivers of both databases, and fits into the smallest stacks in use (256 KiB, of which the
   * JVM reserves about 100 KiB).
   */
  private static final int FRAMES = 250;

  private StackSpace() {}

  /**
   * Returns normally if there is enough stack.
   *
   * @throws StackOverflowError if there is not
   */
  public static void require() {
    // The sum keeps the compiler from optimizing the frames away.
    if (descend(FRAMES, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12) == Long.MIN_VALUE) {
      throw new AssertionError("a sum of small numbers");
    }
  }

  @SuppressWarnings("TooManyParameters") // they fill the frame
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
