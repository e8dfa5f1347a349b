package io.github.embeddedkms.endpoint;

import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The threads of connections, one for each. They are platform threads, because the system shares
 * the processors among them. A virtual thread keeps its processor until it waits: as many large
 * requests as there are processors, or calls that wait in a database driver's native code, would
 * stop all other connections.
 */
final class Workers implements AutoCloseable {

  /** The beginning of the names of all threads of an endpoint. */
  static final String NAME = "embedded-kms-endpoint-";

  private static final int SECONDS_TO_KEEP = 10;

  private final ThreadPoolExecutor pool;

  /**
   * Creates a pool without threads, which grows with the work and shrinks without it.
   *
   * @param most the maximum number of threads
   */
  Workers(int most) {
    pool =
        new ThreadPoolExecutor(
            0, most, SECONDS_TO_KEEP, TimeUnit.SECONDS, new SynchronousQueue<>(), threads());
  }

  /**
   * Runs work on a thread.
   *
   * @return false if all threads are in use, or this pool is closed
   */
  boolean run(Runnable work) {
    try {
      pool.execute(work);
      return true;
    } catch (RejectedExecutionException e) {
      return false;
    }
  }

  /** Interrupts all threads, and ends them once their work ends. */
  @Override
  public void close() {
    pool.shutdownNow();
  }

  private static ThreadFactory threads() {
    AtomicInteger number = new AtomicInteger();
    return work -> {
      Thread thread = new Thread(work, NAME + number.getAndIncrement());
      thread.setDaemon(true);
      return thread;
    };
  }
}
