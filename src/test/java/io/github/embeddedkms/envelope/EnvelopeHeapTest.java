package io.github.embeddedkms.envelope;

import static io.github.embeddedkms.envelope.EnvelopeFixture.CONTEXT;
import static io.github.embeddedkms.envelope.EnvelopeFixture.WRONG;
import static io.github.embeddedkms.envelope.EnvelopeFixture.data;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.embeddedkms.CallbackClient;
import io.github.embeddedkms.HeapDump;
import io.github.embeddedkms.KmsClient;
import io.github.embeddedkms.operation.Decrypt;
import io.github.embeddedkms.operation.GenerateDataKey;
import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a heap dump shows of data keys: they are there while they are kept, and not after. */
@Tag("thorough")
class EnvelopeHeapTest {

  @TempDir private Path folder;

  private final EnvelopeFixture fixture = new EnvelopeFixture();
  private final AtomicLong time = new AtomicLong();
  private final List<byte[]> masked = new ArrayList<>();

  private final KmsClient kms =
      new CallbackClient(
          request -> {
            Object answer = fixture.provider.call(request);
            if (answer instanceof GenerateDataKey.Response made) {
              masked.add(HeapDump.masked(made.plaintext().asByteArray()));
            } else if (answer instanceof Decrypt.Response opened) {
              masked.add(HeapDump.masked(opened.plaintext().asByteArray()));
            }
            return answer;
          });

  @AfterEach
  void close() {
    fixture.close();
  }

  private EnvelopeBuilder builder() {
    return Envelope.builder(kms).key(fixture.key).nanoTime(time::get);
  }

  private CacheLimits limits() {
    return CacheLimits.ofMaximumAge(Duration.ofMinutes(1)).withMaximumEntries(1);
  }

  private boolean shows(int call) throws Exception {
    return HeapDump.shows(masked.get(call), folder);
  }

  @Test
  void withoutACache_noDataKeyIsLeft_alsoWhileStreamsGoOn() throws Exception {
    Envelope envelope = builder().build();
    byte[] sealed = envelope.seal(data(10), CONTEXT);
    byte[] opened = envelope.open(sealed, CONTEXT);
    SealingOutputStream sealing = envelope.sealing(new ByteArrayOutputStream(), CONTEXT);
    sealing.write(data(100_000));
    assertThat(masked).hasSize(3);
    for (int call = 0; call < 3; call++) {
      assertThat(shows(call)).isFalse();
    }
    sealing.close();
    assertThat(opened).hasSize(10);
  }

  @Test
  void withACache_dataKeyIsThere_andGoneWhenItIsPushedOutTooOldOrClosed() throws Exception {
    Envelope envelope = builder().cache(limits()).build();
    byte[] sealed = envelope.seal(data(10), CONTEXT);
    assertThat(shows(0)).as("the search finds what is there").isTrue();
    envelope.seal(data(10), WRONG);
    assertThat(shows(0)).isFalse();
    assertThat(shows(1)).isTrue();
    time.set(Duration.ofMinutes(1).toNanos());
    envelope.open(sealed, CONTEXT);
    assertThat(shows(1)).isFalse();
    assertThat(shows(2)).isTrue();
    envelope.close();
    assertThat(shows(2)).isFalse();
    assertThat(envelope.cacheStatistics().entries()).isZero();
  }

  @Test
  void tasksThatAnExecutorKeeps_holdNoPlaintext() throws Exception {
    List<Runnable> kept = new ArrayList<>();
    Envelope parallel = builder().parallelism(3, kept::add).build();
    byte[] plaintext = new byte[5 * EnvelopeFixture.SEGMENT];
    new java.util.Random(5).nextBytes(plaintext);
    byte[] sealed = parallel.seal(plaintext, CONTEXT);
    byte[] needle = HeapDump.masked(java.util.Arrays.copyOf(plaintext, 32));
    assertThat(HeapDump.shows(needle, folder)).as("the search finds what is there").isTrue();
    java.util.Arrays.fill(plaintext, (byte) 0);
    parallel.open(sealed, CONTEXT);
    assertThat(HeapDump.shows(needle, folder)).isFalse();
    assertThat(kept).hasSize(4);
  }
}
