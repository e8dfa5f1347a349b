package io.github.embeddedkms.endpoint;

import java.lang.reflect.Method;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Creates threads for connections that have data to read. The JDK's server reads the head and the
 * body of requests on them, so a client that does not finish a request occupies a thread.
 */
final class Workers {

  /**
   * The first JDK whose virtual threads release their carrier while they wait inside a monitor (JEP
   * 491).
   */
  private static final int FIRST_UNPINNED = 24;

  private static final String NAME = "embedded-kms-endpoint-";

  private Workers() {}

  /**
   * Creates a pool that grows with the work and shrinks without it. Work without a free thread
   * waits in a queue. The queue is bounded by the number of connections, since each has one request
   * at a time.
   *
   * @param threads the maximum number of threads
   * @return a pool that silently drops work submitted after its shutdown
   */
  static ThreadPoolExecutor atMost(int threads) {
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(
            threads,
            threads,
            30,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            Runtime.version().feature() >= FIRST_UNPINNED ? virtualThreads() : platformThreads(),
            new ThreadPoolExecutor.DiscardPolicy());
    pool.allowCoreThreadTimeOut(true);
    return pool;
  }

  /**
   * Creates virtual threads, by reflection since this library is compiled for JDK 17. Before JDK 24
   * they would be harmful: the server waits for bytes inside a monitor, so as many half-sent
   * requests as there are processors would block every virtual thread of the process.
   */
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
