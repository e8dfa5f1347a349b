package io.github.embeddedkms.endpoint;

import java.lang.reflect.Method;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Threads that answer requests: so many and no more, virtual ones where the JDK has them. */
final class Workers {

  private static final String NAME = "embedded-kms-endpoint-";

  private Workers() {}

  /**
   * A pool that grows with the work and shrinks without it. What finds no thread waits in a queue,
   * which is no longer than there are connections: each has one request at a time.
   *
   * @param threads how many at most
   * @return a pool that drops in silence what comes after its shutdown
   */
  static ThreadPoolExecutor atMost(int threads) {
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(
            threads,
            threads,
            30,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            threadFactory(),
            new ThreadPoolExecutor.DiscardPolicy());
    pool.allowCoreThreadTimeOut(true);
    return pool;
  }

  /** By reflection: this library is compiled for JDK 17, and virtual threads came with 21. */
  private static ThreadFactory threadFactory() {
    try {
      Object builder = Thread.class.getMethod("ofVirtual").invoke(null);
      Class<?> builderType = Class.forName("java.lang.Thread$Builder");
      Method name = builderType.getMethod("name", String.class, long.class);
      Method factory = builderType.getMethod("factory");
      return (ThreadFactory) factory.invoke(name.invoke(builder, NAME, 0L));
    } catch (ReflectiveOperationException e) {
      AtomicInteger number = new AtomicInteger();
      return work -> {
        Thread thread = new Thread(work, NAME + number.getAndIncrement());
        thread.setDaemon(true);
        return thread;
      };
    }
  }
}
