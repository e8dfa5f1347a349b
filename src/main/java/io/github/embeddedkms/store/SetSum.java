package io.github.embeddedkms.store;

import java.security.MessageDigest;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The sum, modulo 2^256, of one keyed summand for each row of a store. It represents the set of all
 * rows regardless of their order, and can be updated for a change without reading the other rows.
 * Immutable.
 *
 * <p>Sums must be stored sealed: an attacker who sees sums in the clear can find rows whose changes
 * cancel. Source: MSet-Add-Hash, Clarke et al., "Incremental Multiset Hash Functions", 2003.
 */
final class SetSum {

  static final int LENGTH = 32;

  /** The sum of no rows. */
  static final SetSum ZERO = new SetSum(new byte[LENGTH]);

  /**
   * Big-endian. The carry out of the first byte is dropped, which is the reduction modulo 2^256.
   */
  private final byte[] value;

  private SetSum(byte[] value) {
    this.value = value;
  }

  /** Reads 32 bytes, big-endian. */
  static SetSum of(byte[] bytes) {
    return new SetSum(checked(bytes).clone());
  }

  /** Returns the sum with one more row, whose summand has 32 bytes. */
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

  /** Returns the sum without one of its rows, whose summand has 32 bytes. */
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

  /** Returns the sum as 32 bytes, big-endian. */
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

  /** Returns the class name only: the value must stay sealed. */
  @Override
  public String toString() {
    return "SetSum";
  }
}
