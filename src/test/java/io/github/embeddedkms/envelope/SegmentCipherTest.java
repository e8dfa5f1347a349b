package io.github.embeddedkms.envelope;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.nio.ByteBuffer;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SegmentCipherTest {

  private static final SecretKeySpec KEY = new SecretKeySpec(new byte[32], "AES");
  private static final byte[] BASE = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};

  private final SegmentCipher cipher = new SegmentCipher(KEY, BASE.clone());
  private final byte[] sealed = new byte[19];

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 0xFF, 0x100, 0x01020304, 0x80000000L, 0xFFFFFFFFL})
  void number_isInTheLastBytesOfTheNonce(long number) throws Exception {
    cipher.seal(number, new byte[3], 0, 3, sealed, 0);
    ByteBuffer nonce = ByteBuffer.wrap(BASE.clone());
    nonce.putInt(8, nonce.getInt(8) ^ (int) number);
    Cipher plain = Cipher.getInstance("AES/GCM/NoPadding");
    plain.init(Cipher.ENCRYPT_MODE, KEY, new GCMParameterSpec(128, nonce.array()));
    assertThat(sealed).isEqualTo(plain.doFinal(new byte[3]));
    cipher.open(number, sealed, 0, 19, new byte[3], 0);
  }

  @Test
  void number_beyondTheMaximum_isRefused() {
    assertThatIllegalStateException()
        .isThrownBy(() -> cipher.seal(1L << 32, new byte[3], 0, 3, sealed, 0))
        .withMessage("embedded-kms: a message can have at most 2^48 bytes; begin another one");
  }

  @Test
  void number_ofAnotherSegment_throwsMalformedMessage() {
    cipher.seal(65_536, new byte[3], 0, 3, sealed, 0);
    for (long other : new long[] {0, 1, 65_537, 131_072}) {
      assertThatExceptionOfType(MalformedMessageException.class)
          .isThrownBy(() -> cipher.open(other, sealed, 0, 19, new byte[3], 0));
    }
  }
}
