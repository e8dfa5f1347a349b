package io.github.embeddedkms.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/**
 * The sum of a set depends only on its members, not on the order in which they were added and
 * removed.
 */
class SetSumProperties {

  @Property
  void sum_inAnyOrder_isTheSame(
      @ForAll("manySummands") List<byte[]> summands, @ForAll Random random) {
    List<byte[]> shuffled = new ArrayList<>(summands);
    Collections.shuffle(shuffled, random);
    assertThat(sum(shuffled)).isEqualTo(sum(summands));
  }

  @Property
  void minus_member_leavesSumOfTheOthers(
      @ForAll("manySummands") List<byte[]> others, @ForAll("summands") byte[] member) {
    assertThat(sum(others).plus(member).minus(member)).isEqualTo(sum(others));
    assertThat(sum(others).minus(member).plus(member)).isEqualTo(sum(others));
  }

  @Property
  void plus_twoNumbers_addsModulo2To256(
      @ForAll("summands") byte[] one, @ForAll("summands") byte[] other) {
    BigInteger expected =
        new BigInteger(1, one).add(new BigInteger(1, other)).mod(BigInteger.TWO.pow(256));
    SetSum sum = SetSum.of(one).plus(other);
    assertThat(new BigInteger(1, sum.bytes())).isEqualTo(expected);
    assertThat(sum.minus(other).bytes()).isEqualTo(one);
  }

  @Property
  void of_bytes_givesTheSameBytes(@ForAll("summands") byte[] bytes) {
    assertThat(SetSum.of(bytes).bytes()).isEqualTo(bytes);
    assertThat(SetSum.of(bytes)).isEqualTo(SetSum.of(bytes)).hasSameHashCodeAs(SetSum.of(bytes));
  }

  @Property
  void sum_oneMemberAltered_changes(
      @ForAll("manySummands") List<byte[]> others,
      @ForAll("summands") byte[] one,
      @ForAll("summands") byte[] other) {
    assertThat(sum(others).plus(one).equals(sum(others).plus(other)))
        .isEqualTo(Arrays.equals(one, other));
  }

  @Example
  void zero_isTheSumOfNoMembers_andWrapsAround() {
    assertThat(SetSum.ZERO.bytes()).isEqualTo(new byte[32]);
    byte[] one = new byte[32];
    one[31] = 1;
    byte[] most = new byte[32];
    Arrays.fill(most, (byte) 0xFF);
    assertThat(SetSum.of(most).plus(one)).isEqualTo(SetSum.ZERO);
    assertThat(SetSum.ZERO.minus(one).bytes()).isEqualTo(most);
    // Adding the same member twice does not cancel it, as exclusive or would.
    assertThat(SetSum.ZERO.plus(one).plus(one)).isNotEqualTo(SetSum.ZERO);
  }

  @Example
  void of_anotherLength_isRefused() {
    for (int length : new int[] {0, 31, 33}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> SetSum.of(new byte[length]))
          .withMessage("a sum has 32 bytes, not " + length);
      assertThatIllegalArgumentException().isThrownBy(() -> SetSum.ZERO.plus(new byte[length]));
      assertThatIllegalArgumentException().isThrownBy(() -> SetSum.ZERO.minus(new byte[length]));
    }
  }

  @Provide
  Arbitrary<List<byte[]>> manySummands() {
    return summands().list().ofMaxSize(6);
  }

  /**
   * Often with long runs of zero or one bits, where carries and signs are most likely to go wrong.
   */
  @Provide
  Arbitrary<byte[]> summands() {
    Arbitrary<Long> quarter =
        Arbitraries.oneOf(
            Arbitraries.of(0L, -1L, Long.MIN_VALUE, Long.MAX_VALUE, 1L), Arbitraries.longs());
    return Combinators.combine(quarter, quarter, quarter, quarter)
        .as(
            (first, second, third, fourth) ->
                ByteBuffer.allocate(32)
                    .putLong(first)
                    .putLong(second)
                    .putLong(third)
                    .putLong(fourth)
                    .array());
  }

  private static SetSum sum(List<byte[]> summands) {
    SetSum sum = SetSum.ZERO;
    for (byte[] summand : summands) {
      sum = sum.plus(summand);
    }
    return sum;
  }
}
