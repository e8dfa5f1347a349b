package io.github.embeddedkms.envelope;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import javax.crypto.Cipher;
import javax.crypto.spec.SecretKeySpec;

/** An attacker's tool: AES-GCM does not commit to its key. */
final class KeyCollision {

  private static final BigInteger REDUCTION = BigInteger.valueOf(0xE1).shiftLeft(120);

  private KeyCollision() {}

  /**
   * Creates two blocks and a tag. The tag is GHASH over the blocks and their length, under a key H,
   * plus a mask. The second block is arbitrary; the first is the solution of the equation that
   * makes both tags equal:
   *
   * <pre>c0 H1^3 + c1 H1^2 + l H1 + m1 = c0 H2^3 + c1 H2^2 + l H2 + m2</pre>
   */
  static byte[] authenticUnderBoth(
      byte[] firstKey, byte[] firstNonce, byte[] secondKey, byte[] secondNonce)
      throws GeneralSecurityException {
    BigInteger[] one = hashKeyAndMask(firstKey, firstNonce);
    BigInteger[] other = hashKeyAndMask(secondKey, secondNonce);
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

  /** H is the encrypted block of zeros; the mask is the encrypted first counter block. */
  private static BigInteger[] hashKeyAndMask(byte[] key, byte[] nonce)
      throws GeneralSecurityException {
    Cipher aes = Cipher.getInstance("AES/ECB/NoPadding");
    aes.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "AES"));
    byte[] counter = ByteBuffer.allocate(16).put(nonce).putInt(1).array();
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
}
