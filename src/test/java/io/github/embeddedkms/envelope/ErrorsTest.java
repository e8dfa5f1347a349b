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

  /** Returns the number of segments in the beginning of a plaintext. */
  private static int wholeSegments(byte[] read, byte[] plaintext) {
    assertThat(read).isEqualTo(Arrays.copyOf(plaintext, read.length));
    assertThat(read.length % SEGMENT).isZero();
    return read.length / SEGMENT;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void opening_errorInLaterSegment_failsAtEveryFurtherRead(int threads) throws IOException {
    for (int successes : new int[] {1, 8, 16, 24, 31}) {
      byte[] plaintext = data(60 * SEGMENT);
      InputStream in =
          new OpeningInputStream(
              new ByteArrayInputStream(sealed(plaintext)), segments(threads, successes));
      // Each of the other threads can be working on one segment before the one that fails.
      assertThat(wholeSegments(readUntilError(in), plaintext))
          .isBetween(successes - threads + 1, successes + threads - 1);
      assertStaysFailed(in);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void opening_sourceThrowsError_failsAtEveryFurtherRead(int threads) throws IOException {
    Segments segments = segments(threads, -1);
    byte[] plaintext = data(60 * SEGMENT);
    InputStream source =
        new ByteArrayInputStream(sealed(plaintext)) {
          @Override
          public int readNBytes(byte[] bytes, int offset, int length) {
            boolean fails = pos == SegmentCipher.SEALED_BYTES;
            int count = super.readNBytes(bytes, offset, length);
            if (fails) {
              // The segment that was read is lost.
              throw error;
            }
            return count;
          }
        };
    InputStream in = new OpeningInputStream(source, segments);
    // With several threads the second segment is read ahead, so the Error occurs before the first
    // one is returned.
    assertThat(wholeSegments(readUntilError(in), plaintext)).isEqualTo(threads == 1 ? 1 : 0);
    assertStaysFailed(in);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void sealing_errorInLaterSegment_leavesNoCompleteMessage(int threads) throws IOException {
    ByteArrayOutputStream sealed = new ByteArrayOutputStream();
    try (SealingOutputStream out =
        new SealingOutputStream(sealed, new byte[0], segments(threads, 5), bytes -> {})) {
      assertThatExceptionOfType(OutOfMemoryError.class)
          .isThrownBy(
              () -> {
                byte[] bytes = data(30 * SEGMENT);
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
