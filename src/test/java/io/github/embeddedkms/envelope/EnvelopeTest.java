package io.github.embeddedkms.envelope;

import static io.github.embeddedkms.envelope.EnvelopeFixture.CONTEXT;
import static io.github.embeddedkms.envelope.EnvelopeFixture.SEGMENT;
import static io.github.embeddedkms.envelope.EnvelopeFixture.WRONG;
import static io.github.embeddedkms.envelope.EnvelopeFixture.data;
import static java.io.OutputStream.nullOutputStream;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import io.github.embeddedkms.exception.DisabledException;
import io.github.embeddedkms.exception.NotFoundException;
import io.github.embeddedkms.model.EncryptionContext;
import io.github.embeddedkms.operation.GenerateDataKey;
import io.github.embeddedkms.store.fixture.OverDatabases;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EnvelopeTest {

  private final EnvelopeFixture fixture = new EnvelopeFixture();
  private final Envelope envelope = fixture.envelope;

  @AfterEach
  void close() {
    fixture.close();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, SEGMENT - 1, SEGMENT, SEGMENT + 1, 3 * SEGMENT, 20 * SEGMENT + 7})
  void message_sealedAndOpenedInAnyWay_givesTheSamePlaintext(int length) throws Exception {
    byte[] data = data(length);
    for (Envelope sealing : List.of(envelope, parallel())) {
      byte[] sealed = sealing.seal(data, CONTEXT);
      ByteArrayOutputStream streamed = new ByteArrayOutputStream();
      sealing.seal(new ByteArrayInputStream(data), streamed, CONTEXT);
      // 71 bytes of header without recipients: magic (4), suite, number of recipients, flags, salt
      // and commitment.
      assertThat(sealed).hasSize(71 + recipientBytes() + length + 16 * (length / SEGMENT + 1));
      assertThat(streamed.size()).isEqualTo(sealed.length);
      for (Envelope opening : List.of(envelope, parallel())) {
        assertThat(opening.open(sealed, CONTEXT)).isEqualTo(data);
        assertThat(opening.open(streamed.toByteArray(), CONTEXT)).isEqualTo(data);
        ByteArrayOutputStream opened = new ByteArrayOutputStream();
        opening.open(new ByteArrayInputStream(sealed), opened, CONTEXT);
        assertThat(opened.toByteArray()).isEqualTo(data);
        assertThat(opening.opening(new ByteArrayInputStream(sealed), CONTEXT).readAllBytes())
            .isEqualTo(data);
      }
    }
  }

  private Envelope parallel() {
    return Envelope.builder(fixture.kms).key(EnvelopeFixture.ALIAS).parallelism(3).build();
  }

  private int recipientBytes() {
    return 2 + fixture.key.length() + 2 + 32 + 74;
  }

  @Test
  void messages_haveDifferentDataKeysAndSalts() {
    byte[] one = envelope.seal(new byte[100], CONTEXT);
    byte[] other = envelope.seal(new byte[100], CONTEXT);
    assertThat(Arrays.copyOfRange(one, one.length - 116, one.length))
        .isNotEqualTo(Arrays.copyOfRange(other, other.length - 116, other.length));
    assertThat(fixture.operations()).containsExactly("GenerateDataKey", "GenerateDataKey");
  }

  @Test
  void parallelWork_rejectedByTheExecutor_isDoneByTheCaller() {
    Envelope alone =
        Envelope.builder(fixture.kms)
            .key(EnvelopeFixture.ALIAS)
            .parallelism(
                4,
                task -> {
                  throw new RejectedExecutionException();
                })
            .build();
    byte[] data = data(9 * SEGMENT + 1);
    assertThat(alone.open(alone.seal(data, CONTEXT), CONTEXT)).isEqualTo(data);
  }

  @Test
  void parallelWork_startedTooLate_changesNothing() {
    List<Runnable> late = new ArrayList<>();
    Envelope alone =
        Envelope.builder(fixture.kms).key(EnvelopeFixture.ALIAS).parallelism(4, late::add).build();
    byte[] data = data(9 * SEGMENT + 1);
    byte[] sealed = alone.seal(data, CONTEXT);
    byte[] copy = sealed.clone();
    Arrays.fill(data, (byte) 0);
    assertThat(late).hasSize(3);
    late.forEach(Runnable::run);
    assertThat(sealed).isEqualTo(copy);
  }

  @Test
  void context_different_doesNotOpen() {
    byte[] sealed = envelope.seal(data(10), CONTEXT);
    for (EncryptionContext wrong : List.of(WRONG, EncryptionContext.none())) {
      assertThatExceptionOfType(WrongContextOrKeyException.class)
          .isThrownBy(() -> envelope.open(sealed, wrong))
          .withMessage(
              "embedded-kms: not sealed for these keys and this context, or altered;"
                  + " give a key of one of its recipients, and all pairs of its context")
          .withNoCause();
    }
  }

  @Test
  void context_pairsEqualWhenConcatenated_doNotOpen() {
    byte[] sealed = envelope.seal(data(10), EncryptionContext.of(Map.of("ab", "c")));
    for (Map<String, String> pairs :
        List.of(Map.of("a", "bc"), Map.of("abc", ""), Map.of("ab", "c", "", ""))) {
      assertThatExceptionOfType(WrongContextOrKeyException.class)
          .isThrownBy(() -> envelope.open(sealed, EncryptionContext.of(pairs)));
    }
  }

  @Test
  void context_null_isRefusedBeforeTheServiceIsCalled() {
    byte[] sealed = envelope.seal(data(10), CONTEXT);
    fixture.requests.clear();
    String message = "context; use EncryptionContext.none() if there is none";
    assertThatNullPointerException()
        .isThrownBy(() -> envelope.seal(new byte[0], null))
        .withMessage(message);
    assertThatNullPointerException()
        .isThrownBy(() -> envelope.open(sealed, null))
        .withMessage(message);
    assertThatNullPointerException()
        .isThrownBy(() -> envelope.rewrap(sealed, null, List.of(fixture.otherKey)))
        .withMessage(message);
    assertThatNullPointerException().isThrownBy(() -> envelope.prepare(null)).withMessage(message);
    assertThat(fixture.requests).isEmpty();
  }

  @Test
  void context_stored_isShownByInspect_andStillRequired() {
    Envelope storing =
        Envelope.builder(fixture.kms).key(EnvelopeFixture.ALIAS).storeContext().build();
    byte[] sealed = storing.seal(data(10), CONTEXT);
    assertThat(Envelope.inspect(sealed))
        .isEqualTo(
            new EnvelopeHeader(
                1,
                "AES-256-GCM",
                List.of(
                    new EnvelopeRecipient(
                        0, RecipientKind.ONLINE, List.of(fixture.key), List.of())),
                CONTEXT,
                false));
    assertThat(envelope.open(sealed, CONTEXT)).isEqualTo(data(10));
    fixture.requests.clear();
    assertThatExceptionOfType(WrongContextOrKeyException.class)
        .isThrownBy(() -> envelope.open(sealed, WRONG));
    assertThat(fixture.requests).isEmpty();
  }

  @Test
  void context_notStored_isNotInTheMessage() {
    byte[] sealed = envelope.seal(data(10), EncryptionContext.of(Map.of("needle", "haystack")));
    assertThat(new String(sealed, UTF_8)).doesNotContain("needle").doesNotContain("haystack");
    assertThat(Envelope.inspect(sealed).claimedContext()).isNull();
  }

  @Test
  void context_tooLongToBeStored_isRefused() {
    Envelope storing =
        Envelope.builder(fixture.kms).key(EnvelopeFixture.ALIAS).storeContext().build();
    // 2 bytes for the number of pairs, 4 and 1 for the key, 4 for the value's length.
    EncryptionContext longest = EncryptionContext.of(Map.of("k", "v".repeat(65_536 - 11)));
    assertThat(storing.open(storing.seal(data(1), longest), longest)).isEqualTo(data(1));
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> storing.seal(data(1), EncryptionContext.of(Map.of("k", "v".repeat(65_536 - 10)))))
        .withMessage(
            "embedded-kms: a context to be stored must have at most 65536 bytes, not 65537");
  }

  @OverDatabases
  @Test
  void severalKeys_eachOpensTheMessage_withOneCallOfGenerateDataKey() {
    String third = fixture.createKey();
    byte[] sealed =
        fixture.sealingFor(EnvelopeFixture.ALIAS, fixture.otherKey, third).seal(data(100), CONTEXT);
    assertThat(fixture.operations()).containsExactly("GenerateDataKey", "Encrypt", "Encrypt");
    assertThat(Envelope.inspect(sealed).claimedKeyArns())
        .containsExactly(fixture.key, fixture.otherKey, third);
    for (String key : List.of(fixture.key, fixture.otherKey, third)) {
      assertThat(fixture.sealingFor(key).open(sealed, CONTEXT)).isEqualTo(data(100));
    }
  }

  @Test
  void severalKeys_oneUnusable_anotherOpens() {
    Envelope both = fixture.sealingFor(fixture.key, fixture.otherKey);
    byte[] sealed = both.seal(data(100), CONTEXT);
    fixture.provider.disableKey(b -> b.keyId(fixture.key));
    assertThat(both.open(sealed, CONTEXT)).isEqualTo(data(100));
    fixture.provider.disableKey(b -> b.keyId(fixture.otherKey));
    assertThatExceptionOfType(DisabledException.class)
        .isThrownBy(() -> both.open(sealed, CONTEXT))
        .withMessage(fixture.key + " is disabled.");
  }

  @Test
  void serviceErrors_arePassedOnUnchanged() {
    assertThatExceptionOfType(NotFoundException.class)
        .isThrownBy(() -> fixture.sealingFor("alias/missing").seal(data(1), CONTEXT))
        .withMessageStartingWith("Alias arn:aws:kms:us-east-1:111122223333:alias/missing");
    byte[] sealed = envelope.seal(data(1), CONTEXT);
    fixture.provider.disableKey(b -> b.keyId(fixture.key));
    assertThatExceptionOfType(DisabledException.class)
        .isThrownBy(() -> envelope.open(sealed, CONTEXT));
  }

  @Test
  void settings_outOfRange_areRefused() {
    EnvelopeBuilder builder = Envelope.builder(fixture.kms);
    assertThatIllegalStateException()
        .isThrownBy(builder::build)
        .withMessage(
            "embedded-kms: an envelope needs a key: name one with key, alsoOpens,"
                + " discovery, sealTo or opensOffline");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder.key(""))
        .withMessage("embedded-kms: a key id must not be empty");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder.parallelism(0))
        .withMessage("embedded-kms: 1 to 64 threads, not 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder.maxAttempts(1001))
        .withMessage("embedded-kms: 1 to 1000 attempts, not 1001");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder.discovery("aws", Set.of()))
        .withMessage("embedded-kms: discovery needs a partition and at least one account");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder.discovery("", Set.of(EnvelopeFixture.ACCOUNT)));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder.discovery("aws", Set.of("11112222333")))
        .withMessage("embedded-kms: an account id must have twelve digits");
    for (int i = 0; i < 16; i++) {
      builder.key("key" + i);
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder.key("one too many"))
        .withMessage("embedded-kms: a message is sealed for at most 16 keys");
  }

  @Test
  void envelope_withoutKeyToSealFor_onlyOpens() {
    Envelope opening = Envelope.builder(fixture.kms).alsoOpens(fixture.key).build();
    assertThat(opening.open(envelope.seal(data(5), CONTEXT), CONTEXT)).isEqualTo(data(5));
    assertThatIllegalStateException()
        .isThrownBy(() -> opening.seal(data(5), CONTEXT))
        .withMessage(
            "embedded-kms: this envelope has no key to seal for; it can only open messages");
    assertThatIllegalStateException().isThrownBy(() -> opening.prepare(CONTEXT));
  }

  @Test
  void async_completesWithTheSameResultsAndFailures() throws Exception {
    AsyncEnvelope async = envelope.async(Runnable::run);
    byte[] sealed = async.seal(data(SEGMENT), CONTEXT).get();
    assertThat(async.open(sealed, CONTEXT).get()).isEqualTo(data(SEGMENT));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    async.seal(new ByteArrayInputStream(data(7)), out, CONTEXT).get();
    ByteArrayOutputStream opened = new ByteArrayOutputStream();
    async.open(new ByteArrayInputStream(out.toByteArray()), opened, CONTEXT).get();
    assertThat(opened.toByteArray()).isEqualTo(data(7));
    assertThatExceptionOfType(CompletionException.class)
        .isThrownBy(() -> async.open(sealed, WRONG).join())
        .withCauseInstanceOf(WrongContextOrKeyException.class);
  }

  @Test
  void closedClient_throwsIllegalState() {
    fixture.provider.close();
    assertThatIllegalStateException()
        .isThrownBy(() -> envelope.seal(data(1), CONTEXT))
        .withMessage("embedded-kms: the provider is closed");
  }

  @Test
  void sixteenKeys_theLastOpensByItsArn() {
    Map<Integer, String> keys = new HashMap<>();
    for (int i = 0; i < 16; i++) {
      keys.put(i, fixture.createKey());
    }
    byte[] sealed = fixture.sealingFor(keys.values().toArray(String[]::new)).seal(data(3), CONTEXT);
    assertThat(fixture.sealingFor(keys.get(15)).open(sealed, CONTEXT)).isEqualTo(data(3));
  }

  /** The first task begins only then, because it could seal every segment without a second one. */
  @Test
  void parallelWork_executorFailsAfterOneTask_throwsItsFailure() throws Exception {
    CountDownLatch failed = new CountDownLatch(1);
    List<Thread> helpers = new ArrayList<>();
    Executor failing =
        task -> {
          if (!helpers.isEmpty()) {
            failed.countDown();
            throw new IllegalStateException("no more threads");
          }
          Thread helper =
              new Thread(
                  () -> {
                    await(failed);
                    task.run();
                  });
          helpers.add(helper);
          helper.start();
        };
    Envelope parallel =
        Envelope.builder(fixture.kms).key(EnvelopeFixture.ALIAS).parallelism(4, failing).build();
    assertThatIllegalStateException()
        .isThrownBy(() -> parallel.seal(data(40 * SEGMENT), CONTEXT))
        .withMessage("no more threads");
    helpers.get(0).join();
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void closedEnvelope_refusesEverything() {
    byte[] sealed = envelope.seal(data(1), CONTEXT);
    byte[] container = envelope.prepare(CONTEXT);
    envelope.close();
    List<ThrowingCallable> calls =
        List.of(
            () -> envelope.seal(data(1), CONTEXT),
            () -> envelope.open(sealed, CONTEXT),
            () -> envelope.seal(new ByteArrayInputStream(sealed), nullOutputStream(), CONTEXT),
            () -> envelope.open(new ByteArrayInputStream(sealed), nullOutputStream(), CONTEXT),
            () -> envelope.sealing(nullOutputStream(), CONTEXT),
            () -> envelope.opening(new ByteArrayInputStream(sealed), CONTEXT),
            () -> envelope.openingChannel(new MemoryChannel(sealed), CONTEXT),
            () -> envelope.rewrap(sealed, CONTEXT, List.of(fixture.otherKey)),
            () -> envelope.verify(new ByteArrayInputStream(sealed), CONTEXT),
            () -> envelope.prepare(CONTEXT),
            () -> envelope.fill(container, data(1), CONTEXT));
    for (ThrowingCallable call : calls) {
      assertThatIllegalStateException()
          .isThrownBy(call)
          .withMessage("embedded-kms: the envelope is closed");
    }
  }

  @Test
  void dataKey_isWiped_whenAnotherKeyCannotBeUsed() {
    Envelope both = fixture.sealingFor(fixture.key, "alias/missing");
    assertThatExceptionOfType(NotFoundException.class)
        .isThrownBy(() -> both.seal(data(1), CONTEXT));
    GenerateDataKey.Response generated = (GenerateDataKey.Response) fixture.kms.responses().get(0);
    assertThatIllegalStateException()
        .isThrownBy(() -> generated.plaintext().asByteArray())
        .withMessage("the secret is closed");
  }

  @Test
  void serviceReturnsDataKeyOfWrongLength_throwsIllegalState() {
    Envelope wrong = Envelope.builder(StubKms.returning(new byte[16])).key("x").build();
    assertThatIllegalStateException()
        .isThrownBy(() -> wrong.seal(data(1), CONTEXT))
        .withMessage("embedded-kms: GenerateDataKey returned a data key of the wrong length");
  }
}
