package io.github.embeddedkms.envelope;

import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Seals and opens runs of neighbouring segments of one message, several at once if asked to.
 *
 * <p>A run is begun, and has to be finished: others may work on it in between. Whoever finishes it
 * does all the work that nobody else has begun, and waits only for what others have begun: so it
 * gets on with an executor that is busy, that refuses, or on whose last thread it runs itself.
 *
 * <p>Not safe for use by several threads, and there is one run at a time.
 */
final class Segments {

  /** Runs of so many for each thread, so that nobody waits long for the slowest. */
  private static final int SEGMENTS_PER_THREAD = 8;

  private final SegmentCipher[] ciphers;
  private final Executor executor;

  Segments(MessageKey key, int parallelism, Executor executor) {
    this.ciphers = new SegmentCipher[parallelism];
    for (int i = 0; i < parallelism; i++) {
      ciphers[i] = key.cipher();
    }
    this.executor = executor;
  }

  /** How many segments a stream collects before it has them worked on. */
  int atOnce() {
    return ciphers.length == 1 ? 1 : ciphers.length * SEGMENTS_PER_THREAD;
  }

  /** Whether somebody else works on a run before it is finished. */
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
   * Begins to seal a run. Neither array may be touched before it is finished.
   *
   * @param length a multiple of a segment's plaintext, unless the run has the message's last
   *     segment, which is what is beyond that
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
   * Begins to open a run. Neither array may be touched before it is finished.
   *
   * @param length a multiple of a sealed segment, unless the run has the message's last segment,
   *     which is what is beyond that
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

  /** What is done to one segment of a run. */
  private interface Work {
    void on(SegmentCipher cipher, int segment);
  }

  private Run begin(int count, int size, Work work) {
    Run run = new Run(count, size, ciphers, work);
    try {
      for (int i = 1; i < Math.min(ciphers.length, count); i++) {
        int helper = i;
        executor.execute(() -> run.help(helper));
      }
    } catch (RejectedExecutionException e) {
      // Then with less help, or none.
    } catch (RuntimeException | Error e) {
      // Told when it is finished: others may have begun, and they have to be waited for.
      run.fail(e);
    }
    return run;
  }

  /** One run, from which every thread takes the next segment until none is left. */
  static final class Run {

    private final int count;
    private final int size;
    private final AtomicInteger next = new AtomicInteger();

    // Guarded by this. Let go of at the end: an executor may keep its tasks for long.
    private SegmentCipher @Nullable [] ciphers;
    private @Nullable Work work;
    private int helping;
    private @Nullable Throwable failure;

    private Run(int count, int size, SegmentCipher[] ciphers, Work work) {
      this.count = count;
      this.size = size;
      this.ciphers = ciphers;
      this.work = work;
    }

    private void help(int helper) {
      SegmentCipher cipher;
      Work mine;
      synchronized (this) {
        if (ciphers == null || work == null) {
          return; // too late: it is done
        }
        cipher = ciphers[helper];
        mine = work;
        helping++;
      }
      try {
        takeAll(cipher, mine);
      } finally {
        synchronized (this) {
          helping--;
          notifyAll();
        }
      }
    }

    /**
     * Does what is left, and waits for what others do.
     *
     * @return how many bytes were written
     * @throws WrongContextOrKeyException if a segment is not authentic; then nothing that was
     *     written may be used
     */
    int finish() {
      help(0);
      boolean interrupted = false;
      synchronized (this) {
        ciphers = null;
        work = null;
        while (helping > 0) {
          try {
            wait();
          } catch (InterruptedException e) {
            // They write into the caller's buffers: he cannot have them back before.
            interrupted = true;
          }
        }
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
      rethrow();
      return size;
    }

    /** Waits for what others do, whatever comes of it: the buffers are needed for other things. */
    void abandon() {
      next.set(count);
      try {
        finish();
      } catch (RuntimeException e) {
        // Nobody asks any more.
      }
    }

    private void fail(Throwable e) {
      next.set(count);
      synchronized (this) {
        failure = e;
      }
    }

    private void takeAll(SegmentCipher cipher, Work mine) {
      try {
        for (int i = next.getAndIncrement(); i < count; i = next.getAndIncrement()) {
          mine.on(cipher, i);
        }
      } catch (RuntimeException | Error e) {
        fail(e);
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
