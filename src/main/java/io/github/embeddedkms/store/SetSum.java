package io.github.embeddedkms.store;

import java.math.BigInteger;
import org.jspecify.annotations.Nullable;

/**
 * The sum, modulo 2^256, of one keyed summand for each row of a store: it stands for the set of all
 * rows in whatever order, and follows a change without looking at the other rows. Immutable.
 *
 * <p>To be kept sealed: from sums in the clear one can find rows whose changes cancel. Source:
 * MSet-Add-Hash, Clarke et al., "Incremental Multiset Hash Functions", 2003.
 */
final class SetSum {

  /** The sum of no rows. */
  static final SetSum ZERO = new SetSum(BigInteger.ZERO);

  static final int LENGTH = 32;
  private static final BigInteger MODULUS = BigInteger.ONE.shiftLeft(8 * LENGTH);

  private final BigInteger value;

  private SetSum(BigInteger value) {
    this.value = value;
  }

  /** Reads 32 bytes, big-endian. */
  static SetSum of(byte[] bytes) {
    if (bytes.length != LENGTH) {
      throw new IllegalArgumentException("a sum has 32 bytes, not " + bytes.length);
    }
    return new SetSum(new BigInteger(1, bytes));
  }

  /** With one more row, whose summand has 32 bytes. */
  SetSum plus(byte[] summand) {
    BigInteger sum = value.add(of(summand).value);
    return new SetSum(sum.compareTo(MODULUS) < 0 ? sum : sum.subtract(MODULUS));
  }

  /** Without a row that is in it, whose summand has 32 bytes. */
  SetSum minus(byte[] summand) {
    BigInteger difference = value.subtract(of(summand).value);
    return new SetSum(difference.signum() < 0 ? difference.add(MODULUS) : difference);
  }

  /** 32 bytes, big-endian. */
  byte[] bytes() {
    // BigInteger's own has no leading zeros, but one if the first bit would look like a sign.
    byte[] shortest = value.toByteArray();
    byte[] bytes = new byte[LENGTH];
    int length = Math.min(shortest.length, LENGTH);
    System.arraycopy(shortest, shortest.length - length, bytes, LENGTH - length, length);
    return bytes;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof SetSum that && value.equals(that.value);
  }

  @Override
  public int hashCode() {
    return value.hashCode();
  }

  /** Nothing of the value, which is kept sealed. */
  @Override
  public String toString() {
    return "SetSum";
  }
}
