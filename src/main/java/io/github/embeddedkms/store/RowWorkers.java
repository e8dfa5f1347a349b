package io.github.embeddedkms.store;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Processes rows on several cores while the calling thread reads more of them. The results are
 * passed on by the calling thread, in the order of the rows. The first row whose processing fails
 * ends that: the results before it are passed on, and then its exception is thrown, as if the rows
 * had been processed one by one.
 *
 * <p>The threads start when there is more than one batch, and {@link #close} waits until they have
 * ended. Where no thread can be started, the calling thread does everything. An interrupt has no
 * effect on this work, which waits for nothing outside; the thread stays interrupted.
 *
 * <p>Used by one thread.
 *
 * @param <R> the type of the rows
 * @param <T> the type of the results
 */
final class RowWorkers<R, T> implements AutoCloseable {

  /** Large enough that handing over a batch costs little compared with processing it. */
  static final int BATCH = 500;

  private static final int MAX_THREADS = 7;

  /** The results of a batch, up to the first row that failed. */
  private record Results<T>(List<T> results, @Nullable Throwable failure) {}

  private final int threadLimit;
  private final Supplier<Function<R, T>> work;
  private final Consumer<T> sink;
  // Has room for all, so that a thread that was started is always in it.
  private final List<Thread> threads = new ArrayList<>(MAX_THREADS);

  /** Submitted batches whose results were not passed on yet, in the order of the rows. */
  private final Deque<FutureTask<Results<T>>> pending = new ArrayDeque<>();

  private List<R> batch = new ArrayList<>(BATCH);

  // A monitor, because a thread that runs out of memory always leaves it.
  private final Object monitor = new Object();

  // Guarded by the monitor: batches that no thread has begun.
  private final Deque<FutureTask<Results<T>>> waiting = new ArrayDeque<>();
  private boolean closed;

  /**
   * Creates workers for the cores of this machine.
   *
   * @param work returns the function that processes rows, called for each batch. Used by any
   *     thread, but each function by one thread only
   * @param sink receives the results, in the calling thread
   */
  static <R, T> RowWorkers<R, T> create(Supplier<Function<R, T>> work, Consumer<T> sink) {
    int others = Runtime.getRuntime().availableProcessors() - 1;
    return new RowWorkers<>(Math.min(MAX_THREADS, others), work, sink);
  }

  /** Creates up to a number of threads besides the calling one. */
  RowWorkers(int threadLimit, Supplier<Function<R, T>> work, Consumer<T> sink) {
    this.threadLimit = threadLimit;
    this.work = work;
    this.sink = sink;
  }

  /** Adds a row. May process others, and pass on results. */
  void add(R row) {
    batch.add(row);
    if (batch.size() == BATCH) {
      submit();
      passOnWhatIsDone();
      while (pending.size() > 2 * (threads.size() + 1)) {
        advance();
      }
    }
  }

  /** Processes everything that was added, and passes on its results. Nothing, after a failure. */
  void finish() {
    if (!batch.isEmpty()) {
      submit();
    }
    while (!pending.isEmpty()) {
      advance();
    }
  }

  private void submit() {
    List<R> rows = batch;
    batch = new ArrayList<>(BATCH);
    FutureTask<Results<T>> task = new FutureTask<>(() -> process(rows));
    pending.add(task);
    if (pending.size() > 1 && threads.isEmpty()) {
      startThreads();
    }
    synchronized (monitor) {
      waiting.add(task);
      monitor.notifyAll();
    }
  }

  private Results<T> process(List<R> rows) {
    List<T> results = new ArrayList<>(rows.size());
    try {
      Function<R, T> function = work.get();
      for (R row : rows) {
        results.add(function.apply(row));
      }
      return new Results<>(results, null);
    } catch (RuntimeException | Error e) {
      return new Results<>(results, e);
    }
  }

  private void startThreads() {
    try {
      for (int i = 0; i < threadLimit; i++) {
        Thread thread = new Thread(this::processBatches, "embedded-kms-store-opening");
        thread.setDaemon(true);
        thread.start();
        threads.add(thread);
      }
    } catch (OutOfMemoryError e) {
      // The system allows no more threads. The others, or this one, do their work.
    }
  }

  private void processBatches() {
    for (FutureTask<?> next = take(); next != null; next = take()) {
      next.run();
    }
  }

  /** Waits for a batch; returns null once this is closed. */
  private @Nullable FutureTask<Results<T>> take() {
    synchronized (monitor) {
      while (waiting.isEmpty() && !closed) {
        try {
          monitor.wait();
        } catch (InterruptedException e) {
          // Only a debugger can interrupt this thread. It continues.
        }
      }
      return waiting.poll();
    }
  }

  /** Processes a batch that no thread has begun, or waits for one; then passes on results. */
  private void advance() {
    FutureTask<Results<T>> next;
    synchronized (monitor) {
      next = waiting.poll();
    }
    if (next == null) {
      passOn(pending.remove());
    } else {
      next.run();
    }
    passOnWhatIsDone();
  }

  private void passOnWhatIsDone() {
    for (FutureTask<Results<T>> next = pending.peek();
        next != null && next.isDone();
        next = pending.peek()) {
      passOn(pending.remove());
    }
  }

  private void passOn(FutureTask<Results<T>> task) {
    boolean passedOn = false;
    try {
      Results<T> done = await(task);
      done.results().forEach(sink);
      throwIfFailed(done.failure());
      passedOn = true;
    } finally {
      if (!passedOn) {
        discard();
      }
    }
  }

  private static void throwIfFailed(@Nullable Throwable failure) {
    if (failure instanceof Error error) {
      throw error;
    }
    if (failure instanceof RuntimeException exception) {
      throw exception;
    }
  }

  /** After a failure, later rows must not be passed on, and their failures not be reported. */
  private void discard() {
    pending.clear();
    batch = new ArrayList<>();
  }

  private static <T> T await(FutureTask<T> task) {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return task.get();
        } catch (InterruptedException e) {
          interrupted = true;
        } catch (ExecutionException e) {
          // An Error before the first row, since process() catches all others.
          throw new AssertionError("rows could not be processed", e.getCause());
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Discards what was not processed yet, and waits until the threads have ended. */
  @Override
  public void close() {
    synchronized (monitor) {
      closed = true;
      waiting.clear();
      monitor.notifyAll();
    }
    boolean interrupted = false;
    for (Thread thread : threads) {
      while (thread.isAlive()) {
        try {
          thread.join();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
