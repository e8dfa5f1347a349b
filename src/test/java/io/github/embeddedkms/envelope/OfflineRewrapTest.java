package io.github.embeddedkms.envelope;

import static io.github.embeddedkms.envelope.EnvelopeFixture.CONTEXT;
import static io.github.embeddedkms.envelope.EnvelopeFixture.WRONG;
import static io.github.embeddedkms.envelope.EnvelopeFixture.data;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Replacing recipients, from and to offline ones. */
class OfflineRewrapTest {

  private static final OfflineFixture FIXTURE = new OfflineFixture();
  private static final RecipientKind KEM = RecipientKind.ML_KEM_768;

  private final String newKey = FIXTURE.provider.createKey(b -> {}).keyMetadata().arn();
  private final Envelope online = Envelope.builder(FIXTURE.kms).key(FIXTURE.online).build();
  private final Envelope newReader = Envelope.builder(FIXTURE.kms).key(newKey).build();

  @BeforeEach
  void forgetRequests() {
    FIXTURE.kms.requests().clear();
  }

  @AfterAll
  static void close() {
    FIXTURE.close();
  }

  static List<RecipientKind> kinds() {
    return OfflineFixture.kinds();
  }

  private static byte[] body(byte[] message) {
    return Arrays.copyOfRange(message, Messages.prefixLength(message), message.length);
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void onlineToOffline_opensAndSealsTheSameDataKey(RecipientKind kind) {
    byte[] sealed = online.seal(data(70_000), CONTEXT);
    FIXTURE.keys(kind);
    FIXTURE.kms.requests().clear();
    byte[] rewrapped = online.rewrap(sealed, CONTEXT, FIXTURE.keys(kind).recipients());
    assertThat(FIXTURE.operations()).containsExactly("Decrypt");
    assertThat(body(rewrapped)).isEqualTo(body(sealed));
    assertThat(FIXTURE.reader(kind).open(rewrapped, CONTEXT)).isEqualTo(data(70_000));
    assertThatExceptionOfType(SealedOfflineException.class)
        .isThrownBy(() -> online.open(rewrapped, CONTEXT));
  }

  @Test
  void offlineToOffline_opensByTheOldKey() {
    byte[] sealed = FIXTURE.writer(RecipientKind.RSA_3072).seal(data(5), CONTEXT);
    byte[] rewrapped =
        FIXTURE
            .reader(RecipientKind.RSA_3072)
            .rewrap(sealed, CONTEXT, FIXTURE.keys(RecipientKind.ML_KEM_1024_P384).recipients());
    assertThat(FIXTURE.reader(RecipientKind.ML_KEM_1024_P384).open(rewrapped, CONTEXT))
        .isEqualTo(data(5));
    assertThat(Envelope.inspect(rewrapped).isPostQuantum()).isTrue();
  }

  @Test
  void onlineToBoth_needsAnOnlineRecipient() {
    byte[] sealed = online.seal(data(5), CONTEXT);
    FIXTURE.kms.requests().clear();
    OfflineFixture.Keys kem = FIXTURE.keys(KEM);
    byte[] rewrapped =
        online.rewrap(
            sealed, CONTEXT, NewRecipients.keys(List.of(newKey)).sealTo(kem.spki(), kem.arn()));
    assertThat(FIXTURE.operations()).containsExactly("Decrypt", "ReEncrypt");
    assertThat(newReader.open(rewrapped, CONTEXT)).isEqualTo(data(5));
    assertThat(FIXTURE.reader(KEM).open(rewrapped, CONTEXT)).isEqualTo(data(5));
  }

  /** The maker knows the data key, and would get a licence to write in the key's name. */
  @Test
  void offlineToOnline_isRefusedAlways() {
    OfflineFixture.Keys kem = FIXTURE.keys(KEM);
    byte[] sealed = FIXTURE.writer(KEM).seal(data(5), CONTEXT);
    Envelope reader = kem.opening(Envelope.builder(FIXTURE.kms).key(FIXTURE.online)).build();
    FIXTURE.kms.requests().clear();
    for (NewRecipients wanted :
        List.of(
            NewRecipients.keys(List.of(newKey)),
            NewRecipients.keys(List.of(newKey)).keepingOffline(),
            NewRecipients.keys(List.of(newKey))
                .sealTo(
                    FIXTURE.keys(RecipientKind.ML_KEM_1024).spki(),
                    FIXTURE.keys(RecipientKind.ML_KEM_1024).arn()))) {
      assertThatExceptionOfType(SealedOfflineException.class)
          .isThrownBy(() -> reader.rewrap(sealed, CONTEXT, wanted))
          .withMessageContaining("open it and seal it again");
    }
    assertThat(FIXTURE.operations()).isEmpty();
    // In a mixed message, only the online recipient counts: here it is garbage of another message.
    byte[] other = online.seal(data(1), WRONG);
    byte[] mixed =
        Messages.withRecipients(
            sealed,
            List.of(
                Messages.prefix(other).recipients().get(0),
                Messages.prefix(sealed).recipients().get(0)));
    assertThatExceptionOfType(WrongContextOrKeyException.class)
        .isThrownBy(() -> reader.rewrap(mixed, CONTEXT, List.of(newKey)));
  }

  @Test
  void onlineToOnline_dropsOrKeepsOfflineRecipients() {
    OfflineFixture.Keys kem = FIXTURE.keys(KEM);
    byte[] sealed =
        kem.sealing(Envelope.builder(FIXTURE.kms).key(FIXTURE.online))
            .build()
            .seal(data(5), CONTEXT);
    byte[] dropped = online.rewrap(sealed, CONTEXT, List.of(newKey));
    assertThat(Envelope.inspect(dropped).version()).isEqualTo(1);
    FIXTURE.kms.requests().clear();
    byte[] kept =
        online.rewrap(sealed, CONTEXT, NewRecipients.keys(List.of(newKey)).keepingOffline());
    assertThat(FIXTURE.operations()).containsExactly("ReEncrypt");
    assertThat(Messages.prefix(kept).recipients().get(1))
        .isEqualTo(Messages.prefix(sealed).recipients().get(1));
    assertThat(FIXTURE.reader(KEM).open(kept, CONTEXT)).isEqualTo(data(5));
    assertThat(newReader.open(kept, CONTEXT)).isEqualTo(data(5));
  }

  /** Its new recipient would open nothing, and the old key may be deleted after a rewrap. */
  @Test
  void toOffline_recipientOfAnotherMessage_isRefused() {
    byte[] one = online.seal(data(5), CONTEXT);
    byte[] other = online.seal(data(5), CONTEXT);
    byte[] swapped = Messages.withRecipientsOf(one, other);
    assertThatExceptionOfType(WrongContextOrKeyException.class)
        .isThrownBy(() -> online.rewrap(swapped, CONTEXT, FIXTURE.keys(KEM).recipients()));
  }

  @Test
  void newRecipients_thatCannotStandTogether_areRefused() {
    OfflineFixture.Keys kem = FIXTURE.keys(KEM);
    OfflineFixture.Keys rsa = FIXTURE.keys(RecipientKind.RSA_3072);
    assertThatIllegalArgumentException().isThrownBy(() -> NewRecipients.keys(List.of()));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> kem.recipients().sealTo(kem.spki(), kem.arn()));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> kem.recipients().sealTo(rsa.spki(), rsa.arn()));
    byte[] mixed =
        rsa.sealing(Envelope.builder(FIXTURE.kms).key(FIXTURE.online))
            .build()
            .seal(data(1), CONTEXT);
    byte[] toKem =
        kem.sealing(Envelope.builder(FIXTURE.kms).key(FIXTURE.online))
            .build()
            .seal(data(1), CONTEXT);
    FIXTURE.kms.requests().clear();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> online.rewrap(mixed, CONTEXT, kem.recipients().keepingOffline()))
        .withMessageContaining("do not keep the offline recipients");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> online.rewrap(toKem, CONTEXT, kem.recipients().keepingOffline()))
        .withMessage("embedded-kms: a message is sealed to each key once");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                online.rewrap(
                    toKem,
                    CONTEXT,
                    NewRecipients.keys(Collections.nCopies(16, newKey)).keepingOffline()))
        .withMessage("embedded-kms: a message must have 1 to 16 recipients, not 17");
    assertThat(FIXTURE.operations()).isEmpty();
  }
}
