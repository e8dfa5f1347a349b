package io.github.embeddedkms.store;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A fair lock for which nobody waits without a bound. Not reentrant.
 *
 * <p>It cannot be lost. A thread whose stack is exhausted may leave a block without running its
 * {@code finally}: the call of {@code unlock} overflows as well. Such a thread finds the lock its
 * own when it comes back, and if it has ended, the next one replaces the lock. What the lock guards
 * must therefore know by itself whether it was left half changed.
 */
final class BoundedLock {

  /** A lock that knows its holder. The JDK's own tells it to subclasses only. */
  private static final class Owned {

    private final ReentrantLock fair = new ReentrantLock(true);

    /** Set by the thread that has just taken the lock, and cleared before it releases the lock. */
    private volatile @Nullable Thread holder;

    boolean tryLock() {
      // Nobody is overtaken.
      return !fair.hasQueuedThreads() && taken(fair.tryLock());
    }

    boolean tryLock(long nanos) throws InterruptedException {
      return taken(fair.tryLock(nanos, TimeUnit.NANOSECONDS));
    }

    private boolean taken(boolean locked) {
      if (locked) {
        holder = Thread.currentThread();
      }
      return locked;
    }

    void unlock() {
      holder = null;
      fair.unlock();
    }

    boolean isHeldByEndedThread() {
      Thread thread = holder;
      return thread != null && !thread.isAlive();
    }
  }

  private volatile Owned lock = new Owned();

  /**
   * Takes the lock.
   *
   * @throws StoreUnavailableException if the deadline passes or the thread is interrupted meanwhile
   */
  void lock(Deadline deadline) {
    while (true) {
      Owned current = lock;
      releaseLeftover(current);
      if (!acquire(current, deadline)) {
        replace(current);
      } else if (current == lock) {
        return;
      } else {
        // It was replaced while this thread waited for it.
        current.unlock();
      }
    }
  }

  /** False if the thread that holds it has ended. */
  private static boolean acquire(Owned current, Deadline deadline) {
    // A free lock needs no wait, so an interrupted thread may take it as well.
    if (current.tryLock()) {
      return true;
    }
    while (!tryLock(current, slice(deadline))) {
      if (current.isHeldByEndedThread()) {
        return false;
      }
      if (deadline.hasPassed()) {
        throw new StoreUnavailableException("the store is in use by other threads for too long");
      }
    }
    return true;
  }

  /** Short enough to notice that the holder has ended. */
  private static long slice(Deadline deadline) {
    return Math.min(deadline.remainingNanos(), TimeUnit.SECONDS.toNanos(1));
  }

  private static boolean tryLock(Owned current, long nanos) {
    try {
      return current.tryLock(nanos);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw StoreUnavailableException.interrupted();
    }
  }

  private synchronized void replace(Owned ended) {
    if (lock == ended) {
      lock = new Owned();
    }
  }

  private static void releaseLeftover(Owned current) {
    while (current.fair.isHeldByCurrentThread()) {
      current.unlock();
    }
  }

  void unlock() {
    lock.unlock();
  }

  /** How many threads wait for it. */
  int waiting() {
    return lock.fair.getQueueLength();
  }
}
