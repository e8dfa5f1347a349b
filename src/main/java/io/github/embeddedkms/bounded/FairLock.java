package io.github.embeddedkms.bounded;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A lock that threads get in the order of their arrival, and wait for no longer than their
 * deadlines. It is not reentrant.
 *
 * <p>A thread that runs out of stack may leave a block without running its {@code finally}, because
 * the call of {@link #unlock} overflows as well. ({@link StackSpace} prevents that; this is the
 * second line of defense.) If such a thread comes back, it gives up what it still holds; if it has
 * ended, the next thread replaces the lock. What the lock guards must therefore record by itself
 * whether it was left half changed. As long as such a thread lives and does not come back, other
 * threads run into their deadlines.
 */
public final class FairLock {

  /** A lock that records its holder, which the JDK's lock reveals to subclasses only. */
  private static final class Owned {

    private final ReentrantLock fair = new ReentrantLock(true);

    /** Set right after the lock was taken, and cleared right before it is released. */
    private volatile @Nullable Thread holder;

    boolean take(long nanos) throws InterruptedException {
      Thread current = Thread.currentThread();
      // A free lock needs no wait, so an interrupted thread may take it as well. The untimed
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
          // An assignment needs no stack: a holder that ends now can still be recognized.
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
   * Takes the lock.
   *
   * @param deadline until when to wait
   * @throws TimeoutException if other threads hold it until then
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
        // Another thread replaced it while this one was waiting.
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
   * Whether the current thread holds the lock.
   *
   * @return true between {@link #lock} and {@link #unlock}
   */
  public boolean isHeldByCurrentThread() {
    return lock.fair.isHeldByCurrentThread();
  }

  /**
   * Whether another thread holds the lock or is about to: also while it passes from one thread to
   * the next.
   *
   * @return true if the current thread would have to wait, as far as can be told
   */
  public boolean isTakenByAnother() {
    ReentrantLock fair = lock.fair;
    return (fair.isLocked() || fair.hasQueuedThreads()) && !fair.isHeldByCurrentThread();
  }

  /**
   * How many threads wait for the lock.
   *
   * @return an estimate, 0 or more
   */
  public int waiting() {
    return lock.fair.getQueueLength();
  }
}
