package io.github.embeddedkms.envelope;

import static io.github.embeddedkms.envelope.EnvelopeFixture.CONTEXT;
import static io.github.embeddedkms.envelope.EnvelopeFixture.SEGMENT;
import static io.github.embeddedkms.envelope.EnvelopeFixture.WRONG;
import static io.github.embeddedkms.envelope.EnvelopeFixture.data;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Containers that one component prepares and another one fills. */
class EnvelopeContainerTest {

  private final EnvelopeFixture fixture = new EnvelopeFixture();
  private final Envelope envelope = fixture.sealingFor(fixture.key, fixture.otherKey);

  @AfterEach
  void close() {
    fixture.close();
  }

  @Test
  void container_isPreparedWithoutThePlaintextDataKey_andFilled() throws IOException {
    byte[] container = envelope.prepare(CONTEXT);
    assertThat(fixture.operations())
        .containsExactly("GenerateDataKeyWithoutPlaintext", "ReEncrypt");
    assertThat(Envelope.inspect(container).empty()).isTrue();
    byte[] message = envelope.fill(container, data(10), CONTEXT);
    assertThat(message).startsWith(container);
    ByteArrayOutputStream streamed = new ByteArrayOutputStream();
    envelope.fill(container, new ByteArrayInputStream(data(SEGMENT)), streamed, CONTEXT);
    ByteArrayOutputStream written = new ByteArrayOutputStream();
    try (SealingOutputStream filling = envelope.filling(container, written, CONTEXT)) {
      filling.write(7);
    }
    for (String key : new String[] {fixture.key, fixture.otherKey}) {
      Envelope reader = fixture.sealingFor(key);
      assertThat(reader.open(message, CONTEXT)).isEqualTo(data(10));
      assertThat(reader.open(streamed.toByteArray(), CONTEXT)).isEqualTo(data(SEGMENT));
      assertThat(reader.open(written.toByteArray(), CONTEXT)).containsExactly(7);
    }
  }

  @Test
  void container_filledTwice_givesTwoValidMessagesWithDifferentKeys() {
    byte[] container = envelope.prepare(CONTEXT);
    byte[] one = envelope.fill(container, data(10), CONTEXT);
    byte[] other = envelope.fill(container, data(10), CONTEXT);
    assertThat(Arrays.copyOfRange(one, container.length, one.length))
        .isNotEqualTo(Arrays.copyOfRange(other, container.length, other.length));
    assertThat(envelope.open(one, CONTEXT)).isEqualTo(envelope.open(other, CONTEXT));
  }

  @Test
  void fill_withAnotherContextOrKey_throwsWrongContextOrKey() {
    byte[] container = fixture.sealingFor(fixture.key).prepare(CONTEXT);
    assertThatExceptionOfType(WrongContextOrKeyException.class)
        .isThrownBy(() -> envelope.fill(container, data(10), WRONG));
    assertThatExceptionOfType(WrongContextOrKeyException.class)
        .isThrownBy(() -> fixture.sealingFor(fixture.otherKey).fill(container, data(10), CONTEXT));
  }

  @Test
  void fill_somethingOtherThanAnEmptyContainer_isRefused() {
    byte[] container = envelope.prepare(CONTEXT);
    byte[] message = envelope.fill(container, data(10), CONTEXT);
    assertThatExceptionOfType(MalformedMessageException.class)
        .isThrownBy(() -> envelope.fill(message, data(10), CONTEXT))
        .withMessage(
            "embedded-kms: not an empty container: there is data after its recipients; open it instead");
    assertThatExceptionOfType(TruncatedMessageException.class)
        .isThrownBy(() -> envelope.fill(Arrays.copyOf(container, 50), data(10), CONTEXT));
  }

  @Test
  void fill_dataKeyOfAnotherLength_throwsWrongContextOrKey() {
    byte[] container = envelope.prepare(CONTEXT);
    var blob =
        fixture
            .kms
            .generateDataKey(
                b -> b.keyId(fixture.key).numberOfBytes(16).encryptionContext(CONTEXT.asMap()))
            .ciphertextBlob();
    byte[] withShortDataKey =
        Messages.withRecipients(container, java.util.List.of(new Recipient(fixture.key, blob)));
    assertThatExceptionOfType(WrongContextOrKeyException.class)
        .isThrownBy(() -> envelope.fill(withShortDataKey, data(10), CONTEXT));
  }
}
