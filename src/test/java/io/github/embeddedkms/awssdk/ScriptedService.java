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

/** Another service, and something that happens at the beginning of each of its calls. */
final class ScriptedService implements KmsService {

  private final KmsService service;
  private final IntConsumer script;
  private final AtomicInteger calls = new AtomicInteger();
  private final Semaphore begun = new Semaphore(0);

  /**
   * Over another service.
   *
   * @param script is told how many calls there were before this one; may throw or wait
   */
  ScriptedService(KmsService service, IntConsumer script) {
    this.service = service;
    this.script = script;
  }

  /** How many calls have begun. */
  int calls() {
    return calls.get();
  }

  /** Waits until one more call has begun. */
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
   * The time of whatever is scheduled here is up as soon as one more call has begun, neither sooner
   * nor later: with it, a timeout needs no time.
   */
  ScheduledExecutorService untilCallsBegin() {
    // A daemon, since a task whose call never begins would wait for ever.
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
