package io.github.embeddedkms.envelope;

import io.github.embeddedkms.envelope.Segments.Run;
import io.github.embeddedkms.exception.KmsInternalException;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * The threads that work on the segments of one message: the caller's thread, and tasks of an
 * executor if configured.
 *
 * <p>Runs that have been begun form a queue. Each thread takes the next segment of the oldest run.
 * The thread that finishes a run works too while that run is not finished. It waits, for a bounded
 * time, only for segments that other threads have begun. Thus it makes progress even if the
 * executor is busy, rejects tasks, or is running this very thread as its last one. A task ends as
 * soon as there is no segment to take: no thread ever waits for the caller.
 */
final class SegmentThreads {

  /** The index of the caller's cipher. */
  private static final int CALLER = 0;

  /** How many segments of short runs justify another task. */
  private static final int SEGMENTS_PER_TASK = 4;

  /** How many runs a task works on before it gives way to other tasks of the executor. */
  private static final int RUNS_PER_TASK = 16;

  /** How many runs begin without a task after the executor has rejected one. */
  private static final int RUNS_AFTER_REJECTION = 16;

  /** How often a waiting thread checks without being notified. */
  private static final long RECHECK_MILLIS = 100;

  private final Executor executor;
  private final Duration waitTimeout;

  // Guarded by this. The ciphers are dropped at the end: an executor may keep tasks for a long
  // time.
  private SegmentCipher @Nullable [] ciphers;

  /** The tasks that the executor has and that have not ended, by the index of their cipher. */
  private final @Nullable Task[] tasks;

  private @Nullable Run first;
  private @Nullable Run last;
  private int pending;
  private int runsWithoutTask;

  /** Takes as many ciphers of the message as threads may work at once. */
  SegmentThreads(SegmentCipher[] ciphers, Executor executor, Duration waitTimeout) {
    this.ciphers = ciphers;
    this.tasks = new Task[ciphers.length];
    this.executor = executor;
    this.waitTimeout = waitTimeout;
  }

  /** Adds a run to the queue, and starts tasks if there is enough work for them. */
  void begin(Run run) {
    append(run);
    if (tasks.length == 1) {
      return;
    }
    try {
      for (Task task = nextTask(run); task != null; task = nextTask(run)) {
        submit(task);
      }
    } catch (RejectedExecutionException e) {
      pauseTasks();
    } catch (RuntimeException | Error e) {
      // finish throws it: other threads may have begun, and finish must wait for them.
      fail(run, e);
    }
  }

  private synchronized void append(Run run) {
    Run before = last;
    if (first == null || before == null) {
      first = run;
    } else {
      before.following = run;
    }
    last = run;
    pending += run.count;
  }

  /** Returns a task to submit, or null if there are enough. */
  private synchronized @Nullable Task nextTask(Run run) {
    if (runsWithoutTask > 0) {
      runsWithoutTask--;
      return null;
    }
    // The caller works on a long run at once, and prepares more short ones.
    int wanted = Math.min(pending, Math.max(run.count - 1, pending / SEGMENTS_PER_TASK));
    int free = 0;
    for (int i = tasks.length - 1; i > CALLER; i--) {
      if (tasks[i] == null) {
        free = i;
      } else {
        wanted--;
      }
    }
    if (free == 0 || wanted <= 0) {
      return null;
    }
    Task task = new Task(free);
    tasks[free] = task;
    return task;
  }

  private void submit(Task task) {
    boolean submitted = false;
    try {
      executor.execute(task);
      submitted = true;
    } finally {
      if (!submitted) {
        task.revoke();
      }
    }
  }

  private synchronized void pauseTasks() {
    runsWithoutTask = RUNS_AFTER_REJECTION;
  }

  /** Works on segments until none is left. */
  private final class Task implements Runnable {

    private final int index;

    // Guarded by the enclosing object.
    private boolean started;
    private boolean ended;

    Task(int index) {
      this.index = index;
    }

    /** Takes back a task that the executor has not accepted, unless it runs nevertheless. */
    void revoke() {
      synchronized (SegmentThreads.this) {
        if (!started) {
          ended = true;
          tasks[index] = null;
        }
      }
    }

    @Override
    public void run() {
      synchronized (SegmentThreads.this) {
        if (started || ended) {
          return;
        }
        started = true;
      }
      try {
        Run previous = null;
        int runs = 0;
        for (Run run = work(index, null); run != null; run = work(index, null)) {
          runs += run == previous ? 0 : 1;
          previous = run;
          if (runs > RUNS_PER_TASK) {
            return;
          }
        }
      } finally {
        synchronized (SegmentThreads.this) {
          tasks[index] = null;
        }
      }
    }
  }

  /**
   * Takes a segment of the oldest run and works on it.
   *
   * @param until the caller's run, which ends its work; null for a task
   * @return the run of the segment, or null if there is nothing to do
   */
  private @Nullable Run work(int index, @Nullable Run until) {
    Run run;
    int segment;
    SegmentCipher cipher;
    Segments.Work work;
    synchronized (this) {
      run = until != null && until.isSettled() ? null : oldest();
      if (run == null || ciphers == null) {
        return null;
      }
      cipher = ciphers[index];
      work = run.work;
      segment = run.begun++;
      run.working++;
      pending--;
    }
    boolean done = false;
    Throwable thrown = null;
    try {
      work.apply(cipher, segment);
      done = true;
    } catch (RuntimeException | Error e) {
      thrown = e;
    } finally {
      // The stack may be exhausted, so no method is called until everything is counted.
      synchronized (this) {
        run.working--;
        if (done) {
          run.finished++;
        } else {
          pending -= run.count - run.begun;
          run.begun = run.count;
          if (run.failure == null) {
            run.failure = thrown;
          }
        }
        notifyAll();
      }
    }
    return run;
  }

  /** Returns the oldest run with segments to take, or null. Guarded by the lock. */
  private @Nullable Run oldest() {
    Run run = first;
    while (run != null && run.begun == run.count) {
      run = run.following;
    }
    first = run;
    if (run == null) {
      last = null;
    }
    return run;
  }

  /** Works until a run is done, see {@link Run#finish}. */
  void finish(Run run) {
    boolean more = true;
    while (more) {
      more = work(CALLER, run) != null;
    }
    awaitOthers(run);
    run.rethrow();
  }

  /** Skips the segments of a run that no thread has begun, and waits for the others. */
  void abandon(Run run) {
    synchronized (this) {
      skip(run);
    }
    awaitOthers(run);
  }

  private void skip(Run run) {
    pending -= run.count - run.begun;
    run.begun = run.count;
  }

  private synchronized void awaitOthers(Run run) {
    // Drops the finished runs, whose arrays a kept task would hold otherwise.
    oldest();
    long began = System.nanoTime();
    boolean interrupted = false;
    while (run.working > 0) {
      long left = waitTimeout.toNanos() - (System.nanoTime() - began);
      if (left <= 0) {
        if (run.failure == null) {
          run.failure = notFinishedInTime();
        }
        break;
      }
      try {
        // Wait in short periods: an Error may keep another thread from notifying this one.
        wait(Math.min(RECHECK_MILLIS, left / 1_000_000 + 1));
      } catch (InterruptedException e) {
        // The other threads write into the caller's buffers, so this method cannot return yet.
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private KmsInternalException notFinishedInTime() {
    return new KmsInternalException(
        "embedded-kms: a thread of the envelope's executor has not finished a segment of"
            + " 64 KiB within "
            + waitTimeout.toMillis()
            + " ms; try again");
  }

  private synchronized void fail(Run run, Throwable e) {
    skip(run);
    if (run.failure == null) {
      run.failure = e;
    }
  }

  /** Drops the keys. No thread takes a segment after this. */
  synchronized void close() {
    ciphers = null;
    first = null;
    last = null;
    pending = 0;
    Arrays.fill(tasks, null);
  }
}
