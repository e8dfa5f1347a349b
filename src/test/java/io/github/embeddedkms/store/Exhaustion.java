package io.github.embeddedkms.store;

import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Runs an action in its own thread when the JVM's memory, or the thread's stack, is nearly used up.
 * Afterwards the thread stays alive, as one of a pool would, until {@link #end} is called.
 */
final class Exhaustion {

  /** The resource that runs out. */
  enum Resource {
    HEAP,
    STACK
  }

  /** Far longer than any call takes. */
  private static final long HANGING_NANOS = 120_000_000_000L;

  private static final int LARGEST_BLOCK = 1 << 20;
  private static final int SMALLEST_BLOCK = 16;
  private static final int[] STACK_KIBIBYTES = {256, 384, 512, 1024};

  /** The arrays that fill the memory; the first element of each array is the previous array. */
  private static Object @Nullable [] filled;

  /**
   * Released just before the action begins. Not private, because the compiler would report it as
   * never read.
   */
  static byte @Nullable [] spare;

  private final Resource resource;
  private final Runnable action;
  private final int distance;
  private final Thread thread;

  /** The number of frames to return before the action runs; negative after it has run. */
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

  /** Returns the distance from exhaustion, in bytes or frames. */
  private static int draw(Resource resource, Random random) {
    if (random.nextBoolean()) {
      // The interesting cases are those where it is just not enough.
      return random.nextInt(resource == Resource.HEAP ? 50_000 : 2_500);
    }
    return random.nextInt(1 << (4 + random.nextInt(resource == Resource.HEAP ? 16 : 9)));
  }

  /** Runs an action close to exhaustion and waits for it. */
  static Exhaustion run(Resource resource, Random random, Runnable action) {
    Exhaustion started = new Exhaustion(resource, random, action);
    started.thread.setDaemon(true);
    started.thread.start();
    started.await();
    return started;
  }

  /** Returns the failure of the action, or null if it succeeded. */
  @Nullable Throwable failure() {
    return failure;
  }

  /** Runs another action in the same thread and then ends the thread. */
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
        // The stack may have fewer frames, or be too full even to start the action.
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
        // Smaller blocks still fit.
      }
    }
    spare = null;
    attempt(action);
    filled = null;
  }

  /** Recurses to the end of the stack, then returns by the chosen number of frames. */
  @SuppressWarnings("InfiniteRecursion") // the purpose of this method
  private void fillStack() {
    try {
      fillStack();
    } catch (StackOverflowError e) {
      // The end of the stack is reached.
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
