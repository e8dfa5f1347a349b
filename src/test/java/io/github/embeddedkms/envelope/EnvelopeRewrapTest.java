package io.github.embeddedkms.envelope;

import static io.github.embeddedkms.envelope.EnvelopeFixture.CONTEXT;
import static io.github.embeddedkms.envelope.EnvelopeFixture.SEGMENT;
import static io.github.embeddedkms.envelope.EnvelopeFixture.WRONG;
import static io.github.embeddedkms.envelope.EnvelopeFixture.data;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.embeddedkms.exception.DisabledException;
import io.github.embeddedkms.exception.NotFoundException;
import io.github.embeddedkms.operation.ReEncrypt;
import io.github.embeddedkms.store.fixture.OverDatabases;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EnvelopeRewrapTest {

  @TempDir Path directory;

  private final EnvelopeFixture fixture = new EnvelopeFixture();
  private final Envelope envelope =
      Envelope.builder(fixture.kms).key(fixture.key).storeContext().build();
  private final byte[] message = envelope.seal(data(SEGMENT + 100), CONTEXT);

  EnvelopeRewrapTest() {
    fixture.requests.clear();
  }

  @AfterEach
  void close() {
    fixture.close();
  }

  @OverDatabases
  @Test
  void newKeys_openTheMessage_withTheSameBody_andWithoutAPlaintextDataKey() {
    String third = fixture.createKey();
    byte[] rewrapped = envelope.rewrap(message, CONTEXT, List.of(fixture.otherKey, third));
    assertThat(fixture.operations()).containsExactly("ReEncrypt", "ReEncrypt");
    assertThat(fixture.requests)
        .allSatisfy(
            request -> assertThat(((ReEncrypt) request).sourceKeyId()).isEqualTo(fixture.key));
    assertThat(Envelope.inspect(rewrapped).claimedKeyArns())
        .containsExactly(fixture.otherKey, third);
    assertThat(body(rewrapped)).isEqualTo(body(message));
    // The old key can be deleted.
    fixture.provider.scheduleKeyDeletion(b -> b.keyId(fixture.key));
    for (String key : List.of(fixture.otherKey, third)) {
      assertThat(fixture.sealingFor(key).open(rewrapped, CONTEXT)).isEqualTo(data(SEGMENT + 100));
    }
  }

  private static byte[] body(byte[] message) {
    return Arrays.copyOfRange(message, Messages.prefixLength(message), message.length);
  }

  @Test
  void wrongContextOrKey_isRefused() {
    List<String> to = List.of(fixture.otherKey);
    assertThatExceptionOfType(WrongContextOrKeyException.class)
        .isThrownBy(() -> envelope.rewrap(message, WRONG, to));
    assertThatExceptionOfType(WrongContextOrKeyException.class)
        .isThrownBy(() -> fixture.sealingFor(fixture.otherKey).rewrap(message, CONTEXT, to));
    byte[] unstored = fixture.sealingFor(fixture.key).seal(data(1), CONTEXT);
    assertThatExceptionOfType(WrongContextOrKeyException.class)
        .isThrownBy(() -> envelope.rewrap(unstored, WRONG, to));
    assertThatExceptionOfType(NotFoundException.class)
        .isThrownBy(() -> envelope.rewrap(message, CONTEXT, List.of("alias/missing")));
  }

  @Test
  void newKeys_noneOrTooMany_areRefusedBeforeTheServiceIsCalled() {
    for (int count : List.of(0, 17)) {
      assertThatIllegalArgumentException()
          .isThrownBy(
              () -> envelope.rewrap(message, CONTEXT, Collections.nCopies(count, fixture.otherKey)))
          .withMessage("embedded-kms: a message must have 1 to 16 recipients, not " + count);
    }
    assertThat(fixture.requests).isEmpty();
  }

  @Test
  void truncatedMessage_isNotRewrapped() {
    byte[] whole = envelope.seal(data(2 * SEGMENT), CONTEXT);
    int header = Messages.headerLength(whole);
    for (int length :
        List.of(Messages.prefixLength(whole), header, header + 65_552, whole.length - 16)) {
      assertThatExceptionOfType(TruncatedMessageException.class)
          .isThrownBy(
              () ->
                  envelope.rewrap(
                      Arrays.copyOf(whole, length), CONTEXT, List.of(fixture.otherKey)));
    }
  }

  @Test
  void swappedRecipient_isDetectedByVerify_notByRewrap() throws IOException {
    byte[] other = envelope.seal(data(5), CONTEXT);
    byte[] swapped = Messages.withRecipientsOf(other, message);
    byte[] rewrapped = envelope.rewrap(swapped, CONTEXT, List.of(fixture.otherKey));
    Envelope reader = fixture.sealingFor(fixture.otherKey);
    assertThatExceptionOfType(WrongContextOrKeyException.class)
        .isThrownBy(() -> reader.verify(new ByteArrayInputStream(rewrapped), CONTEXT));
    byte[] good = envelope.rewrap(message, CONTEXT, List.of(fixture.otherKey));
    assertThat(keyArns(reader.verify(new ByteArrayInputStream(good), CONTEXT)))
        .containsExactly(fixture.otherKey);
  }

  @Test
  void verify_returnsOnlyTheRecipientsThatOpen() throws IOException {
    byte[] both = fixture.sealingFor(fixture.key, fixture.otherKey).seal(data(9), CONTEXT);
    Envelope reader = fixture.sealingFor(fixture.key, fixture.otherKey);
    fixture.requests.clear();
    assertThat(keyArns(reader.verify(new ByteArrayInputStream(both), CONTEXT)))
        .containsExactly(fixture.key, fixture.otherKey);
    assertThat(fixture.operations())
        .as("by ARN, one call each")
        .containsExactly("Decrypt", "Decrypt");
    Recipient foreign =
        Messages.prefix(fixture.sealingFor(fixture.otherKey).seal(data(9), CONTEXT))
            .recipients()
            .get(0);
    byte[] swapped =
        Messages.withRecipients(both, List.of(Messages.prefix(both).recipients().get(0), foreign));
    assertThat(keyArns(reader.verify(new ByteArrayInputStream(swapped), CONTEXT)))
        .containsExactly(fixture.key);
    both[both.length - 1] ^= 1;
    assertThatExceptionOfType(MalformedMessageException.class)
        .isThrownBy(() -> reader.verify(new ByteArrayInputStream(both), CONTEXT));
  }

  @Test
  void file_isRewrappedIntoAnotherFile_notInPlace() throws IOException {
    Path old = Files.write(directory.resolve("old"), message);
    Path rewrapped = directory.resolve("new");
    envelope.rewrap(old, rewrapped, CONTEXT, List.of(fixture.otherKey));
    assertThat(old).hasBinaryContent(message);
    assertThat(fixture.sealingFor(fixture.otherKey).open(Files.readAllBytes(rewrapped), CONTEXT))
        .isEqualTo(data(SEGMENT + 100));
    Path link = Files.createSymbolicLink(directory.resolve("link"), old);
    for (Path same : List.of(old, link)) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> envelope.rewrap(old, same, CONTEXT, List.of(fixture.otherKey)))
          .withMessage(
              "embedded-kms: a message cannot be rewrapped in place; write it to another file");
    }
    assertThat(old).hasBinaryContent(message);
  }

  @Test
  void file_thatCannotBeRewrapped_leavesTheOutputUnchanged() throws IOException {
    Path old = Files.write(directory.resolve("old"), Arrays.copyOf(message, message.length - 110));
    Path rewrapped = Files.writeString(directory.resolve("new"), "as it was");
    assertThatExceptionOfType(TruncatedMessageException.class)
        .isThrownBy(() -> envelope.rewrap(old, rewrapped, CONTEXT, List.of(fixture.otherKey)));
    assertThat(rewrapped).hasContent("as it was");
    try (Stream<Path> files = Files.list(directory)) {
      assertThat(files).containsExactlyInAnyOrder(old, rewrapped);
    }
  }

  @Test
  void newKey_thatCannotBeUsed_isReportedAsTheReason() {
    fixture.provider.createAlias(alias -> alias.aliasName("alias/both").targetKeyId(fixture.key));
    Envelope byAlias = fixture.sealingFor("alias/both");
    byte[] two = fixture.sealingFor(fixture.otherKey, fixture.key).seal(data(3), CONTEXT);
    String disabled = fixture.createKey();
    fixture.provider.disableKey(b -> b.keyId(disabled));
    assertThatExceptionOfType(DisabledException.class)
        .isThrownBy(() -> byAlias.rewrap(two, CONTEXT, List.of(disabled)))
        .withMessage(disabled + " is disabled.");
    fixture.requests.clear();
    assertThatExceptionOfType(NotFoundException.class)
        .isThrownBy(() -> byAlias.rewrap(two, CONTEXT, List.of(fixture.key, "alias/missing")));
    // The first recipient does not belong to the alias, the second one does; no call is repeated.
    assertThat(fixture.operations()).containsExactly("ReEncrypt", "ReEncrypt", "ReEncrypt");
  }

  @Test
  void verify_withAnAlias_triesEachRecipientOnce() throws IOException {
    fixture.provider.createAlias(
        alias -> alias.aliasName(EnvelopeFixture.ALIAS + "2").targetKeyId(fixture.key));
    String[] keys = new String[6];
    Arrays.setAll(keys, i -> i == 5 ? fixture.key : fixture.createKey());
    byte[] many = fixture.sealingFor(keys).seal(data(3), CONTEXT);
    fixture.requests.clear();
    Envelope reader = fixture.sealingFor(EnvelopeFixture.ALIAS + "2");
    assertThat(keyArns(reader.verify(new ByteArrayInputStream(many), CONTEXT)))
        .containsExactly(fixture.key);
    assertThat(fixture.requests).hasSize(6);
  }

  @Test
  void verify_unusableKey_isLeftOut_unlessItIsTheOnlyOne() throws IOException {
    byte[] both = fixture.sealingFor(fixture.key, fixture.otherKey).seal(data(9), CONTEXT);
    Envelope reader = fixture.sealingFor(fixture.key, fixture.otherKey);
    fixture.provider.disableKey(b -> b.keyId(fixture.otherKey));
    assertThat(keyArns(reader.verify(new ByteArrayInputStream(both), CONTEXT)))
        .containsExactly(fixture.key);
    fixture.provider.disableKey(b -> b.keyId(fixture.key));
    assertThatExceptionOfType(DisabledException.class)
        .isThrownBy(() -> reader.verify(new ByteArrayInputStream(both), CONTEXT));
  }

  private static List<String> keyArns(List<EnvelopeRecipient> recipients) {
    return recipients.stream().flatMap(recipient -> recipient.keyArns().stream()).toList();
  }
}
