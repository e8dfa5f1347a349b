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
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A heap dump shows data keys while they are cached, and not afterwards. */
@Tag("thorough")
class EnvelopeHeapTest {

  @TempDir private Path folder;

  private final EnvelopeFixture fixture = new EnvelopeFixture();
  private final AtomicLong time = new AtomicLong();
  private final List<byte[]> masked = new ArrayList<>();

  private final KmsClient kms =
      new CallbackClient(
          request -> {
            Object response = fixture.provider.call(request);
            if (response instanceof GenerateDataKey.Response generated) {
              masked.add(HeapDump.masked(generated.plaintext().asByteArray()));
            } else if (response instanceof Decrypt.Response opened) {
              masked.add(HeapDump.masked(opened.plaintext().asByteArray()));
            }
            return response;
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
  void withoutCache_heapShowsNoDataKey_evenWhileAStreamIsOpen() throws Exception {
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
  void withCache_heapShowsDataKeyUntilItIsEvictedExpiredOrClosed() throws Exception {
    Envelope envelope = builder().cache(limits()).build();
    byte[] sealed = envelope.seal(data(10), CONTEXT);
    assertThat(shows(0)).as("the search finds a data key that is in use").isTrue();
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
  void closedStreamsAndChannel_holdNoKeyOfTheirMessage() throws Exception {
    List<Runnable> kept = new ArrayList<>();
    for (Envelope envelope :
        List.of(builder().build(), builder().parallelism(2, kept::add).build())) {
      masked.clear();
      ByteArrayOutputStream sealed = new ByteArrayOutputStream();
      SealingOutputStream sealing = envelope.sealing(sealed, CONTEXT);
      byte[] key = segmentKey(sealed.toByteArray());
      sealing.write(data(20 * EnvelopeFixture.SEGMENT));
      assertIsDropped(key, sealing);
      InputStream opening =
          envelope.opening(new ByteArrayInputStream(sealed.toByteArray()), CONTEXT);
      assertThat(opening.readNBytes(10)).hasSize(10);
      assertIsDropped(key, opening);
      SeekableByteChannel channel =
          envelope.openingChannel(new MemoryChannel(sealed.toByteArray()), CONTEXT);
      assertIsDropped(key, channel);
      assertThat(channel.isOpen()).isFalse();
      assertThat(List.of(sealing, opening)).doesNotContainNull();
    }
    assertThat(kept).isNotEmpty();
  }

  private void assertIsDropped(byte[] maskedKey, Closeable user) throws IOException {
    assertThat(HeapDump.shows(maskedKey, folder)).isTrue();
    user.close();
    assertThat(HeapDump.shows(maskedKey, folder)).isFalse();
  }

  /** Derives the key of the segments of a message under the first data key, and masks it. */
  private byte[] segmentKey(byte[] sealed) throws Exception {
    Header header = Header.read(new HeaderInput(new ByteArrayInputStream(sealed)));
    // Masking twice gives the data key again.
    byte[] dataKey = HeapDump.masked(masked.get(0).clone());
    byte[] derived =
        IndependentMessageReader.derive(
            dataKey, header.salt().asByteArray(), header.flags(), CONTEXT.canonicalBytes());
    byte[] key = HeapDump.masked(Arrays.copyOfRange(derived, 32, 64));
    Arrays.fill(dataKey, (byte) 0);
    Arrays.fill(derived, (byte) 0);
    return key;
  }

  @Test
  void tasksKeptByAnExecutor_holdNoPlaintext() throws Exception {
    List<Runnable> kept = new ArrayList<>();
    Envelope parallel = builder().parallelism(3, kept::add).build();
    byte[] plaintext = new byte[5 * EnvelopeFixture.SEGMENT];
    new java.util.Random(5).nextBytes(plaintext);
    byte[] sealed = parallel.seal(plaintext, CONTEXT);
    byte[] needle = HeapDump.masked(Arrays.copyOf(plaintext, 32));
    assertThat(HeapDump.shows(needle, folder))
        .as("the search finds a data key that is in use")
        .isTrue();
    Arrays.fill(plaintext, (byte) 0);
    parallel.open(sealed, CONTEXT);
    assertThat(HeapDump.shows(needle, folder)).isFalse();
    assertThat(kept).hasSize(4);
  }
}
