package io.github.embeddedkms.store;

import java.nio.ByteBuffer;
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
  static final SetSum ZERO = new SetSum(0, 0, 0, 0);

  // The highest 64 bits first. The carry out of them is dropped, which is the reduction modulo
  // 2^256.
  private final long first;
  private final long second;
  private final long third;
  private final long fourth;

  private SetSum(long first, long second, long third, long fourth) {
    this.first = first;
    this.second = second;
    this.third = third;
    this.fourth = fourth;
  }

  /** Reads 32 bytes, big-endian. */
  static SetSum of(byte[] bytes) {
    checked(bytes);
    return new SetSum(number(bytes, 0), number(bytes, 8), number(bytes, 16), number(bytes, 24));
  }

  private static long number(byte[] bytes, int start) {
    long number = 0;
    for (int i = start; i < start + Long.BYTES; i++) {
      number = (number << Byte.SIZE) | Byte.toUnsignedLong(bytes[i]);
    }
    return number;
  }

  /** Returns the sum with one more row, whose summand has 32 bytes. */
  SetSum plus(byte[] summand) {
    return plus(of(summand));
  }

  /** Returns the sum with the rows of another sum. */
  SetSum plus(SetSum other) {
    return plus(other, 0);
  }

  /** Returns the sum without one of its rows, whose summand has 32 bytes. */
  SetSum minus(byte[] summand) {
    return minus(of(summand));
  }

  /** Returns the sum without the rows of another sum. */
  SetSum minus(SetSum other) {
    // In two's complement, -x is the complement of x plus 1.
    return plus(new SetSum(~other.first, ~other.second, ~other.third, ~other.fourth), 1);
  }

  private SetSum plus(SetSum other, long carry) {
    long newFourth = fourth + other.fourth + carry;
    long newThird = third + other.third + carry(fourth, other.fourth, newFourth);
    long newSecond = second + other.second + carry(third, other.third, newThird);
    long newFirst = first + other.first + carry(second, other.second, newSecond);
    return new SetSum(newFirst, newSecond, newThird, newFourth);
  }

  /** Returns the carry out of the highest bit of a sum of two numbers and a carry: 0 or 1. */
  private static long carry(long one, long other, long sum) {
    return ((one & other) | ((one | other) & ~sum)) >>> (Long.SIZE - 1);
  }

  private static byte[] checked(byte[] bytes) {
    if (bytes.length != LENGTH) {
      throw new IllegalArgumentException("a sum has 32 bytes, not " + bytes.length);
    }
    return bytes;
  }

  /** Returns the sum as 32 bytes, big-endian. */
  byte[] bytes() {
    return ByteBuffer.allocate(LENGTH)
        .putLong(first)
        .putLong(second)
        .putLong(third)
        .putLong(fourth)
        .array();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof SetSum that && MessageDigest.isEqual(bytes(), that.bytes());
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes());
  }

  /** Returns the class name only: the value must stay sealed. */
  @Override
  public String toString() {
    return "SetSum";
  }
}
