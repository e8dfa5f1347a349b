package io.github.embeddedkms.envelope;

import io.github.embeddedkms.exception.KmsInternalException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Seals and opens runs of consecutive segments of one message, on several threads if configured.
 *
 * <p>A run that has been begun must be finished or abandoned, in the order of the runs; other
 * threads may work on it in between. Bytes are one run. A stream has a run for each segment, and
 * several of them at once if there are several threads: they seal what was written before, or open
 * what was read ahead.
 *
 * <p>Not safe for use by several threads.
 */
final class Segments implements AutoCloseable {

  /** How many segments of a stream are in memory for each thread, if there are several threads. */
  private static final int SEGMENTS_PER_THREAD = 8;

  /** The caller's cipher. Dropped at the end, like those of the other threads. */
  private @Nullable SegmentCipher own;

  private final int threadCount;
  private final SegmentThreads threads;

  /** Takes as many ciphers of the message as threads may work at once. */
  Segments(SegmentCipher[] ciphers, Executor executor, Duration waitTimeout) {
    this.own = ciphers[0];
    this.threadCount = ciphers.length;
    this.threads = new SegmentThreads(ciphers, executor, waitTimeout);
  }

  static Segments of(MessageKey key, int parallelism, Executor executor, Duration waitTimeout) {
    SegmentCipher[] ciphers = new SegmentCipher[parallelism];
    for (int i = 0; i < parallelism; i++) {
      ciphers[i] = key.cipher();
    }
    return new Segments(ciphers, executor, waitTimeout);
  }

  /** Returns how many segments of a stream are in memory at most. */
  int bufferCount() {
    return threadCount == 1 ? 1 : threadCount * SEGMENTS_PER_THREAD;
  }

  /** Seals a run, see {@link #beginSealing}. */
  int seal(long first, byte[] plaintext, int offset, int length, boolean last, byte[] out, int at) {
    if (last && length < SegmentCipher.PLAINTEXT_BYTES) {
      // One segment is no work to share.
      Objects.requireNonNull(own, "a cipher, since this is not closed")
          .seal(first, plaintext, offset, length, out, at);
      return length + SegmentCipher.TAG_BYTES;
    }
    return beginSealing(first, plaintext, offset, length, last, out, at).finish();
  }

  /** Opens a run, see {@link #beginOpening}. */
  int open(long first, byte[] sealed, int offset, int length, boolean last, byte[] out, int at) {
    return beginOpening(first, sealed, offset, length, last, out, at).finish();
  }

  /**
   * Begins to seal a run. Neither array may be used before the run is finished.
   *
   * @param length a multiple of a segment's plaintext length; if the run contains the message's
   *     last segment, plus the length of that segment
   */
  Run beginSealing(
      long first, byte[] plaintext, int offset, int length, boolean last, byte[] out, int at) {
    int count = length / SegmentCipher.PLAINTEXT_BYTES + (last ? 1 : 0);
    return begin(
        count,
        length + count * SegmentCipher.TAG_BYTES,
        (cipher, i) -> {
          int done = i * SegmentCipher.PLAINTEXT_BYTES;
          cipher.seal(
              first + i,
              plaintext,
              offset + done,
              Math.min(SegmentCipher.PLAINTEXT_BYTES, length - done),
              out,
              at + i * SegmentCipher.SEALED_BYTES);
        });
  }

  /**
   * Begins to open a run. Neither array may be used before the run is finished.
   *
   * @param length a multiple of a sealed segment's length; if the run contains the message's last
   *     segment, plus the length of that segment
   * @throws TruncatedMessageException if the last segment is too short to be one
   */
  Run beginOpening(
      long first, byte[] sealed, int offset, int length, boolean last, byte[] out, int at) {
    if (last && length % SegmentCipher.SEALED_BYTES < SegmentCipher.TAG_BYTES) {
      throw HeaderInput.truncated();
    }
    int count = length / SegmentCipher.SEALED_BYTES + (last ? 1 : 0);
    return begin(
        count,
        length - count * SegmentCipher.TAG_BYTES,
        (cipher, i) -> {
          int done = i * SegmentCipher.SEALED_BYTES;
          cipher.open(
              first + i,
              sealed,
              offset + done,
              Math.min(SegmentCipher.SEALED_BYTES, length - done),
              out,
              at + i * SegmentCipher.PLAINTEXT_BYTES);
        });
  }

  private Run begin(int count, int size, Work work) {
    Run run = new Run(threads, count, size, work);
    threads.begin(run);
    return run;
  }

  /** Drops the keys. All runs must have been finished or abandoned. */
  @Override
  public void close() {
    own = null;
    threads.close();
  }

  /** The work on one segment of a run. */
  interface Work {
    void apply(SegmentCipher cipher, int segment);
  }

  /** One run. */
  static final class Run {

    private final SegmentThreads threads;
    private final int size;
    final int count;
    final Work work;

    // Guarded by the threads' lock.
    int begun;
    int working;
    int finished;
    @Nullable Throwable failure;

    /** The next run in the queue. */
    @Nullable Run following;

    private Run(SegmentThreads threads, int count, int size, Work work) {
      this.threads = threads;
      this.count = count;
      this.size = size;
      this.work = work;
    }

    /** Returns whether no more work is needed to know how the run ends. */
    boolean isSettled() {
      return finished == count || failure != null;
    }

    /**
     * Does the remaining work, and waits until each other thread has finished its segment of this
     * run.
     *
     * @return how many bytes were written
     * @throws MalformedMessageException if a segment is not authentic; then none of the output may
     *     be used
     * @throws KmsInternalException if another thread has not finished its segment in time. It may
     *     still write into the buffers, which must no longer be used
     */
    int finish() {
      threads.finish(this);
      return size;
    }

    /** Waits for other threads and ignores the result: the buffers are about to be reused. */
    void abandon() {
      threads.abandon(this);
    }

    void rethrow() {
      if (failure instanceof RuntimeException e) {
        throw e;
      }
      if (failure instanceof Error e) {
        throw e;
      }
      if (finished != count) {
        throw new IllegalStateException("a segment was taken and never finished");
      }
    }
  }
}
