package io.github.embeddedkms.envelope;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.embeddedkms.model.EncryptionContext;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.lifecycle.AfterContainer;

class EnvelopeProperties {

  private static final EnvelopeFixture FIXTURE = new EnvelopeFixture();
  private static final byte[] DATA_KEY = new byte[32];

  @AfterContainer
  static void close() {
    FIXTURE.close();
  }

  /** Lengths around segment boundaries, and arbitrary lengths. */
  @Provide
  Arbitrary<Integer> lengths() {
    Arbitrary<Integer> edges =
        Arbitraries.integers()
            .between(0, 4)
            .flatMap(
                segments ->
                    Arbitraries.integers()
                        .between(-2, 2)
                        .map(more -> Math.max(0, segments * EnvelopeFixture.SEGMENT + more)));
    return Arbitraries.oneOf(edges, Arbitraries.integers().between(0, 300_000));
  }

  @Provide
  Arbitrary<Map<String, String>> contexts() {
    Arbitrary<String> strings =
        Arbitraries.strings().withChars("ab=:\u00e9\uffff \"").ofMaxLength(3);
    return Arbitraries.maps(strings, strings).ofMaxSize(3);
  }

  @Property(tries = 200)
  void message_opensToTheSealedPlaintext(
      @ForAll("lengths") int length,
      @ForAll("contexts") Map<String, String> pairs,
      @ForAll @IntRange(min = 1, max = 3) int recipients,
      @ForAll @IntRange(min = 1, max = 3) int threads,
      @ForAll boolean stores,
      @ForAll boolean streams)
      throws IOException {
    EnvelopeBuilder builder = Envelope.builder(FIXTURE.kms).key(FIXTURE.key).parallelism(threads);
    List<String> others = List.of(FIXTURE.otherKey, EnvelopeFixture.ALIAS);
    others.subList(0, recipients - 1).forEach(builder::key);
    Envelope envelope = stores ? builder.storeContext().build() : builder.build();
    EncryptionContext context = EncryptionContext.of(pairs);
    byte[] data = EnvelopeFixture.data(length);
    byte[] sealed = streams ? stream(envelope, data, context) : envelope.seal(data, context);
    assertThat(envelope.open(sealed, context)).isEqualTo(data);
    ByteArrayOutputStream opened = new ByteArrayOutputStream();
    envelope.open(new ByteArrayInputStream(sealed), opened, context);
    assertThat(opened.toByteArray()).isEqualTo(data);
    assertThat(Envelope.inspect(sealed).claimedContext()).isEqualTo(stores ? context : null);
  }

  private static byte[] stream(Envelope envelope, byte[] data, EncryptionContext context)
      throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    envelope.seal(new ByteArrayInputStream(data), out, context);
    return out.toByteArray();
  }

  @Property(tries = 200)
  void message_opensOnlyWithAnEqualContext(
      @ForAll("contexts") Map<String, String> one, @ForAll("contexts") Map<String, String> other) {
    byte[] sealed = FIXTURE.envelope.seal(new byte[3], EncryptionContext.of(one));
    EncryptionContext given = EncryptionContext.of(other);
    if (one.equals(other)) {
      assertThat(FIXTURE.envelope.open(sealed, given)).hasSize(3);
    } else {
      assertThatExceptionOfType(WrongContextOrKeyException.class)
          .isThrownBy(() -> FIXTURE.envelope.open(sealed, given));
    }
  }

  /**
   * The service would refuse a wrong context; with this stub, the message itself has to refuse it.
   */
  @Property(tries = 200)
  void message_wrongContextAcceptedByTheService_isRefused(
      @ForAll("contexts") Map<String, String> one, @ForAll("contexts") Map<String, String> other) {
    Envelope envelope = Envelope.builder(StubKms.returning(DATA_KEY)).key("x").build();
    byte[] sealed = envelope.seal(new byte[3], EncryptionContext.of(one));
    EncryptionContext given = EncryptionContext.of(other);
    if (one.equals(other)) {
      assertThat(envelope.open(sealed, given)).hasSize(3);
    } else {
      assertThatExceptionOfType(WrongContextOrKeyException.class)
          .isThrownBy(() -> envelope.open(sealed, given));
    }
  }

  @Property(tries = 100)
  void message_isReadByTheIndependentReader(
      @ForAll("lengths") int length,
      @ForAll("contexts") Map<String, String> pairs,
      @ForAll @Size(32) byte[] dataKey,
      @ForAll boolean stores)
      throws GeneralSecurityException {
    EnvelopeBuilder builder = Envelope.builder(StubKms.returning(dataKey)).key("x");
    Envelope envelope = stores ? builder.storeContext().build() : builder.build();
    byte[] data = EnvelopeFixture.data(length);
    byte[] sealed = envelope.seal(data, EncryptionContext.of(pairs));
    // These strings have the same order in UTF-16 and UTF-8.
    assertThat(IndependentMessageReader.open(sealed, dataKey, new TreeMap<>(pairs)))
        .isEqualTo(data);
  }

  /** A simple fuzzer that runs in every build: only documented errors are thrown. */
  @Property(tries = 1000)
  void header_withAnyChange_isReadOrRefused(@ForAll long seed) {
    Random random = new Random(seed);
    Envelope envelope =
        Envelope.builder(StubKms.returning(DATA_KEY)).key("x").storeContext().build();
    byte[] sealed =
        envelope.seal(new byte[random.nextInt(40)], EncryptionContext.of(Map.of("a", "b")));
    byte[] changed = Arrays.copyOf(sealed, random.nextInt(sealed.length + 20));
    for (int i = random.nextInt(5); i > 0 && changed.length > 0; i--) {
      changed[random.nextInt(Math.min(changed.length, 60))] = (byte) random.nextInt();
    }
    try {
      EnvelopeHeader header = Envelope.inspect(changed);
      assertThat(header.claimedKeyArns()).hasSizeBetween(1, 16);
      envelope.open(changed, EncryptionContext.of(Map.of("a", "b")));
      assertThat(changed).isEqualTo(sealed);
    } catch (EnvelopeException e) {
      assertThat(changed).isNotEqualTo(sealed);
      assertThat(e).hasMessageStartingWith("embedded-kms: ").hasNoCause();
    }
  }
}
