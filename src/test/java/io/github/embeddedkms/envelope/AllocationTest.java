package io.github.embeddedkms.envelope;

import static io.github.embeddedkms.envelope.EnvelopeFixture.CONTEXT;
import static io.github.embeddedkms.envelope.EnvelopeFixture.data;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How many bytes of memory a message takes, in its own thread. */
class AllocationTest {

  private static final int KIBIBYTE = 1024;
  private static final int MEBIBYTE = 1 << 20;

  private final EnvelopeFixture fixture = new EnvelopeFixture();

  @AfterEach
  void close() {
    fixture.close();
  }

  private Envelope envelope(int threads) {
    // An executor that drops its tasks: all the work is done in this thread.
    return Envelope.builder(fixture.kms)
        .key(fixture.key)
        .cache(CacheLimits.ofMaximumAge(Duration.ofHours(1)))
        .parallelism(threads, task -> {})
        .build();
  }

  private interface Action {
    void run() throws IOException;
  }

  /** Returns the least of several runs: class loading and compilation allocate too. */
  private static long allocatedBy(Action action) throws IOException {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long id = Thread.currentThread().getId();
    long least = Long.MAX_VALUE;
    for (int i = 0; i < 20; i++) {
      long before = threads.getThreadAllocatedBytes(id);
      action.run();
      least = Math.min(least, threads.getThreadAllocatedBytes(id) - before);
    }
    return least;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 8})
  void messageOfOneKibibyte_takesLessThan16KibibytesOfMemory(int threads) throws IOException {
    Envelope envelope = envelope(threads);
    byte[] plaintext = data(KIBIBYTE);
    byte[] sealed = envelope.seal(plaintext, CONTEXT);
    assertThat(allocatedBy(() -> envelope.seal(plaintext, CONTEXT))).isLessThan(16 * KIBIBYTE);
    assertThat(allocatedBy(() -> envelope.open(sealed, CONTEXT))).isLessThan(16 * KIBIBYTE);
    OutputStream nowhere = OutputStream.nullOutputStream();
    assertThat(
            allocatedBy(() -> envelope.seal(new ByteArrayInputStream(plaintext), nowhere, CONTEXT)))
        .as("from a stream to a stream")
        .isLessThan(20 * KIBIBYTE);
    assertThat(allocatedBy(() -> envelope.open(new ByteArrayInputStream(sealed), nowhere, CONTEXT)))
        .as("from a stream to a stream")
        .isLessThan(20 * KIBIBYTE);
    assertThat(
            allocatedBy(
                () -> {
                  try (OutputStream out =
                      envelope.sealing(OutputStream.nullOutputStream(), CONTEXT)) {
                    out.write(plaintext);
                  }
                }))
        .as("written")
        .isLessThan(20 * KIBIBYTE);
    assertThat(
            allocatedBy(
                () -> {
                  try (InputStream in =
                      envelope.opening(new ByteArrayInputStream(sealed), CONTEXT)) {
                    in.read(new byte[KIBIBYTE]);
                  }
                }))
        .as("read")
        .isLessThan(20 * KIBIBYTE);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 8})
  void messageOfOneMebibyte_asBytes_takesTheMemoryOfItsResult(int threads) throws IOException {
    Envelope envelope = envelope(threads);
    byte[] plaintext = data(MEBIBYTE);
    byte[] sealed = envelope.seal(plaintext, CONTEXT);
    assertThat(allocatedBy(() -> envelope.seal(plaintext, CONTEXT)))
        .isBetween((long) sealed.length, sealed.length + 40L * KIBIBYTE);
    assertThat(allocatedBy(() -> envelope.open(sealed, CONTEXT)))
        .isBetween((long) MEBIBYTE, MEBIBYTE + 40L * KIBIBYTE);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void stream_takesConstantMemory(int threads) throws IOException {
    Envelope envelope = envelope(threads);
    byte[] plaintext = data(16 * MEBIBYTE);
    byte[] sealed = envelope.seal(plaintext, CONTEXT);
    OutputStream nowhere = OutputStream.nullOutputStream();
    // 1 MiB of buffers for each thread, if there are several, and some objects for each segment.
    long most = (threads == 1 ? MEBIBYTE / 2 : 2 * MEBIBYTE) + 256 * 1500L;
    assertThat(
            allocatedBy(() -> envelope.seal(new ByteArrayInputStream(plaintext), nowhere, CONTEXT)))
        .isLessThan(most);
    assertThat(allocatedBy(() -> envelope.open(new ByteArrayInputStream(sealed), nowhere, CONTEXT)))
        .isLessThan(most);
  }
}
