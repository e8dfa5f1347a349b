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

  /** Tells which thread holds it. */
  private static final class Owned extends ReentrantLock {

    private static final long serialVersionUID = 1L;

    Owned() {
      super(true);
    }

    boolean isHeldByEndedThread() {
      @Nullable Thread owner = getOwner();
      return owner != null && !owner.isAlive();
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
    if (!current.hasQueuedThreads() && current.tryLock()) {
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
      return current.tryLock(nanos, TimeUnit.NANOSECONDS);
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
    while (current.isHeldByCurrentThread()) {
      current.unlock();
    }
  }

  void unlock() {
    lock.unlock();
  }

  /** How many threads wait for it. */
  int waiting() {
    return lock.getQueueLength();
  }
}
