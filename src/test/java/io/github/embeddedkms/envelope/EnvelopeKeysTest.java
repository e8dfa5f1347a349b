package io.github.embeddedkms.envelope;

import static io.github.embeddedkms.envelope.EnvelopeFixture.CONTEXT;
import static io.github.embeddedkms.envelope.EnvelopeFixture.data;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.embeddedkms.KmsClient;
import io.github.embeddedkms.operation.Decrypt;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Which keys' messages a reader opens. */
class EnvelopeKeysTest {

  private final EnvelopeFixture fixture = new EnvelopeFixture();
  private final byte[] sealed = fixture.sealingFor(fixture.key).seal(data(9), CONTEXT);

  EnvelopeKeysTest() {
    fixture.requests.clear();
  }

  @AfterEach
  void close() {
    fixture.close();
  }

  private Envelope reader(String... keys) {
    EnvelopeBuilder builder = Envelope.builder(fixture.kms);
    for (String key : keys) {
      builder.alsoOpens(key);
    }
    return builder.build();
  }

  private List<String> requestedKeys() {
    return fixture.requests.stream().map(request -> ((Decrypt) request).keyId()).toList();
  }

  @Test
  void key_namedInEveryForm_opens_andIsSentToTheServiceInThatForm() {
    String id = fixture.key.substring(fixture.key.indexOf('/') + 1);
    String aliasArn = "arn:aws:kms:us-east-1:111122223333:" + EnvelopeFixture.ALIAS;
    for (String form : List.of(fixture.key, id, EnvelopeFixture.ALIAS, aliasArn)) {
      fixture.requests.clear();
      assertThat(reader(form).open(sealed, CONTEXT)).isEqualTo(data(9));
      assertThat(requestedKeys()).containsExactly(form);
    }
  }

  @Test
  void foreignKey_thatTheReaderMayUse_isNotTried() {
    assertThatExceptionOfType(WrongContextOrKeyException.class)
        .isThrownBy(() -> reader(fixture.otherKey).open(sealed, CONTEXT));
    assertThat(fixture.requests).isEmpty();
  }

  @Test
  void foreignKey_triedThroughAnAlias_isRefusedByTheService() {
    fixture.provider.updateAlias(
        alias -> alias.aliasName(EnvelopeFixture.ALIAS).targetKeyId(fixture.otherKey));
    assertThatExceptionOfType(WrongContextOrKeyException.class)
        .isThrownBy(() -> reader(EnvelopeFixture.ALIAS).open(sealed, CONTEXT));
    assertThat(requestedKeys()).containsExactly(EnvelopeFixture.ALIAS);
  }

  @Test
  void foreignKey_underTheArnOfATrustedKey_isRefusedByTheService() {
    byte[] foreign = fixture.sealingFor(fixture.otherKey).seal(data(9), CONTEXT);
    byte[] disguised = Messages.renamed(foreign, 0, fixture.key);
    assertThat(Envelope.inspect(disguised).claimedKeyArns()).containsExactly(fixture.key);
    fixture.requests.clear();
    assertThatExceptionOfType(WrongContextOrKeyException.class)
        .isThrownBy(() -> reader(fixture.key).open(disguised, CONTEXT));
    assertThat(requestedKeys()).containsExactly(fixture.key);
  }

  @Test
  void recipient_ofAnotherMessage_throwsTheSameError() {
    byte[] other = fixture.sealingFor(fixture.key).seal(data(9), CONTEXT);
    byte[] swapped = Messages.withRecipientsOf(other, sealed);
    assertThatExceptionOfType(WrongContextOrKeyException.class)
        .isThrownBy(() -> reader(fixture.key).open(swapped, CONTEXT))
        .withMessageContaining("not sealed for these keys and this context, or altered")
        .withNoCause();
  }

  @Test
  void recipients_removed_othersStillOpen() {
    byte[] two = fixture.sealingFor(fixture.key, fixture.otherKey).seal(data(9), CONTEXT);
    byte[] one = Messages.withRecipients(two, List.of(Messages.prefix(two).recipients().get(1)));
    assertThat(reader(fixture.otherKey).open(one, CONTEXT)).isEqualTo(data(9));
    // The effect of removing a recipient is that its key no longer opens the message.
    assertThatExceptionOfType(WrongContextOrKeyException.class)
        .isThrownBy(() -> reader(fixture.key).open(one, CONTEXT));
  }

  @Test
  void recipients_reordered_stillOpen() {
    byte[] two = fixture.sealingFor(fixture.key, fixture.otherKey).seal(data(9), CONTEXT);
    List<Recipient> recipients = Messages.prefix(two).recipients();
    byte[] reversed = Messages.withRecipients(two, List.of(recipients.get(1), recipients.get(0)));
    assertThat(reader(fixture.key).open(reversed, CONTEXT)).isEqualTo(data(9));
  }

  @Test
  void attempts_areBounded_andBeginWithTheLikelyOnes() {
    List<Recipient> many = Messages.repeat(Messages.prefix(sealed).recipients().get(0), 5);
    byte[] strange = Messages.withRecipients(sealed, many);
    fixture.provider.updateAlias(
        alias -> alias.aliasName(EnvelopeFixture.ALIAS).targetKeyId(fixture.otherKey));
    // Five equal recipients are tried once. Different recipients are each tried once through an
    // alias.
    byte[] distinct = fixture.sealingFor(keys(5)).seal(data(9), CONTEXT);
    fixture.requests.clear();
    assertThatExceptionOfType(TooManyRecipientsException.class)
        .isThrownBy(() -> reader(EnvelopeFixture.ALIAS).open(distinct, CONTEXT))
        .withMessage(
            "embedded-kms: more recipients may be for the reader's keys than the 4 that may be"
                + " tried; name the keys by their ARNs, or raise maxAttempts");
    assertThat(fixture.requests).hasSize(4);
    fixture.requests.clear();
    assertThatExceptionOfType(WrongContextOrKeyException.class)
        .isThrownBy(
            () ->
                Envelope.builder(fixture.kms)
                    .key(EnvelopeFixture.ALIAS)
                    .maxAttempts(5)
                    .build()
                    .open(distinct, CONTEXT));
    assertThat(fixture.requests).hasSize(5);
    fixture.requests.clear();
    assertThatExceptionOfType(WrongContextOrKeyException.class)
        .isThrownBy(() -> reader(EnvelopeFixture.ALIAS).open(strange, CONTEXT));
    assertThat(fixture.requests).hasSize(1);
    fixture.requests.clear();
    String last = Messages.prefix(distinct).recipients().get(4).keyArn();
    assertThat(reader(EnvelopeFixture.ALIAS, last).open(distinct, CONTEXT)).isEqualTo(data(9));
    assertThat(requestedKeys()).containsExactly(last);
  }

  private String[] keys(int count) {
    String[] keys = new String[count];
    for (int i = 0; i < count; i++) {
      keys[i] = fixture.createKey();
    }
    return keys;
  }

  @Test
  void recipients_moreThan16_areRefusedBeforeAnyIsTried() {
    byte[] seventeen =
        Messages.withRecipients(
            sealed, Messages.repeat(Messages.prefix(sealed).recipients().get(0), 17));
    assertThatExceptionOfType(TooManyRecipientsException.class)
        .isThrownBy(() -> reader(fixture.key).open(seventeen, CONTEXT))
        .withMessage(
            "embedded-kms: the message has 17 recipients, more than the maximum of 16; none was tried");
    assertThat(fixture.requests).isEmpty();
  }

  @Test
  void discovery_keyInANamedAccount_isTried() {
    Envelope discovering =
        Envelope.builder(fixture.kms).discovery("aws", Set.of(EnvelopeFixture.ACCOUNT)).build();
    assertThat(discovering.open(sealed, CONTEXT)).isEqualTo(data(9));
    assertThat(requestedKeys()).containsExactly(fixture.key);
  }

  @Test
  void discovery_otherAccountsPartitionsOrAliases_areNotTried() {
    Envelope discovering =
        Envelope.builder(fixture.kms).discovery("aws", Set.of("999999999999")).build();
    Envelope china =
        Envelope.builder(fixture.kms).discovery("aws-cn", Set.of(EnvelopeFixture.ACCOUNT)).build();
    for (Envelope reader : List.of(discovering, china)) {
      assertThatExceptionOfType(WrongContextOrKeyException.class)
          .isThrownBy(() -> reader.open(sealed, CONTEXT));
    }
    Envelope right =
        Envelope.builder(fixture.kms).discovery("aws", Set.of(EnvelopeFixture.ACCOUNT)).build();
    for (String hint :
        List.of(
            "arn:aws:kms:us-east-1:111122223333:" + EnvelopeFixture.ALIAS,
            "arn:aws:kms:us-east-1:1111222233334:key/x",
            "arn:aws-cn:kms:us-east-1:111122223333:key/x",
            "arn:aws:s3:us-east-1:111122223333:key/x",
            "arn:aws:kms:us-east-1:key/x",
            "x:aws:kms:us-east-1:111122223333:key/x",
            fixture.key.substring(fixture.key.indexOf('/') + 1))) {
      byte[] renamed = Messages.renamed(sealed, 0, hint);
      assertThatExceptionOfType(WrongContextOrKeyException.class)
          .isThrownBy(() -> right.open(renamed, CONTEXT));
    }
    assertThat(fixture.requests).isEmpty();
  }

  @Test
  void multiRegionKey_isTriedInTheReadersRegion_otherKeysAreNot() {
    String ours = "arn:aws:kms:eu-west-1:111122223333:key/mrk-1234";
    String theirs = "arn:aws:kms:us-east-1:111122223333:key/mrk-1234";
    assertThat(triedFor(ours, theirs)).containsExactly(ours);
    assertThat(triedFor(ours, theirs.replace("mrk-1234", "mrk-12345"))).isEmpty();
    assertThat(triedFor(ours, theirs.replace("111122223333", "111122223334"))).isEmpty();
    assertThat(triedFor(ours, theirs.replace("arn:aws:", "arn:aws-cn:"))).isEmpty();
    assertThat(triedFor(ours.replace("mrk-", ""), theirs.replace("mrk-", ""))).isEmpty();
    assertThat(triedFor("mrk-1234", theirs)).containsExactly("mrk-1234");
  }

  /**
   * Returns the keys that a reader with one trusted key tries for a message that names another key.
   */
  private static List<String> triedFor(String key, String hint) {
    return new TrustedKeys(Set.of(key), "", Set.of(), List.of())
            .attempts(
                List.of(new Recipient(hint, io.github.embeddedkms.model.Bytes.fromUtf8String("x"))))
            .stream()
            .map(TrustedKeys.Attempt::keyId)
            .toList();
  }

  @Test
  void serviceWithoutPlaintext_throwsIllegalState() {
    KmsClient empty = StubKms.returning(null);
    assertThatExceptionOfType(IllegalStateException.class)
        .isThrownBy(() -> Envelope.builder(empty).key("x").build().seal(data(1), CONTEXT))
        .withMessageContaining("GenerateDataKey returned no plaintext");
  }
}
