package io.github.embeddedkms.envelope;

import static io.github.embeddedkms.envelope.EnvelopeFixture.CONTEXT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.SecretBytes;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.List;
import javax.crypto.Cipher;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * A message whose only segment was crafted to be authentic under two data keys, which AES-GCM
 * allows an attacker who knows both: it must open under at most one of them.
 */
class CommitmentTest {

  private static final Bytes SALT = Bytes.fromByteArray(new byte[Header.SALT_BYTES]);

  /** x^128 + x^7 + x^2 + x + 1, with the lowest power in the highest bit, as in GCM. */
  private static final BigInteger REDUCTION = BigInteger.valueOf(0xE1).shiftLeft(120);

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

  /**
   * Creates two blocks and a tag. The tag is GHASH over the blocks and their length, under a key H,
   * plus a mask. The second block is arbitrary; the first is the solution of the equation that
   * makes both tags equal:
   *
   * <pre>c0 H1^3 + c1 H1^2 + l H1 + m1 = c0 H2^3 + c1 H2^2 + l H2 + m2</pre>
   */
  private static byte[] authenticUnderBoth(byte[] first, byte[] second)
      throws GeneralSecurityException {
    BigInteger[] one = hashKeyAndMask(first);
    BigInteger[] other = hashKeyAndMask(second);
    BigInteger c1 = BigInteger.TWO.pow(100).add(BigInteger.TEN);
    BigInteger length = BigInteger.valueOf(256);
    BigInteger rest =
        tag(BigInteger.ZERO, c1, length, one).xor(tag(BigInteger.ZERO, c1, length, other));
    BigInteger c0 = multiply(rest, inverse(power(one[0], 3).xor(power(other[0], 3))));
    BigInteger tag = tag(c0, c1, length, one);
    assertThat(tag).isEqualTo(tag(c0, c1, length, other));
    return ByteBuffer.allocate(48).put(block(c0)).put(block(c1)).put(block(tag)).array();
  }

  private static BigInteger tag(
      BigInteger c0, BigInteger c1, BigInteger length, BigInteger[] hashKeyAndMask) {
    BigInteger h = hashKeyAndMask[0];
    return multiply(c0, power(h, 3))
        .xor(multiply(c1, power(h, 2)))
        .xor(multiply(length, h))
        .xor(hashKeyAndMask[1]);
  }

  /** H is the encrypted block of zeros; the mask is the first counter block of segment 0. */
  private static BigInteger[] hashKeyAndMask(byte[] dataKey) throws GeneralSecurityException {
    byte[] derived =
        IndependentMessageReader.derive(
            dataKey, SALT.asByteArray(), (byte) 0, CONTEXT.canonicalBytes());
    Cipher aes = Cipher.getInstance("AES/ECB/NoPadding");
    aes.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(derived, 32, 32, "AES"));
    byte[] counter = ByteBuffer.allocate(16).put(derived, 64, 12).putInt(1).array();
    return new BigInteger[] {
      new BigInteger(1, aes.doFinal(new byte[16])), new BigInteger(1, aes.doFinal(counter))
    };
  }

  private static BigInteger multiply(BigInteger x, BigInteger y) {
    BigInteger product = BigInteger.ZERO;
    BigInteger v = y;
    for (int bit = 127; bit >= 0; bit--) {
      if (x.testBit(bit)) {
        product = product.xor(v);
      }
      v = v.testBit(0) ? v.shiftRight(1).xor(REDUCTION) : v.shiftRight(1);
    }
    return product;
  }

  private static BigInteger power(BigInteger x, int exponent) {
    BigInteger power = x;
    for (int i = 1; i < exponent; i++) {
      power = multiply(power, x);
    }
    return power;
  }

  /** x to the power of 2^128 - 2. */
  private static BigInteger inverse(BigInteger x) {
    BigInteger square = multiply(x, x);
    BigInteger inverse = square;
    for (int i = 2; i < 128; i++) {
      square = multiply(square, square);
      inverse = multiply(inverse, square);
    }
    return inverse;
  }

  private static byte[] block(BigInteger value) {
    byte[] bytes = value.toByteArray();
    byte[] block = new byte[16];
    for (int i = 0; i < Math.min(16, bytes.length); i++) {
      block[15 - i] = bytes[bytes.length - 1 - i];
    }
    return block;
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
