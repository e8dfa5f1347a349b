package io.github.embeddedkms.endpoint;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.embeddedkms.local.LocalKeyProvider;
import io.github.embeddedkms.wire.WireServer;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 1, unit = TimeUnit.MINUTES)
class HealthCheckTest {

  private final LocalKeyProvider provider = LocalKeyProvider.inMemory();

  @AfterEach
  void close() {
    provider.close();
  }

  @Test
  void response_noMemoryForAThread_isUnavailable_andRecovers() throws Exception {
    assertRecovers(
        probe -> {
          throw planted();
        });
  }

  @Test
  void response_threadCannotBeStarted_isUnavailable_andRecovers() throws Exception {
    assertRecovers(
        probe ->
            new Thread(probe) {
              @Override
              public synchronized void start() {
                throw planted();
              }
            });
  }

  /** Stands for an OutOfMemoryError, with which JUnit would end if this were to fail. */
  private static Error planted() {
    return new InternalError("planted");
  }

  private void assertRecovers(ThreadFactory exhausted) throws InterruptedException {
    AtomicBoolean again = new AtomicBoolean();
    HealthCheck health =
        new HealthCheck(
            new WireServer(provider, (operation, failure) -> {}),
            provider.defaultCaller(),
            new Semaphore(1),
            probe -> again.getAndSet(true) ? new Thread(probe) : exhausted.newThread(probe));
    HttpResponse failed = health.response();
    assertThat(failed.status()).isEqualTo(503);
    assertThat(new String(failed.body(), UTF_8))
        .endsWith("\"message\":\"embedded-kms: the health check failed\"}");
    HttpResponse recovered = health.response();
    assertThat(new String(recovered.body(), UTF_8)).isEqualTo("{\"status\":\"ok\"}");
    assertThat(recovered.status()).isEqualTo(200);
  }
}
