package io.github.embeddedkms.envelope;

import static io.github.embeddedkms.envelope.EnvelopeFixture.CONTEXT;
import static io.github.embeddedkms.envelope.EnvelopeFixture.SEGMENT;
import static io.github.embeddedkms.envelope.EnvelopeFixture.data;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import java.io.BufferedOutputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How streams begin, fail and end. */
class EnvelopeStreamTest {

  private final EnvelopeFixture fixture = new EnvelopeFixture();
  private final Envelope envelope = fixture.envelope;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  @AfterEach
  void close() {
    fixture.close();
  }

  private void assertIncomplete() {
    assertThatExceptionOfType(TruncatedMessageException.class)
        .isThrownBy(() -> envelope.open(out.toByteArray(), CONTEXT));
  }

  /**
   * A stream that fails once it has taken a given number of bytes, and records whether it is
   * closed.
   */
  private static final class FailingStream extends OutputStream {
    private final OutputStream to;
    private int left;
    private boolean closed;

    FailingStream(OutputStream to, int left) {
      this.to = to;
      this.left = left;
    }

    @Override
    public void write(int b) throws IOException {
      if (left-- <= 0) {
        throw new IOException("disk full");
      }
      to.write(b);
    }

    @Override
    public void close() {
      closed = true;
    }
  }

  private static InputStream failingSource(int length) {
    return new FilterInputStream(new ByteArrayInputStream(data(length))) {
      @Override
      public int read(byte[] bytes, int offset, int count) throws IOException {
        int read = super.read(bytes, offset, count);
        if (read < 0) {
          throw new IOException("connection lost");
        }
        return read;
      }
    };
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void piecesOfAnySize_openToTheSamePlaintext(int threads) throws IOException {
    Envelope writer =
        Envelope.builder(fixture.kms).key(EnvelopeFixture.ALIAS).parallelism(threads).build();
    byte[] data = data(35 * SEGMENT + 11);
    try (SealingOutputStream sealing = writer.sealing(out, CONTEXT)) {
      Random random = new Random(1);
      for (int at = 0; at < data.length; ) {
        int part = Math.min(data.length - at, 1 + random.nextInt(300_000));
        if (part % 5 == 0) {
          part = 1;
          sealing.write(data[at]);
        } else {
          sealing.write(data, at, part);
        }
        at += part;
      }
    }
    assertThat(envelope.open(out.toByteArray(), CONTEXT)).isEqualTo(data);
    InputStream opening = writer.opening(new ByteArrayInputStream(out.toByteArray()), CONTEXT);
    assertThat(opening.read()).isEqualTo(data[0] & 0xFF);
    assertThat(opening.available()).isPositive();
    assertThat(opening.read(new byte[3], 1, 0)).isZero();
    byte[] rest = opening.readAllBytes();
    assertThat(rest).hasSize(data.length - 1).endsWith(data[data.length - 1]);
    assertThat(opening.read()).isEqualTo(-1);
    assertThat(opening.read(new byte[9])).isEqualTo(-1);
  }

  @Test
  void stream_notClosed_isNoCompleteMessage() throws IOException {
    for (int length : new int[] {0, 1, SEGMENT, SEGMENT + 1}) {
      out.reset();
      SealingOutputStream sealing = envelope.sealing(out, CONTEXT);
      sealing.write(data(length));
      sealing.flush();
      assertIncomplete();
      sealing.close();
      assertThat(envelope.open(out.toByteArray(), CONTEXT)).isEqualTo(data(length));
    }
  }

  @Test
  void stream_aborted_writesNothingMore_andClosesTheUnderlyingStream() throws IOException {
    FailingStream underlying = new FailingStream(out, Integer.MAX_VALUE);
    SealingOutputStream sealing = envelope.sealing(underlying, CONTEXT);
    sealing.write(data(SEGMENT + 5));
    sealing.abort();
    int size = out.size();
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> sealing.write(1))
        .withMessage("embedded-kms: the message was aborted; seal the data again");
    sealing.close();
    sealing.close();
    assertThat(underlying.closed).isTrue();
    assertThat(out.size()).isEqualTo(size);
    assertIncomplete();
  }

  /** Other libraries have returned 0 bytes endlessly in this case. */
  @Test
  void emptyMessage_returnsEndOfStream() throws IOException {
    byte[] sealed = envelope.seal(new byte[0], CONTEXT);
    try (InputStream opening = envelope.opening(new ByteArrayInputStream(sealed), CONTEXT)) {
      assertThat(opening.read(new byte[10])).isEqualTo(-1);
      assertThat(opening.read()).isEqualTo(-1);
    }
  }

  @Test
  void closedStream_refusesWrites() throws IOException {
    SealingOutputStream sealing = envelope.sealing(out, CONTEXT);
    sealing.close();
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> sealing.write(1))
        .withMessage("embedded-kms: the stream is closed");
    assertThat(envelope.open(out.toByteArray(), CONTEXT)).isEmpty();
  }

  @Test
  void failedWrite_closingDoesNotFinishTheMessage() throws IOException {
    int header = Messages.headerLength(envelope.seal(new byte[0], CONTEXT));
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(
            () -> {
              FailingStream failing = new FailingStream(out, header + 70_000);
              try (SealingOutputStream sealing = envelope.sealing(failing, CONTEXT)) {
                sealing.write(data(3 * SEGMENT));
              } finally {
                // There is room again.
                failing.left = Integer.MAX_VALUE;
                assertThat(failing.closed).isTrue();
              }
            })
        .withMessage("disk full");
    assertThat(out.size()).isEqualTo(header + 70_000);
    assertThatExceptionOfType(EnvelopeException.class)
        .isThrownBy(() -> envelope.open(out.toByteArray(), CONTEXT));
  }

  @Test
  void failedClose_closesTheUnderlyingStream() throws IOException {
    int header = Messages.headerLength(envelope.seal(new byte[0], CONTEXT));
    FailingStream failing = new FailingStream(out, header);
    SealingOutputStream sealing = envelope.sealing(failing, CONTEXT);
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(sealing::close)
        .withMessage("disk full");
    assertThat(failing.closed).isTrue();
    assertIncomplete();
  }

  @Test
  void failedSource_leavesNoCompleteMessage() {
    for (int length : new int[] {0, 100, SEGMENT, 2 * SEGMENT + 1}) {
      out.reset();
      assertThatExceptionOfType(IOException.class)
          .isThrownBy(() -> envelope.seal(failingSource(length), out, CONTEXT))
          .withMessage("connection lost");
      assertIncomplete();
    }
  }

  @Test
  void refusingService_nothingIsWritten() {
    fixture.provider.disableKey(b -> b.keyId(fixture.key));
    assertThatExceptionOfType(io.github.embeddedkms.exception.DisabledException.class)
        .isThrownBy(() -> envelope.seal(new ByteArrayInputStream(data(9)), out, CONTEXT));
    assertThat(out.size()).isZero();
  }

  @Test
  void sealAndOpen_leaveTheCallersStreamsOpen() throws IOException {
    FailingStream sink = new FailingStream(out, Integer.MAX_VALUE);
    envelope.seal(new ByteArrayInputStream(data(9)), sink, CONTEXT);
    assertThat(sink.closed).isFalse();
    FailingStream opened = new FailingStream(new ByteArrayOutputStream(), Integer.MAX_VALUE);
    envelope.open(new ByteArrayInputStream(out.toByteArray()), opened, CONTEXT);
    assertThat(opened.closed).isFalse();
  }

  @Test
  void write_invalidRange_closingDoesNotFinishTheMessage() throws IOException {
    for (byte[] bytes : new byte[][] {new byte[3], null}) {
      out.reset();
      SealingOutputStream sealing = envelope.sealing(out, CONTEXT);
      sealing.write(data(5));
      assertThatExceptionOfType(RuntimeException.class)
          .isThrownBy(() -> sealing.write(bytes, 0, 4));
      sealing.close();
      assertIncomplete();
    }
  }

  @Test
  void failedFlush_closingDoesNotFinishTheMessage() throws IOException {
    OutputStream failing =
        new java.io.FilterOutputStream(out) {
          @Override
          public void flush() throws IOException {
            throw new IOException("disk full");
          }
        };
    SealingOutputStream sealing = envelope.sealing(failing, CONTEXT);
    sealing.write(data(5));
    assertThatExceptionOfType(IOException.class).isThrownBy(sealing::flush);
    assertThatExceptionOfType(IOException.class).isThrownBy(sealing::close);
    assertIncomplete();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void flush_afterAbortOrClose_writesNothing(int threads) throws IOException {
    SealingOutputStream aborted = parallel(threads).sealing(out, CONTEXT);
    // Flushes once more before it closes the stream.
    OutputStream buffered = new BufferedOutputStream(aborted);
    buffered.write(data(3 * SEGMENT));
    aborted.abort();
    int size = out.size();
    aborted.flush();
    buffered.close();
    aborted.flush();
    aborted.abort();
    assertThat(out.size()).isEqualTo(size);
    assertIncomplete();
    out.reset();
    SealingOutputStream finished = parallel(threads).sealing(out, CONTEXT);
    finished.write(data(3 * SEGMENT));
    finished.close();
    finished.flush();
    assertThat(envelope.open(out.toByteArray(), CONTEXT)).isEqualTo(data(3 * SEGMENT));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void flush_afterAFailedFlush_writesNothing(int threads) throws IOException {
    int header = Messages.headerLength(envelope.seal(new byte[0], CONTEXT));
    FailingStream failing = new FailingStream(out, header + 70_000);
    SealingOutputStream sealing = parallel(threads).sealing(failing, CONTEXT);
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(
            () -> {
              sealing.write(data(4 * SEGMENT));
              sealing.flush();
            })
        .withMessage("disk full");
    // There is room again.
    failing.left = Integer.MAX_VALUE;
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(sealing::flush)
        .withMessage("embedded-kms: the message was aborted; seal the data again");
    sealing.close();
    assertThat(failing.closed).isTrue();
    assertThat(out.size()).isEqualTo(header + 70_000);
  }

  /** With several threads, the segments after the one that failed are in memory. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void opening_afterAFailureOrClose_throwsAtEveryCall(int threads) throws IOException {
    byte[] sealed = envelope.seal(data(4 * SEGMENT), CONTEXT);
    sealed[Messages.headerLength(sealed) + SEGMENT + 99] ^= 1;
    InputStream opening = parallel(threads).opening(new ByteArrayInputStream(sealed), CONTEXT);
    assertThat(opening.readNBytes(SEGMENT)).hasSize(SEGMENT);
    for (int again = 0; again < 2; again++) {
      assertThatExceptionOfType(MalformedMessageException.class).isThrownBy(opening::read);
      assertThatExceptionOfType(MalformedMessageException.class)
          .isThrownBy(() -> opening.transferTo(OutputStream.nullOutputStream()));
      assertThatExceptionOfType(MalformedMessageException.class).isThrownBy(() -> opening.skip(1));
      assertThat(opening.available()).isZero();
    }
    for (int again = 0; again < 2; again++) {
      opening.close();
      for (ThrowingCallable call :
          List.<ThrowingCallable>of(opening::read, opening::available, () -> opening.skip(1))) {
        assertThatExceptionOfType(IOException.class)
            .isThrownBy(call)
            .withMessage("embedded-kms: the stream is closed");
      }
    }
  }

  @Test
  void failedReadOfTheMessage_isThrownAtEveryFurtherRead() throws IOException {
    byte[] sealed = envelope.seal(data(3 * SEGMENT), CONTEXT);
    AtomicBoolean broken = new AtomicBoolean();
    InputStream source =
        new FilterInputStream(new ByteArrayInputStream(sealed)) {
          @Override
          public int read(byte[] bytes, int offset, int count) throws IOException {
            if (broken.getAndSet(false)) {
              throw new IOException("connection lost");
            }
            return super.read(bytes, offset, Math.min(count, 1000));
          }
        };
    InputStream opening = envelope.opening(source, CONTEXT);
    assertThat(opening.readNBytes(SEGMENT)).hasSize(SEGMENT);
    broken.set(true);
    for (int again = 0; again < 2; again++) {
      assertThatExceptionOfType(IOException.class)
          .isThrownBy(opening::read)
          .withMessage("connection lost");
    }
  }

  @Test
  void nullStreams_areRefusedBeforeTheServiceIsCalled() {
    assertThatNullPointerException().isThrownBy(() -> envelope.seal(null, out, CONTEXT));
    assertThatNullPointerException()
        .isThrownBy(() -> envelope.seal(new ByteArrayInputStream(data(1)), null, CONTEXT));
    assertThatNullPointerException().isThrownBy(() -> envelope.sealing(null, CONTEXT));
    assertThat(fixture.requests).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void flush_passesOnAllCompleteSegments(int threads) throws IOException {
    SealingOutputStream sealing = parallel(threads).sealing(out, CONTEXT);
    int header = out.size();
    for (int times = 1; times < 4; times++) {
      sealing.write(data(10));
      sealing.write(data(25 * SEGMENT - 9));
      sealing.flush();
      assertThat(out.size() - header).isEqualTo(times * 25 * 65_552);
    }
    sealing.close();
    assertThat(envelope.open(out.toByteArray(), CONTEXT)).hasSize(3 * (25 * SEGMENT + 1));
  }

  private Envelope parallel(int threads) {
    return Envelope.builder(fixture.kms).key(EnvelopeFixture.ALIAS).parallelism(threads).build();
  }

  @Test
  void failedReadOfTheMessage_returnsWhatWasReadBeforeFirst() throws IOException {
    byte[] data = data(40 * SEGMENT);
    byte[] sealed = envelope.seal(data, CONTEXT);
    for (int threads : new int[] {1, 2}) {
      InputStream source =
          new SequenceInputStream(
              new ByteArrayInputStream(sealed, 0, sealed.length - 400_000), failingSource(0));
      InputStream opening = parallel(threads).opening(source, CONTEXT);
      ByteArrayOutputStream opened = new ByteArrayOutputStream();
      for (int again = 0; again < 2; again++) {
        assertThatExceptionOfType(IOException.class)
            .isThrownBy(() -> opening.transferTo(opened))
            .withMessage("connection lost");
      }
      assertThat(opened.size()).isEqualTo(33 * SEGMENT);
      assertThat(opened.toByteArray()).isEqualTo(Arrays.copyOf(data, opened.size()));
    }
  }

  @Test
  void abort_whileOtherThreadsSeal_waitsForThem() throws Exception {
    ExecutorService executor = Executors.newSingleThreadExecutor();
    Envelope parallel =
        Envelope.builder(fixture.kms).key(EnvelopeFixture.ALIAS).parallelism(2, executor).build();
    for (int i = 0; i < 20; i++) {
      out.reset();
      SealingOutputStream sealing = parallel.sealing(out, CONTEXT);
      sealing.write(data(1));
      sealing.write(data(17 * SEGMENT));
      sealing.abort();
      sealing.close();
      assertIncomplete();
    }
    executor.shutdown();
    assertThat(executor.awaitTermination(1, TimeUnit.MINUTES)).isTrue();
  }
}
