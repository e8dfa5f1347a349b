package io.github.embeddedkms.store;

import java.security.MessageDigest;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The sum, modulo 2^256, of one keyed summand for each row of a store: it stands for the set of all
 * rows in whatever order, and follows a change without looking at the other rows. Immutable.
 *
 * <p>To be kept sealed: from sums in the clear one can find rows whose changes cancel. Source:
 * MSet-Add-Hash, Clarke et al., "Incremental Multiset Hash Functions", 2003.
 */
final class SetSum {

  static final int LENGTH = 32;

  /** The sum of no rows. */
  static final SetSum ZERO = new SetSum(new byte[LENGTH]);

  /** Big-endian. Adding bytes needs no reduction: what is carried out of the first one is lost. */
  private final byte[] value;

  private SetSum(byte[] value) {
    this.value = value;
  }

  /** Reads 32 bytes, big-endian. */
  static SetSum of(byte[] bytes) {
    return new SetSum(checked(bytes).clone());
  }

  /** With one more row, whose summand has 32 bytes. */
  SetSum plus(byte[] summand) {
    checked(summand);
    byte[] sum = new byte[LENGTH];
    int carry = 0;
    for (int i = LENGTH - 1; i >= 0; i--) {
      carry += Byte.toUnsignedInt(value[i]) + Byte.toUnsignedInt(summand[i]);
      sum[i] = (byte) carry;
      carry >>= Byte.SIZE;
    }
    return new SetSum(sum);
  }

  /** Without a row that is in it, whose summand has 32 bytes. */
  SetSum minus(byte[] summand) {
    checked(summand);
    byte[] difference = new byte[LENGTH];
    int borrow = 0;
    for (int i = LENGTH - 1; i >= 0; i--) {
      borrow += Byte.toUnsignedInt(value[i]) - Byte.toUnsignedInt(summand[i]);
      difference[i] = (byte) borrow;
      // Keeps the sign: 0 or -1.
      borrow >>= Byte.SIZE;
    }
    return new SetSum(difference);
  }

  private static byte[] checked(byte[] bytes) {
    if (bytes.length != LENGTH) {
      throw new IllegalArgumentException("a sum has 32 bytes, not " + bytes.length);
    }
    return bytes;
  }

  /** 32 bytes, big-endian. */
  byte[] bytes() {
    return value.clone();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof SetSum that && MessageDigest.isEqual(value, that.value);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(value);
  }

  /** Nothing of the value, which is kept sealed. */
  @Override
  public String toString() {
    return "SetSum";
  }
}
