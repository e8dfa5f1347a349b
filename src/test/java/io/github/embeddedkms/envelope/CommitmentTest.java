package io.github.embeddedkms.envelope;

import static io.github.embeddedkms.envelope.EnvelopeFixture.CONTEXT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.SecretBytes;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * A message whose only segment was crafted to be authentic under two data keys, which AES-GCM
 * allows an attacker who knows both: it must open under at most one of them.
 */
class CommitmentTest {

  private static final Bytes SALT = Bytes.fromByteArray(new byte[Header.SALT_BYTES]);

  /** x^128 + x^7 + x^2 + x + 1, with the lowest power in the highest bit, as in GCM. */
  private final EnvelopeFixture fixture = new EnvelopeFixture();

  @AfterEach
  void close() {
    fixture.close();
  }

  @Test
  void segmentAuthenticUnderTwoKeys_opensOnlyUnderTheCommittedKey() throws Exception {
    byte[] first = keyOf(1);
    byte[] second = keyOf(2);
    byte[] segment = authenticUnderBoth(first, second);
    // Without the commitment, both recipients would accept it and read different plaintexts.
    byte[] firstPlaintext = new byte[32];
    byte[] secondPlaintext = new byte[32];
    key(first).cipher().open(0, segment, 0, segment.length, firstPlaintext, 0);
    key(second).cipher().open(0, segment, 0, segment.length, secondPlaintext, 0);
    assertThat(firstPlaintext).isNotEqualTo(secondPlaintext);

    Prefix recipients =
        new Prefix(List.of(recipient(fixture.key, first), recipient(fixture.otherKey, second)));
    byte[] message =
        Messages.join(
            new Header(recipients, SALT, null, key(first).commitment()).toByteArray(), segment);
    assertThat(fixture.sealingFor(fixture.key).open(message, CONTEXT)).isEqualTo(firstPlaintext);
    assertThatExceptionOfType(WrongContextOrKeyException.class)
        .isThrownBy(() -> fixture.sealingFor(fixture.otherKey).open(message, CONTEXT));
    // A reader that trusts both keys tries the key that the message commits to next.
    Prefix reversed =
        new Prefix(List.of(recipients.recipients().get(1), recipients.recipients().get(0)));
    assertThat(
            fixture
                .sealingFor(fixture.otherKey, fixture.key)
                .open(Messages.withRecipients(message, reversed.recipients()), CONTEXT))
        .isEqualTo(firstPlaintext);
  }

  private static byte[] keyOf(int value) {
    byte[] key = new byte[32];
    Arrays.fill(key, (byte) value);
    return key;
  }

  private static MessageKey key(byte[] dataKey) {
    return MessageKey.derive(SecretBytes.fromByteArray(dataKey), SALT, (byte) 0, CONTEXT);
  }

  private Recipient recipient(String keyArn, byte[] dataKey) {
    return new Recipient(
        keyArn,
        fixture
            .kms
            .encrypt(
                b ->
                    b.keyId(keyArn)
                        .plaintext(SecretBytes.fromByteArray(dataKey))
                        .encryptionContext(CONTEXT.asMap()))
            .ciphertextBlob());
  }

  private static byte[] authenticUnderBoth(byte[] first, byte[] second)
      throws GeneralSecurityException {
    byte[] one = derived(first);
    byte[] other = derived(second);
    return KeyCollision.authenticUnderBoth(
        Arrays.copyOfRange(one, 32, 64),
        Arrays.copyOfRange(one, 64, 76),
        Arrays.copyOfRange(other, 32, 64),
        Arrays.copyOfRange(other, 64, 76));
  }

  private static byte[] derived(byte[] dataKey) throws GeneralSecurityException {
    return IndependentMessageReader.derive(
        dataKey, SALT.asByteArray(), (byte) 0, CONTEXT.canonicalBytes());
  }

  @Test
  void committedDataKey_ofAnotherLength_isRefused() {
    for (int length : new int[] {16, 31, 32, 33}) {
      byte[] dataKey = new byte[length];
      MessageKey key = key(dataKey);
      byte[] segment = new byte[20];
      key.cipher().seal(0, new byte[4], 0, 4, segment, 0);
      Prefix recipients = new Prefix(List.of(new Recipient("x", Bytes.fromUtf8String("sealed"))));
      byte[] message =
          Messages.join(
              new Header(recipients, SALT, null, key.commitment()).toByteArray(), segment);
      Envelope reader = Envelope.builder(StubKms.returning(dataKey)).key("x").build();
      if (length == 32) {
        assertThat(reader.open(message, CONTEXT)).hasSize(4);
      } else {
        assertThatExceptionOfType(WrongContextOrKeyException.class)
            .isThrownBy(() -> reader.open(message, CONTEXT));
      }
    }
  }
}
