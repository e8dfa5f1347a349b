package io.github.embeddedkms.envelope;

import static io.github.embeddedkms.envelope.EnvelopeFixture.CONTEXT;
import static io.github.embeddedkms.envelope.EnvelopeFixture.SEGMENT;
import static io.github.embeddedkms.envelope.EnvelopeFixture.data;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.SeekableByteChannel;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EnvelopeChannelTest {

  private static final long SEALED = 65_552;

  private final EnvelopeFixture fixture = new EnvelopeFixture();

  @AfterEach
  void close() {
    fixture.close();
  }

  private SeekableByteChannel open(byte[] message) throws IOException {
    return fixture.envelope.openingChannel(new MemoryChannel(message), CONTEXT);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, SEGMENT - 1, SEGMENT, SEGMENT + 1, 4 * SEGMENT, 4 * SEGMENT + 99})
  void read_atAnyPosition_returnsThePlaintextThere(int length) throws IOException {
    byte[] data = data(length);
    try (SeekableByteChannel channel = open(fixture.envelope.seal(data, CONTEXT))) {
      assertThat(channel.size()).isEqualTo(length);
      Random random = new Random(length);
      for (int i = 0; i < 30; i++) {
        int from = random.nextInt(length + 1);
        ByteBuffer part = ByteBuffer.allocate(random.nextInt(100_000));
        int expected = Math.min(part.remaining(), length - from);
        int read = channel.position(from).read(part);
        assertThat(read).isEqualTo(expected == 0 && part.hasRemaining() ? -1 : expected);
        assertThat(Arrays.copyOf(part.array(), expected))
            .isEqualTo(Arrays.copyOfRange(data, from, from + expected));
        assertThat(channel.position()).isEqualTo(from + expected);
      }
      assertThat(channel.position(length + 10L).read(ByteBuffer.allocate(1))).isEqualTo(-1);
    }
  }

  @Test
  void lastSegment_isReadFirst_thenOnlyRequestedSegments() throws IOException {
    byte[] sealed = fixture.envelope.seal(data(5 * SEGMENT + 3), CONTEXT);
    long body = Messages.headerLength(sealed);
    MemoryChannel underlying = new MemoryChannel(sealed);
    SeekableByteChannel channel = fixture.envelope.openingChannel(underlying, CONTEXT);
    assertThat(underlying.positions).containsExactly(0L, body + 5 * SEALED);
    underlying.positions.clear();
    channel.position(2 * SEGMENT - 1).read(ByteBuffer.allocate(2));
    channel.position(2 * SEGMENT + 7).read(ByteBuffer.allocate(100));
    assertThat(underlying.positions).containsExactly(body + SEALED, body + 2 * SEALED);
    channel.close();
    assertThat(underlying.isOpen()).isFalse();
  }

  @Test
  void alteredSegment_failsWhenItIsRead_andAtEveryFurtherCall() throws IOException {
    byte[] sealed = fixture.envelope.seal(data(3 * SEGMENT), CONTEXT);
    sealed[Messages.headerLength(sealed) + (int) SEALED + 9] ^= 1;
    SeekableByteChannel channel = open(sealed);
    assertThat(channel.read(ByteBuffer.allocate(10))).isEqualTo(10);
    channel.position(SEGMENT);
    ByteBuffer target = ByteBuffer.allocate(10);
    assertThatExceptionOfType(MalformedMessageException.class)
        .isThrownBy(() -> channel.read(target));
    assertThat(target.position()).isZero();
    assertThatExceptionOfType(MalformedMessageException.class)
        .isThrownBy(() -> channel.position(0));
    assertThatExceptionOfType(MalformedMessageException.class).isThrownBy(channel::size);
  }

  @Test
  void message_truncatedWhileOpen_throwsTruncatedMessage() throws IOException {
    byte[] sealed = fixture.envelope.seal(data(3 * SEGMENT), CONTEXT);
    MemoryChannel underlying = new MemoryChannel(sealed);
    SeekableByteChannel channel = fixture.envelope.openingChannel(underlying, CONTEXT);
    underlying.content(Arrays.copyOf(sealed, 1000));
    assertThatExceptionOfType(TruncatedMessageException.class)
        .isThrownBy(() -> channel.read(ByteBuffer.allocate(1)));
  }

  @Test
  void channel_isReadOnly_andRefusesCallsOnceClosed() throws IOException {
    SeekableByteChannel channel = open(fixture.envelope.seal(data(5), CONTEXT));
    assertThatExceptionOfType(NonWritableChannelException.class)
        .isThrownBy(() -> channel.write(ByteBuffer.allocate(1)));
    assertThatExceptionOfType(NonWritableChannelException.class)
        .isThrownBy(() -> channel.truncate(1));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> channel.position(-1))
        .withMessage("embedded-kms: a position must be 0 or more");
    assertThat(channel.isOpen()).isTrue();
    channel.close();
    assertThat(channel.isOpen()).isFalse();
    assertThatExceptionOfType(ClosedChannelException.class)
        .isThrownBy(() -> channel.read(ByteBuffer.allocate(1)));
    assertThatExceptionOfType(ClosedChannelException.class).isThrownBy(channel::position);
  }

  @Test
  void emptyContainer_throwsTruncatedMessage() {
    byte[] container = fixture.envelope.prepare(CONTEXT);
    assertThatExceptionOfType(TruncatedMessageException.class)
        .isThrownBy(() -> open(container))
        .withMessageContaining("empty container");
  }

  @Test
  void channel_longerThanAnyMessage_throwsMalformedMessage() {
    byte[] sealed = fixture.envelope.seal(data(5), CONTEXT);
    MemoryChannel endless =
        new MemoryChannel(sealed) {
          @Override
          public long size() {
            return 1L << 49;
          }
        };
    assertThatExceptionOfType(MalformedMessageException.class)
        .isThrownBy(() -> fixture.envelope.openingChannel(endless, CONTEXT))
        .withMessage(
            "embedded-kms: malformed message: longer than any message can be; pass the message and nothing else");
  }
}
