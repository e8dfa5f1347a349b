package io.github.embeddedkms.envelope;

import io.github.embeddedkms.exception.KmsInternalException;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Seals and opens runs of consecutive segments of one message, on several threads if configured.
 *
 * <p>A run that has been begun must be finished; other threads may work on it in between. The
 * thread that finishes it does all the work that no other thread has begun. It waits, for a bounded
 * time, only for segments that other threads have begun. Thus it makes progress even if the
 * executor is busy, rejects tasks, or is running this very thread as its last one.
 *
 * <p>Not safe for use by several threads, and there is one run at a time.
 */
final class Segments {

  /**
   * The segments of a run for each thread; few enough that no thread waits long for the slowest.
   */
  private static final int SEGMENTS_PER_THREAD = 8;

  /** How often a waiting thread checks without being notified. */
  private static final long RECHECK_MILLIS = 100;

  private final SegmentCipher[] ciphers;
  private final Executor executor;
  private final Duration waitTimeout;

  /** Takes as many ciphers of the message as threads may work at once. */
  Segments(SegmentCipher[] ciphers, Executor executor, Duration waitTimeout) {
    this.ciphers = ciphers;
    this.executor = executor;
    this.waitTimeout = waitTimeout;
  }

  static Segments of(MessageKey key, int parallelism, Executor executor, Duration waitTimeout) {
    SegmentCipher[] ciphers = new SegmentCipher[parallelism];
    for (int i = 0; i < parallelism; i++) {
      ciphers[i] = key.cipher();
    }
    return new Segments(ciphers, executor, waitTimeout);
  }

  /** Returns how many segments a stream collects before it seals or opens them. */
  int batchSize() {
    return ciphers.length == 1 ? 1 : ciphers.length * SEGMENTS_PER_THREAD;
  }

  /** Returns whether other threads may work on a run before it is finished. */
  boolean isShared() {
    return ciphers.length > 1;
  }

  /** Seals a run, see {@link #beginSealing}. */
  int seal(long first, byte[] plaintext, int offset, int length, boolean last, byte[] out, int at) {
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

  /** The work on one segment of a run. */
  private interface SegmentWork {
    void apply(SegmentCipher cipher, int segment);
  }

  private Run begin(int count, int size, SegmentWork work) {
    Run run = new Run(count, size, ciphers, work, waitTimeout);
    try {
      for (int i = 1; i < Math.min(ciphers.length, count); i++) {
        int helper = i;
        executor.execute(() -> run.help(helper));
      }
    } catch (RejectedExecutionException e) {
      // The run then has fewer helpers, or none.
    } catch (RuntimeException | Error e) {
      // finish throws it: other threads may have begun, and finish must wait for them.
      run.fail(e);
    }
    return run;
  }

  /** One run, from which every thread takes the next segment until none is left. */
  static final class Run {

    private final int count;
    private final int size;
    private final Duration waitTimeout;
    private final AtomicInteger next = new AtomicInteger();

    // Guarded by this. Cleared at the end: an executor may keep its tasks for a long time.
    private SegmentCipher @Nullable [] ciphers;
    private @Nullable SegmentWork work;
    private int helping;
    private int finished;
    private @Nullable Throwable failure;

    private Run(
        int count, int size, SegmentCipher[] ciphers, SegmentWork work, Duration waitTimeout) {
      this.waitTimeout = waitTimeout;
      this.count = count;
      this.size = size;
      this.ciphers = ciphers;
      this.work = work;
    }

    private void help(int helper) {
      boolean began = false;
      int done = 0;
      Throwable thrown = null;
      try {
        SegmentCipher cipher;
        SegmentWork mine;
        synchronized (this) {
          if (ciphers == null || work == null) {
            return; // too late: the run is finished
          }
          cipher = ciphers[helper];
          mine = work;
          helping++;
          began = true;
        }
        for (int i = next.getAndIncrement(); i < count; i = next.getAndIncrement()) {
          mine.apply(cipher, i);
          done++;
        }
      } catch (RuntimeException | Error e) {
        thrown = e;
      } finally {
        // The stack may be exhausted, so no method is called until everything is counted.
        synchronized (this) {
          if (began) {
            helping--;
            finished += done;
          }
          if (thrown != null && failure == null) {
            failure = thrown;
          }
          notifyAll();
        }
      }
      if (thrown != null) {
        next.set(count);
      }
    }

    /**
     * Does the remaining work, and waits until each other thread has finished its current segment.
     *
     * @return how many bytes were written
     * @throws MalformedMessageException if a segment is not authentic; then none of the output may
     *     be used
     * @throws KmsInternalException if another thread has not finished its segment in time. It may
     *     still write into the buffers, which must no longer be used
     */
    int finish() {
      help(0);
      awaitOthers();
      rethrow();
      if (finished != count) {
        throw new IllegalStateException("a segment was taken and never finished");
      }
      return size;
    }

    private synchronized void awaitOthers() {
      ciphers = null;
      work = null;
      long began = System.nanoTime();
      boolean interrupted = false;
      while (helping > 0) {
        long left = waitTimeout.toNanos() - (System.nanoTime() - began);
        if (left <= 0) {
          if (failure == null) {
            failure = notFinishedInTime();
          }
          break;
        }
        try {
          // Wait in short periods: an Error may keep another thread from notifying this one.
          wait(Math.min(RECHECK_MILLIS, left / 1_000_000 + 1));
        } catch (InterruptedException e) {
          // The other threads write into the caller's buffers, so this method cannot return yet.
          interrupted = true;
        }
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }

    private KmsInternalException notFinishedInTime() {
      return new KmsInternalException(
          "embedded-kms: a thread of the envelope's executor has not finished a segment of"
              + " 64 KiB within "
              + waitTimeout.toMillis()
              + " ms; try again");
    }

    /** Waits for other threads and ignores the result: the buffers are about to be reused. */
    void abandon() {
      next.set(count);
      awaitOthers();
    }

    private void fail(Throwable e) {
      next.set(count);
      synchronized (this) {
        if (failure == null) {
          failure = e;
        }
      }
    }

    private synchronized void rethrow() {
      if (failure instanceof RuntimeException e) {
        throw e;
      }
      if (failure instanceof Error e) {
        throw e;
      }
    }
  }
}
