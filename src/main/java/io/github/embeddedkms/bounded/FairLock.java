package io.github.embeddedkms.bounded;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A lock that threads acquire in the order of their arrival, waiting no longer than their
 * deadlines. It is not reentrant.
 *
 * <p>A thread that runs out of stack may leave a block without running its {@code finally}, because
 * the call of {@link #unlock} overflows as well. ({@link StackSpace} prevents that; this is the
 * second line of defense.) If such a thread calls {@link #lock} again, it releases the lock first;
 * if it has ended, the next thread replaces the lock. The guarded state must therefore record
 * whether it was left partly changed. While such a thread lives and does not call again, other
 * threads time out.
 */
public final class FairLock {

  /** A lock that records its holder, which the JDK's lock exposes to subclasses only. */
  private static final class Owned {

    private final ReentrantLock fair = new ReentrantLock(true);

    /**
     * Set immediately after the lock is acquired, and cleared immediately before it is released.
     */
    private volatile @Nullable Thread holder;

    boolean take(long nanos) throws InterruptedException {
      Thread current = Thread.currentThread();
      // A free lock needs no wait, so an interrupted thread may acquire it as well. The untimed
      // tryLock() ignores the queue, so it is used only if there is none.
      boolean taken =
          (!fair.hasQueuedThreads() && fair.tryLock()) || fair.tryLock(nanos, TimeUnit.NANOSECONDS);
      if (taken) {
        holder = current;
      }
      return taken;
    }

    void release() {
      Thread before = holder;
      boolean released = false;
      holder = null;
      try {
        fair.unlock();
        released = true;
      } finally {
        if (!released) {
          // An assignment needs no stack, so the holder can still be identified if it ends now.
          holder = before;
        }
      }
    }

    boolean isHeldByEndedThread() {
      Thread thread = holder;
      return thread != null && !thread.isAlive();
    }
  }

  private volatile Owned lock = new Owned();

  /** Creates a free lock. */
  public FairLock() {}

  /**
   * Acquires the lock.
   *
   * @param deadline limits the wait
   * @throws TimeoutException if other threads hold the lock until the deadline
   * @throws InterruptedException if the thread is interrupted while it waits
   */
  public void lock(Deadline deadline) throws TimeoutException, InterruptedException {
    while (true) {
      Owned current = lock;
      while (current.fair.isHeldByCurrentThread()) {
        current.release();
      }
      if (current.isHeldByEndedThread()) {
        replace(current);
      } else if (!current.take(deadline.remainingNanos())) {
        throw new TimeoutException();
      } else if (current == lock) {
        return;
      } else {
        // Another thread replaced the lock while this one was waiting.
        current.release();
      }
    }
  }

  private synchronized void replace(Owned ended) {
    if (lock == ended) {
      lock = new Owned();
    }
  }

  /** Releases the lock, which the current thread holds. */
  public void unlock() {
    lock.release();
  }

  /**
   * Returns whether the current thread holds the lock.
   *
   * @return true between {@link #lock} and {@link #unlock}
   */
  public boolean isHeldByCurrentThread() {
    return lock.fair.isHeldByCurrentThread();
  }

  /**
   * Returns whether another thread holds the lock or is about to acquire it, including while it
   * passes from one thread to the next.
   *
   * @return true if the current thread would probably have to wait
   */
  public boolean isTakenByAnother() {
    ReentrantLock fair = lock.fair;
    return (fair.isLocked() || fair.hasQueuedThreads()) && !fair.isHeldByCurrentThread();
  }

  /**
   * Returns how many threads are waiting for the lock.
   *
   * @return an estimate, 0 or more
   */
  public int waiting() {
    return lock.fair.getQueueLength();
  }
}
