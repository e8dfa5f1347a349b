package io.github.embeddedkms.store;

import io.github.embeddedkms.bounded.Deadline;
import io.github.embeddedkms.bounded.FairLock;
import java.util.concurrent.TimeoutException;

/** A {@link FairLock} that reports an unsuccessful wait as an error of the store. */
final class StoreLock {

  private final FairLock lock = new FairLock();

  /**
   * Takes the lock.
   *
   * @throws StoreUnavailableException if the deadline passes or the thread is interrupted while
   *     waiting; its interrupt status is kept
   */
  void lock(Deadline deadline) {
    try {
      lock.lock(deadline);
    } catch (TimeoutException e) {
      throw StoreUnavailableException.inUse();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw StoreUnavailableException.interrupted();
    }
  }

  void unlock() {
    lock.unlock();
  }

  int waiting() {
    return lock.waiting();
  }
}
