package io.github.embeddedkms.store;

import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * An action in a thread of its own that has nearly used up the memory of the JVM, or its stack. The
 * thread stays afterwards, as one of a pool would, until it is told to end.
 */
final class Exhaustion {

  /** What ends. */
  enum Resource {
    HEAP,
    STACK
  }

  /** Far more than any call takes. */
  private static final long HANGING_NANOS = 120_000_000_000L;

  private static final int LARGEST_BLOCK = 1 << 20;
  private static final int SMALLEST_BLOCK = 16;
  private static final int[] STACK_KIBIBYTES = {256, 384, 512, 1024};

  /** What fills the memory: arrays, the first element of each is the one before it. */
  private static Object @Nullable [] filled;

  /** What is released when the action begins. Not private, or it would count as never read. */
  static byte @Nullable [] spare;

  private final Resource resource;
  private final Runnable action;
  private final int distance;
  private final Thread thread;

  /** How many frames further out the action is run; negative once it was. */
  private int frames;

  private boolean begun;
  private @Nullable Throwable failure;
  private volatile boolean finished;
  private volatile @Nullable Runnable next;

  private Exhaustion(Resource resource, Random random, Runnable action) {
    this.resource = resource;
    this.action = action;
    this.distance = draw(resource, random);
    int stack = STACK_KIBIBYTES[random.nextInt(STACK_KIBIBYTES.length)] * 1024;
    this.thread = new Thread(null, this::run, "exhausted", stack);
  }

  /** In bytes, or frames. */
  private static int draw(Resource resource, Random random) {
    if (random.nextBoolean()) {
      // Most interesting is where it is just not enough.
      return random.nextInt(resource == Resource.HEAP ? 50_000 : 2_500);
    }
    return random.nextInt(1 << (4 + random.nextInt(resource == Resource.HEAP ? 16 : 9)));
  }

  /** Runs an action close to the end, and waits for it. */
  static Exhaustion run(Resource resource, Random random, Runnable action) {
    Exhaustion started = new Exhaustion(resource, random, action);
    started.thread.setDaemon(true);
    started.thread.start();
    started.await();
    return started;
  }

  /** How the action failed, if it did. */
  @Nullable Throwable failure() {
    return failure;
  }

  /** Has the same thread do something else, and then end. */
  void end(Runnable last) {
    finished = false;
    next = last;
    await();
    Throwable failed = failure;
    if (failed != null) {
      throw new AssertionError("in the exhausted thread", failed);
    }
  }

  private void await() {
    long begun = System.nanoTime();
    while (!finished) {
      if (System.nanoTime() - begun > HANGING_NANOS) {
        filled = null;
        throw new AssertionError("it hangs: " + Arrays.toString(thread.getStackTrace()));
      }
      LockSupport.parkNanos(1_000_000);
    }
  }

  private void run() {
    switch (resource) {
      case HEAP -> fillHeap();
      case STACK -> {
        // The stack may have fewer frames, or be too full even to begin.
        for (int from = distance; !begun; from = from / 2 + 1) {
          frames = from;
          fillStack();
        }
      }
    }
    finished = true;
    while (next == null) {
      LockSupport.parkNanos(1_000_000);
    }
    failure = null;
    attempt(next);
    finished = true;
  }

  private void fillHeap() {
    spare = new byte[distance];
    for (int size = LARGEST_BLOCK; size >= SMALLEST_BLOCK; size /= 4) {
      try {
        while (true) {
          filled = new Object[] {filled, new byte[size]};
        }
      } catch (OutOfMemoryError e) {
        // Smaller ones fit.
      }
    }
    spare = null;
    attempt(action);
    filled = null;
  }

  /** Goes on to the end of the stack, and some frames back. */
  @SuppressWarnings("InfiniteRecursion") // is what it is for
  private void fillStack() {
    try {
      fillStack();
    } catch (StackOverflowError e) {
      // This is the end.
    }
    if (frames-- == 0) {
      attempt(action);
    }
  }

  private void attempt(Runnable attempted) {
    try {
      begun = true;
      attempted.run();
    } catch (Throwable e) {
      failure = e;
    }
  }

  @Override
  public String toString() {
    return resource + " at " + distance;
  }
}
