package io.github.embeddedkms.awssdk;

import io.github.embeddedkms.CallbackClient;
import io.github.embeddedkms.Caller;
import io.github.embeddedkms.KmsClient;
import io.github.embeddedkms.KmsService;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;

/** Wraps a service and runs a script at the beginning of each call. */
final class ScriptedService implements KmsService {

  private final KmsService service;
  private final IntConsumer script;
  private final AtomicInteger calls = new AtomicInteger();
  private final Semaphore begun = new Semaphore(0);

  /**
   * Wraps a service.
   *
   * @param script receives the number of earlier calls; may throw or wait
   */
  ScriptedService(KmsService service, IntConsumer script) {
    this.service = service;
    this.script = script;
  }

  /** Returns the number of calls that have begun. */
  int calls() {
    return calls.get();
  }

  /** Waits until another call has begun. */
  void awaitCall() {
    begun.acquireUninterruptibly();
  }

  @Override
  public KmsClient client(Caller caller) {
    KmsClient client = service.client(caller);
    return new CallbackClient(
        request -> {
          int before = calls.getAndIncrement();
          begun.release();
          script.accept(before);
          return client.call(request);
        });
  }

  @Override
  public Caller defaultCaller() {
    return service.defaultCaller();
  }

  /**
   * Returns an executor that runs each scheduled task as soon as another call has begun, whatever
   * its delay, so that tests of timeouts need no time.
   */
  ScheduledExecutorService untilCallsBegin() {
    // The thread is a daemon, since a task whose call never begins would wait forever.
    return new ScheduledThreadPoolExecutor(1, ScriptedService::daemon) {
      @Override
      public ScheduledFuture<?> schedule(Runnable task, long delay, TimeUnit unit) {
        Runnable whenBegun =
            () -> {
              awaitCall();
              task.run();
            };
        return super.schedule(whenBegun, 0, unit);
      }
    };
  }

  private static Thread daemon(Runnable work) {
    Thread thread = new Thread(work, "until calls begin");
    thread.setDaemon(true);
    return thread;
  }
}
