package io.github.embeddedkms.endpoint;

import io.github.embeddedkms.Caller;
import io.github.embeddedkms.wire.WireServer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Finds out whether requests can be processed: a probe waits for a permit as they do, and reads
 * from the storage. The probe has its own thread, so a storage that hangs delays a health check for
 * two seconds only. All health checks at one time share one probe.
 */
final class HealthCheck {

  private static final Duration TIMEOUT = Duration.ofSeconds(2);

  private static final byte[] HEALTHY = "{\"status\":\"ok\"}".getBytes(StandardCharsets.UTF_8);

  private static final String BUSY =
      "no request could be processed for the last " + TIMEOUT.toMillis() + " ms";

  private final WireServer wire;
  private final Caller caller;
  private final Semaphore permits;
  private final ThreadFactory threads;
  private final AtomicReference<CompletableFuture<String>> running = new AtomicReference<>();

  /**
   * Creates a check.
   *
   * @param caller who sends the probe
   * @param permits one for each request that may be processed at once
   */
  HealthCheck(WireServer wire, Caller caller, Semaphore permits) {
    this(wire, caller, permits, probe -> new Thread(probe, Workers.NAME + "health"));
  }

  /** For tests: with other threads. */
  HealthCheck(WireServer wire, Caller caller, Semaphore permits, ThreadFactory threads) {
    this.wire = wire;
    this.caller = caller;
    this.permits = permits;
    this.threads = threads;
  }

  /** Returns status 200, or 503 with the reason, after two seconds at most. */
  HttpResponse response() throws InterruptedException {
    String problem;
    try {
      problem = probe().get(TIMEOUT.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      problem = BUSY;
    } catch (ExecutionException e) {
      problem = "the health check failed";
    }
    return problem.isEmpty()
        ? new HttpResponse(200, "application/json", HEALTHY.clone(), null, false)
        : HttpResponse.refused(503, problem);
  }

  private CompletableFuture<String> probe() {
    CompletableFuture<String> probe = new CompletableFuture<>();
    CompletableFuture<String> current = running.compareAndExchange(null, probe);
    if (current != null) {
      return current;
    }
    try {
      Thread thread = threads.newThread(() -> run(probe));
      thread.setDaemon(true);
      thread.start();
    } catch (Error e) {
      // No thread can be created. Later checks must not wait for this probe.
      running.set(null);
      probe.complete("the health check failed");
    }
    return probe;
  }

  private void run(CompletableFuture<String> probe) {
    try {
      String problem = problem();
      running.set(null);
      probe.complete(problem);
    } catch (InterruptedException | RuntimeException | Error e) {
      running.set(null);
      probe.completeExceptionally(e);
    }
  }

  /** Returns why requests cannot be processed; empty if they can. */
  private String problem() throws InterruptedException {
    if (!permits.tryAcquire(TIMEOUT.toNanos(), TimeUnit.NANOSECONDS)) {
      return BUSY;
    }
    try {
      return wire.probe(caller) ? "" : "the service cannot process requests";
    } finally {
      permits.release();
    }
  }
}
