package io.github.embeddedkms.envelope;

import static io.github.embeddedkms.envelope.EnvelopeFixture.CONTEXT;
import static io.github.embeddedkms.envelope.EnvelopeFixture.SEGMENT;
import static io.github.embeddedkms.envelope.EnvelopeFixture.data;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import javax.crypto.SecretKey;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An Error in the middle of a message must not cause data to be left out of the rest. */
class ErrorsTest {

  private static final String FAILED_BEFORE =
      "embedded-kms: an earlier read from the stream has failed; open the message again";

  private final ExecutorService executor = Executors.newCachedThreadPool();
  private final Error error = new OutOfMemoryError("of the test");

  @AfterEach
  void end() {
    executor.shutdownNow();
  }

  /** Returns segments whose ciphers fail once, after the given number of uses. */
  private Segments segments(int threads, int successes) {
    AtomicInteger uses = new AtomicInteger();
    SecretKey key =
        WaitingTest.key(
            () -> {
              if (uses.getAndIncrement() == successes) {
                throw error;
              }
            });
    SegmentCipher[] ciphers = new SegmentCipher[threads];
    Arrays.setAll(ciphers, i -> new SegmentCipher(key, new byte[12]));
    return new Segments(ciphers, executor, Duration.ofSeconds(50));
  }

  private byte[] sealed(byte[] plaintext) {
    byte[] sealed = new byte[plaintext.length + (plaintext.length / SEGMENT + 1) * 16];
    segments(1, -1).seal(0, plaintext, 0, plaintext.length, true, sealed, 0);
    return sealed;
  }

  /** Reads until an Error occurs. */
  private byte[] readUntilError(InputStream in) {
    ByteArrayOutputStream read = new ByteArrayOutputStream();
    byte[] buffer = new byte[SEGMENT];
    assertThatExceptionOfType(OutOfMemoryError.class)
        .isThrownBy(
            () -> {
              for (int part = in.read(buffer); part >= 0; part = in.read(buffer)) {
                read.write(buffer, 0, part);
              }
            })
        .isSameAs(error);
    return read.toByteArray();
  }

  private static void assertStaysFailed(InputStream in) throws IOException {
    for (int i = 0; i < 3; i++) {
      assertThatIOException().isThrownBy(in::read).withMessage(FAILED_BEFORE);
      assertThatIOException()
          .isThrownBy(() -> in.transferTo(OutputStream.nullOutputStream()))
          .withMessage(FAILED_BEFORE);
      assertThat(in.available()).isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void opening_errorInSecondBatch_failsAtEveryFurtherRead(int threads) throws IOException {
    int batch = segments(threads, -1).batchSize();
    byte[] plaintext = data(5 * batch * SEGMENT);
    InputStream in =
        new OpeningInputStream(
            new ByteArrayInputStream(sealed(plaintext)), segments(threads, batch));
    assertThat(readUntilError(in)).isEqualTo(Arrays.copyOf(plaintext, batch * SEGMENT));
    assertStaysFailed(in);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void opening_sourceThrowsError_failsAtEveryFurtherRead(int threads) throws IOException {
    Segments segments = segments(threads, -1);
    byte[] plaintext = data(5 * segments.batchSize() * SEGMENT);
    AtomicInteger reads = new AtomicInteger();
    InputStream source =
        new ByteArrayInputStream(sealed(plaintext)) {
          @Override
          public int readNBytes(byte[] bytes, int offset, int length) {
            if (reads.getAndIncrement() == 1) {
              // The part of the batch that was read is lost.
              super.readNBytes(bytes, offset, length);
              throw error;
            }
            return super.readNBytes(bytes, offset, length);
          }
        };
    InputStream in = new OpeningInputStream(source, segments);
    // With several threads the next batch is read ahead, so the Error occurs before the first batch
    // is returned.
    int returned = segments.isShared() ? 0 : SEGMENT;
    assertThat(readUntilError(in)).isEqualTo(Arrays.copyOf(plaintext, returned));
    assertStaysFailed(in);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void sealing_errorInSecondBatch_leavesNoCompleteMessage(int threads) throws IOException {
    int batch = segments(threads, -1).batchSize();
    ByteArrayOutputStream sealed = new ByteArrayOutputStream();
    try (SealingOutputStream out =
        new SealingOutputStream(sealed, new byte[0], segments(threads, batch), bytes -> {})) {
      assertThatExceptionOfType(OutOfMemoryError.class)
          .isThrownBy(
              () -> {
                byte[] bytes = data(4 * batch * SEGMENT);
                for (byte b : bytes) {
                  out.write(b);
                }
              })
          .isSameAs(error);
      assertThatIOException()
          .isThrownBy(() -> out.write(1))
          .withMessage("embedded-kms: the message was aborted; seal the data again");
    }
    InputStream in =
        new OpeningInputStream(new ByteArrayInputStream(sealed.toByteArray()), segments(1, -1));
    assertThatExceptionOfType(TruncatedMessageException.class).isThrownBy(in::readAllBytes);
  }

  /** A channel that fails once, in the middle of the second segment. */
  private final class FailingChannel extends MemoryChannel {

    private boolean fails;

    FailingChannel(byte[] content) {
      super(content);
    }

    @Override
    public int read(ByteBuffer target) {
      if (fails && position() > 3 * SEGMENT / 2) {
        fails = false;
        throw error;
      }
      return super.read(target);
    }
  }

  @Test
  void channel_errorInSecondSegment_readCanBeRepeated() throws IOException {
    byte[] plaintext = data(3 * SEGMENT);
    try (EnvelopeFixture fixture = new EnvelopeFixture()) {
      FailingChannel underlying = new FailingChannel(fixture.envelope.seal(plaintext, CONTEXT));
      try (SeekableByteChannel channel = fixture.envelope.openingChannel(underlying, CONTEXT)) {
        underlying.fails = true;
        ByteBuffer target = ByteBuffer.allocate(plaintext.length);
        assertThatExceptionOfType(OutOfMemoryError.class)
            .isThrownBy(() -> channel.read(target))
            .isSameAs(error);
        assertThat(target.position()).isZero();
        assertThat(channel.position()).isZero();
        assertThat(channel.read(target)).isEqualTo(plaintext.length);
        assertThat(target.array()).isEqualTo(plaintext);
      }
    }
  }
}
