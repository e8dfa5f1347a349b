package io.github.embeddedkms.envelope;

import static io.github.embeddedkms.envelope.EnvelopeFixture.CONTEXT;
import static io.github.embeddedkms.envelope.EnvelopeFixture.SEGMENT;
import static io.github.embeddedkms.envelope.EnvelopeFixture.data;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.embeddedkms.KmsClient;
import io.github.embeddedkms.exception.AccessDeniedException;
import io.github.embeddedkms.model.Bytes;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Messages that were altered, truncated, or composed of parts of other messages. */
class EnvelopeAlteredTest {

  private final EnvelopeFixture fixture = new EnvelopeFixture();

  /** Uses the key's ARN: with an alias, every recipient would be tried, whatever its hint. */
  private final Envelope envelope =
      Envelope.builder(fixture.kms).key(fixture.key).storeContext().build();

  @AfterEach
  void close() {
    fixture.close();
  }

  @Test
  void message_withAnyBitFlipped_isRefused() {
    byte[] sealed = envelope.seal(data(5), CONTEXT);
    for (int bit = 0; bit < sealed.length * 8; bit++) {
      byte[] flipped = sealed.clone();
      flipped[bit / 8] ^= (byte) (1 << bit % 8);
      assertRefused(flipped, "bit " + bit);
    }
  }

  /** Asserts that no way of opening the message succeeds or returns a byte of plaintext. */
  private void assertRefused(byte[] message, String description) {
    RuntimeException refusal =
        catchThrowableOfType(RuntimeException.class, () -> envelope.open(message, CONTEXT));
    // For a blob whose key does not exist, the service denies access.
    assertThat(refusal)
        .as(description)
        .isInstanceOfAny(EnvelopeException.class, AccessDeniedException.class);
    assertThat(refusal.getMessage()).as(description).isNotEmpty();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    RuntimeException streamed =
        catchThrowableOfType(
            RuntimeException.class,
            () -> envelope.open(new ByteArrayInputStream(message), out, CONTEXT));
    assertThat(streamed).as(description).isExactlyInstanceOf(refusal.getClass());
    assertThat(out.size()).as(description).isZero();
    RuntimeException channelled =
        catchThrowableOfType(
            RuntimeException.class,
            () -> envelope.openingChannel(new MemoryChannel(message), CONTEXT));
    assertThat(channelled).as(description).isExactlyInstanceOf(refusal.getClass());
  }

  private static void assertIsBeginningOf(byte[] data, ByteArrayOutputStream out) {
    assertThat(out.toByteArray()).isEqualTo(Arrays.copyOf(data, out.size()));
  }

  @Test
  void message_truncatedAnywhere_isRefused() {
    byte[] sealed = envelope.seal(data(20), CONTEXT);
    for (int length = 0; length < sealed.length; length++) {
      assertRefused(Arrays.copyOf(sealed, length), "length " + length);
    }
    assertRefused(Messages.join(sealed, new byte[1]), "one byte more");
  }

  @Test
  void truncation_visibleFromTheLength_isReportedAsTruncated() {
    byte[] sealed = envelope.seal(data(2 * SEGMENT + 5), CONTEXT);
    int header = Messages.headerLength(sealed);
    String truncated = "embedded-kms: truncated message: its end is missing; get the whole message";
    for (int length :
        List.of(3, header - 1, header, header + 15, header + 65_552, header + 2 * 65_552 + 15)) {
      assertThatExceptionOfType(TruncatedMessageException.class)
          .as("length " + length)
          .isThrownBy(() -> envelope.open(Arrays.copyOf(sealed, length), CONTEXT))
          .withMessage(truncated);
    }
    assertThatExceptionOfType(TruncatedMessageException.class)
        .isThrownBy(
            () -> envelope.open(Arrays.copyOf(sealed, Messages.prefixLength(sealed)), CONTEXT))
        .withMessage(
            "embedded-kms: empty container: it was prepared and not filled, or the message was"
                + " cut off there; fill it, or get the whole message");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, SEGMENT - 1, SEGMENT, SEGMENT + 1, 3 * SEGMENT - 1, 3 * SEGMENT})
  void message_truncatedBetweenSegments_isReportedAfterTheAuthenticBytes(int length)
      throws IOException {
    byte[] data = data(length);
    byte[] sealed = envelope.seal(data, CONTEXT);
    int header = Messages.headerLength(sealed);
    for (int cut = header; cut < sealed.length; cut += 65_552) {
      byte[] message = Arrays.copyOf(sealed, cut);
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      assertThatExceptionOfType(TruncatedMessageException.class)
          .isThrownBy(() -> envelope.open(new ByteArrayInputStream(message), out, CONTEXT));
      assertIsBeginningOf(data, out);
      // A channel returns no size of a message that is truncated between segments either.
      assertThatExceptionOfType(TruncatedMessageException.class)
          .isThrownBy(() -> envelope.openingChannel(new MemoryChannel(message), CONTEXT));
    }
  }

  @Test
  void segments_swappedDroppedOrDuplicated_areRefused() {
    byte[] sealed = envelope.seal(data(4 * SEGMENT + 100), CONTEXT);
    List<byte[]> segments = Messages.segments(sealed);
    assertThat(Messages.withSegments(sealed, segments)).isEqualTo(sealed);
    for (int one = 0; one < segments.size(); one++) {
      List<byte[]> dropped = new ArrayList<>(segments);
      dropped.remove(one);
      assertAltered(sealed, dropped);
      List<byte[]> duplicated = new ArrayList<>(segments);
      duplicated.add(one, segments.get(one));
      assertAltered(sealed, duplicated);
      for (int other = one + 1; other < segments.size(); other++) {
        List<byte[]> swapped = new ArrayList<>(segments);
        Collections.swap(swapped, one, other);
        assertAltered(sealed, swapped);
      }
    }
  }

  @Test
  void segments_ofAnotherMessageUnderTheSameDataKey_areRefused() {
    Envelope caching =
        Envelope.builder(fixture.kms)
            .key(fixture.key)
            .cache(CacheLimits.ofMaximumAge(java.time.Duration.ofHours(1)))
            .build();
    byte[] sealed = caching.seal(data(SEGMENT + 5), CONTEXT);
    byte[] other = caching.seal(data(SEGMENT + 5), CONTEXT);
    assertThat(Messages.prefix(other)).isEqualTo(Messages.prefix(sealed));
    for (int i = 0; i < 2; i++) {
      List<byte[]> mixed = new ArrayList<>(Messages.segments(sealed));
      mixed.set(i, Messages.segments(other).get(i));
      assertAltered(sealed, mixed);
    }
    assertAltered(sealed, Messages.segments(other));
  }

  private void assertAltered(byte[] sealed, List<byte[]> segments) {
    byte[] message = Messages.withSegments(sealed, segments);
    assertThat(message).isNotEqualTo(sealed);
    assertThatExceptionOfType(EnvelopeException.class)
        .isThrownBy(() -> envelope.open(message, CONTEXT));
    // The bytes released before the fault are those that were sealed there, and nothing else.
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    assertThatExceptionOfType(EnvelopeException.class)
        .isThrownBy(() -> envelope.open(new ByteArrayInputStream(message), out, CONTEXT));
    assertIsBeginningOf(data(4 * SEGMENT + 100), out);
    assertThat(out.size() % SEGMENT).isZero();
  }

  @Test
  void stream_failedOnce_failsAtEveryFurtherRead() throws IOException {
    byte[] sealed = envelope.seal(data(40 * SEGMENT), CONTEXT);
    sealed[sealed.length - 100_000] ^= 1;
    for (int threads : List.of(1, 2)) {
      var in =
          Envelope.builder(fixture.kms)
              .key(fixture.key)
              .parallelism(threads)
              .build()
              .opening(new ByteArrayInputStream(sealed), CONTEXT);
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      for (int again = 0; again < 3; again++) {
        assertThatExceptionOfType(MalformedMessageException.class)
            .isThrownBy(() -> in.transferTo(out));
        assertThatExceptionOfType(MalformedMessageException.class).isThrownBy(in::read);
      }
      assertIsBeginningOf(data(40 * SEGMENT), out);
      in.close();
      assertThatExceptionOfType(IOException.class)
          .isThrownBy(in::read)
          .withMessage("embedded-kms: the stream is closed");
    }
  }

  /**
   * The commitment has proved key and context, so the error must not send readers looking for
   * others.
   */
  @Test
  void damageAfterTheHeader_everyWayOfOpening_throwsMalformedMessage() throws IOException {
    byte[] data = data(3 * SEGMENT + 5);
    byte[] sealed = envelope.seal(data, CONTEXT);
    int body = Messages.headerLength(sealed);
    for (int at : List.of(body, body + 65_551, body + 65_552, body + 140_000, sealed.length - 1)) {
      byte[] altered = sealed.clone();
      altered[at] ^= 1;
      assertDamaged(altered, "byte " + at);
    }
    // Incomplete downloads: truncated within the first segment and within later segments.
    for (int length : List.of(body + 16, body + 1000, body + 65_551, body + 70_000)) {
      assertDamaged(Arrays.copyOf(sealed, length), "length " + length);
    }
    byte[] small = envelope.seal(data(5), CONTEXT);
    small[small.length - 20] ^= 1;
    assertDamaged(small, "the only segment");
  }

  private void assertDamaged(byte[] message, String description) throws IOException {
    for (int threads : List.of(1, 3)) {
      Envelope reader = Envelope.builder(fixture.kms).key(fixture.key).parallelism(threads).build();
      assertDamaged(description, () -> reader.open(message, CONTEXT));
      assertDamaged(
          description,
          () ->
              reader.open(new ByteArrayInputStream(message), new ByteArrayOutputStream(), CONTEXT));
      assertDamaged(
          description,
          () -> reader.opening(new ByteArrayInputStream(message), CONTEXT).readAllBytes());
      assertDamaged(description, () -> reader.verify(new ByteArrayInputStream(message), CONTEXT));
      assertDamaged(
          description,
          () -> {
            var channel = reader.openingChannel(new MemoryChannel(message), CONTEXT);
            channel.read(ByteBuffer.allocate(4 * SEGMENT));
          });
    }
  }

  private static void assertDamaged(String description, ThrowingCallable opening) {
    assertThatExceptionOfType(MalformedMessageException.class)
        .as(description)
        .isThrownBy(opening)
        .withMessage(
            "embedded-kms: malformed message: a part of it was altered, moved or cut off; get the"
                + " message again")
        .withNoCause();
  }

  @Test
  void damageInSaltOrCommitment_throwsTheSameErrorAsAWrongContext() {
    byte[] sealed = fixture.envelope.seal(data(5), CONTEXT);
    int body = Messages.headerLength(sealed);
    for (int at = body - 64; at < body; at++) {
      byte[] altered = sealed.clone();
      altered[at] ^= 1;
      assertThatExceptionOfType(WrongContextOrKeyException.class)
          .as("byte " + at)
          .isThrownBy(() -> envelope.open(altered, CONTEXT));
    }
    byte[] cut = Arrays.copyOf(sealed, body + 20);
    assertThatExceptionOfType(WrongContextOrKeyException.class)
        .isThrownBy(() -> envelope.open(cut, EnvelopeFixture.WRONG));
  }

  /** The package comment documents this behavior of a recipient's key material id. */
  @Test
  void materialIdOfARecipient_unknownOrNotAllowed_throwsOneConstantError() {
    byte[] sealed = fixture.envelope.seal(data(5), CONTEXT);
    Recipient recipient = Messages.prefix(sealed).recipients().get(0);
    byte[] unknown = recipient.sealed().asByteArray();
    unknown[2] ^= 1;
    KmsClient others = fixture.provider.inAccount("999999999999");
    String othersKey = others.createKey(b -> {}).keyMetadata().keyId();
    byte[] notAllowed =
        others
            .generateDataKey(
                b -> b.keyId(othersKey).numberOfBytes(32).encryptionContext(CONTEXT.asMap()))
            .ciphertextBlob()
            .asByteArray();
    for (byte[] blob : List.of(unknown, notAllowed)) {
      byte[] message =
          Messages.withRecipients(
              sealed, List.of(new Recipient(recipient.keyArn(), Bytes.fromByteArray(blob))));
      assertThatExceptionOfType(AccessDeniedException.class)
          .isThrownBy(() -> envelope.open(message, CONTEXT))
          .withMessage(
              "User: arn:aws:iam::%s:root is not authorized to perform: kms:Decrypt on the resource"
                      .formatted(fixture.provider.defaultCaller().account())
                  + " associated with this ciphertext because the resource does not exist in this"
                  + " Region, no resource-based policies allow access, or a resource-based policy"
                  + " explicitly denies access");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0 | 44 | MalformedMessageException | not a message: it does not begin like one; pass the"
            + " whole sealed message",
        "3 | 03 | UnsupportedVersionException | the message has version 3, but this library reads"
            + " only versions 1 and 2; update it",
        "4 | 02 | UnsupportedVersionException | the message has cipher suite 2 (SM4-GCM), which is"
            + " reserved and not used yet; this library reads only suite 1 (AES-256-GCM)",
        "4 | 07 | UnsupportedVersionException | the message has cipher suite 7; this library reads"
            + " only suite 1 (AES-256-GCM)",
        "5 | 00 | MalformedMessageException | malformed message: it has no recipients; get the"
            + " message again",
        "5 | FF | TooManyRecipientsException | the message has 255 recipients, more than the"
            + " maximum of 16; none was tried",
        "6 | 08 | MalformedMessageException | malformed message: a key ARN of 2123 bytes; get the"
            + " message again",
        "8 | 20 | MalformedMessageException | malformed message: a key ARN that is not printable"
            + " ASCII; get the message again",
        "8 | E1 | MalformedMessageException | malformed message: a key ARN that is not printable"
            + " ASCII; get the message again",
        "83 | 18 | MalformedMessageException | malformed message: a sealed data key of 6250 bytes;"
            + " get the message again",
        "191 | 03 | MalformedMessageException | malformed message: its flags are unknown; get the"
            + " message again",
        "224 | 7F | MalformedMessageException | malformed message: a context of 2130706452 bytes;"
            + " get the message again",
      })
  void invalidHeader_errorNamesTheInvalidField(int at, String value, String kind, String message) {
    byte[] sealed = envelope.seal(data(5), CONTEXT);
    sealed[at] = (byte) Integer.parseInt(value, 16);
    RuntimeException refusal =
        catchThrowableOfType(RuntimeException.class, () -> envelope.open(sealed, CONTEXT));
    assertThat(refusal.getClass().getSimpleName()).isEqualTo(kind);
    assertThat(refusal).hasMessage("embedded-kms: " + message).hasNoCause();
    assertThatExceptionOfType(refusal.getClass().asSubclass(Throwable.class))
        .isThrownBy(() -> Envelope.inspect(sealed));
  }

  @Test
  void storedContext_notCanonical_isMalformed() {
    byte[] sealed =
        envelope.seal(
            data(5), io.github.embeddedkms.model.EncryptionContext.of(Map.of("a", "1", "b", "2")));
    // After the prefix: flags and salt, the context's length and its number of pairs; each pair
    // takes 10 bytes.
    int pairs = Messages.prefixLength(sealed) + 33 + 4 + 2;
    byte[] swapped = sealed.clone();
    System.arraycopy(sealed, pairs, swapped, pairs + 10, 10);
    System.arraycopy(sealed, pairs + 10, swapped, pairs, 10);
    assertThatExceptionOfType(MalformedMessageException.class)
        .isThrownBy(() -> Envelope.inspect(swapped))
        .withMessage(
            "embedded-kms: malformed message: its context is not in canonical form; get the"
                + " message again");
  }

  @Test
  void dataKey_ofAnotherLength_throwsWrongContextOrKey() {
    byte[] sealed = envelope.seal(data(5), CONTEXT);
    var blob =
        fixture
            .kms
            .generateDataKey(
                b -> b.keyId(fixture.key).numberOfBytes(31).encryptionContext(CONTEXT.asMap()))
            .ciphertextBlob();
    byte[] message = Messages.withRecipients(sealed, List.of(new Recipient(fixture.key, blob)));
    assertThatExceptionOfType(WrongContextOrKeyException.class)
        .isThrownBy(() -> envelope.open(message, CONTEXT));
  }

  @Test
  void hugeLengthInHeader_isRefusedWithoutAllocatingMemory() {
    // A few bytes claim a context of 4 GiB, which exceeds the bound; no memory is allocated for it.
    byte[] prefix = Arrays.copyOf(envelope.seal(data(0), CONTEXT), 191);
    byte[] claim =
        Messages.join(
            prefix, ByteBuffer.allocate(37).put((byte) 1).position(33).putInt(-1).array());
    assertThatExceptionOfType(MalformedMessageException.class)
        .isThrownBy(() -> Envelope.inspect(claim))
        .withMessageContaining("a context of 4294967295 bytes");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void stream_truncatedAnywhere_isReported(int threads) throws IOException {
    Envelope parallel = Envelope.builder(fixture.kms).key(fixture.key).parallelism(threads).build();
    byte[] data = data(50 * SEGMENT + 9);
    byte[] sealed = envelope.seal(data, CONTEXT);
    int header = Messages.headerLength(sealed);
    for (int cut : new int[] {0, 8, 16, 23, 24, 25, 48, 50}) {
      for (int more : new int[] {0, 1, 15, 16, 17}) {
        int length = Math.min(header + cut * 65_552 + more, sealed.length - 1);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        assertThatExceptionOfType(EnvelopeException.class)
            .isThrownBy(
                () -> parallel.open(new ByteArrayInputStream(sealed, 0, length), out, CONTEXT));
        assertIsBeginningOf(data, out);
      }
    }
  }
}
