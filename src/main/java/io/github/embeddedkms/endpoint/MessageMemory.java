package io.github.embeddedkms.endpoint;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Limits the memory of large messages, so that many of them at once cannot exhaust the heap.
 * Messages of up to 32 KiB, which nearly all are, need no reservation; the number of connections
 * limits them.
 */
final class MessageMemory {

  /** Up to this number of bytes, a message needs no reservation. */
  static final int SMALL = 32 << 10;

  /**
   * The memory that a request needs while it is processed, as a multiple of its body: a list of
   * strings of one character each needs most.
   */
  private static final int REQUEST_FACTOR = 16;

  private static final int UNIT = 1 << 10;

  private final int units;
  private final Semaphore free;

  /**
   * Creates a limit.
   *
   * @param bytes how much all large messages may need
   */
  MessageMemory(long bytes) {
    units = (int) Math.max(1, Math.min(Integer.MAX_VALUE, bytes / UNIT));
    // Fair, so that a very large message gets its turn too.
    free = new Semaphore(units, true);
  }

  Reservation reservation() {
    return new Reservation();
  }

  /** What one request and its response have reserved. Used by one thread. */
  final class Reservation implements AutoCloseable {

    private int held;

    private Reservation() {}

    /**
     * Reserves memory for a request, waiting for other messages to be finished.
     *
     * @param bytes the size of the body
     * @param timeout the maximum time to wait
     * @return how many nanoseconds it waited
     * @throws RequestRefusedException if there is no memory in time
     */
    long requireForRequest(long bytes, Duration timeout)
        throws RequestRefusedException, InterruptedException {
      if (bytes <= SMALL) {
        return 0;
      }
      int missing = (int) Math.min(units, bytes * REQUEST_FACTOR / UNIT) - held;
      if (missing <= 0) {
        return 0;
      }
      long before = System.nanoTime();
      if (!free.tryAcquire(missing, timeout.toNanos(), TimeUnit.NANOSECONDS)) {
        throw new RequestRefusedException(
            503, "too many large requests for the last " + timeout.toMillis() + " ms; try again");
      }
      held += missing;
      return System.nanoTime() - before;
    }

    /**
     * Reserves memory for a response while it is sent, without waiting: it is already in memory.
     *
     * @param bytes the size of the body
     * @return false if there is not enough
     */
    boolean tryRequireForResponse(long bytes) {
      int missing = bytes <= SMALL ? 0 : (int) Math.min(units, bytes / UNIT) - held;
      if (missing <= 0) {
        return true;
      }
      if (!free.tryAcquire(missing)) {
        return false;
      }
      held += missing;
      return true;
    }

    @Override
    public void close() {
      // Nearly all messages hold nothing, and must not wait for each other.
      if (held > 0) {
        free.release(held);
        held = 0;
      }
    }
  }
}
