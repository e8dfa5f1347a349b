package io.github.embeddedkms.endpoint;

import java.lang.reflect.Method;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The threads of connections, one for each. They are virtual where the JDK has virtual threads:
 * this package never waits inside a monitor, so they release their carriers while they wait for a
 * client.
 */
final class Workers implements AutoCloseable {

  /** The beginning of the names of all threads of an endpoint. */
  static final String NAME = "embedded-kms-endpoint-";

  /** The first JDK with virtual threads. */
  private static final int FIRST_WITH_VIRTUAL_THREADS = 21;

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
            0,
            most,
            SECONDS_TO_KEEP,
            TimeUnit.SECONDS,
            new SynchronousQueue<>(),
            Runtime.version().feature() >= FIRST_WITH_VIRTUAL_THREADS
                ? virtualThreads()
                : platformThreads());
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

  /** Creates virtual threads, by reflection since this library is compiled for JDK 17. */
  private static ThreadFactory virtualThreads() {
    try {
      Object builder = Thread.class.getMethod("ofVirtual").invoke(null);
      Class<?> builderType = Class.forName("java.lang.Thread$Builder");
      Method name = builderType.getMethod("name", String.class, long.class);
      Method factory = builderType.getMethod("factory");
      return (ThreadFactory) factory.invoke(name.invoke(builder, NAME, 0L));
    } catch (ReflectiveOperationException e) {
      throw new LinkageError("every JDK of this version has virtual threads", e);
    }
  }

  private static ThreadFactory platformThreads() {
    AtomicInteger number = new AtomicInteger();
    return work -> {
      Thread thread = new Thread(work, NAME + number.getAndIncrement());
      thread.setDaemon(true);
      return thread;
    };
  }
}
