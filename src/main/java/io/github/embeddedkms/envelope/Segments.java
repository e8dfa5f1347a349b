package io.github.embeddedkms.envelope;

import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Seals and opens runs of neighbouring segments of one message, several at once if asked to.
 *
 * <p>The calling thread does all the work that nobody else has begun, and waits only for what
 * others have begun: so it gets on with an executor that is busy, that refuses, or on whose last
 * thread it runs itself.
 *
 * <p>Not safe for use by several threads; what it starts itself ends before it returns.
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

  /**
   * Seals a run.
   *
   * @param length a multiple of a segment's plaintext, unless the run has the message's last
   *     segment, which is what is beyond that
   * @return how many bytes were written
   */
  int seal(long first, byte[] plaintext, int offset, int length, boolean last, byte[] out, int at) {
    int count = length / SegmentCipher.PLAINTEXT_BYTES + (last ? 1 : 0);
    run(
        count,
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
    return length + count * SegmentCipher.TAG_BYTES;
  }

  /**
   * Opens a run.
   *
   * @param length a multiple of a sealed segment, unless the run has the message's last segment,
   *     which is what is beyond that
   * @return how many bytes were written
   * @throws TruncatedMessageException if the last segment is too short to be one
   * @throws WrongContextOrKeyException if a segment is not authentic; then nothing that was written
   *     may be used
   */
  int open(long first, byte[] sealed, int offset, int length, boolean last, byte[] out, int at) {
    if (last && length % SegmentCipher.SEALED_BYTES < SegmentCipher.TAG_BYTES) {
      throw HeaderInput.truncated();
    }
    int count = length / SegmentCipher.SEALED_BYTES + (last ? 1 : 0);
    run(
        count,
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
    return length - count * SegmentCipher.TAG_BYTES;
  }

  /** What is done to one segment of a run. */
  private interface Work {
    void on(SegmentCipher cipher, int segment);
  }

  private void run(int count, Work work) {
    if (ciphers.length == 1 || count == 1) {
      for (int i = 0; i < count; i++) {
        work.on(ciphers[0], i);
      }
      return;
    }
    Run run = new Run(count, ciphers, work);
    RuntimeException refusal = null;
    try {
      for (int i = 1; i < Math.min(ciphers.length, count); i++) {
        int helper = i;
        executor.execute(() -> run.help(helper));
      }
    } catch (RejectedExecutionException e) {
      // Then with less help, or none.
    } catch (RuntimeException e) {
      refusal = e;
    } finally {
      // In any case: others may have begun, and write where the caller goes on.
      run.finish();
    }
    if (refusal != null) {
      throw refusal;
    }
  }

  /** One run, from which every thread takes the next segment until none is left. */
  private static final class Run {

    private final int count;
    private final AtomicInteger next = new AtomicInteger();

    // Guarded by this. Let go of at the end: an executor may keep its tasks for long.
    private SegmentCipher @Nullable [] ciphers;
    private @Nullable Work work;
    private int helping;
    private @Nullable Throwable failure;

    Run(int count, SegmentCipher[] ciphers, Work work) {
      this.count = count;
      this.ciphers = ciphers;
      this.work = work;
    }

    void help(int helper) {
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

    void finish() {
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
    }

    private void takeAll(SegmentCipher cipher, Work mine) {
      try {
        for (int i = next.getAndIncrement(); i < count; i = next.getAndIncrement()) {
          mine.on(cipher, i);
        }
      } catch (RuntimeException | Error e) {
        next.set(count);
        synchronized (this) {
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
