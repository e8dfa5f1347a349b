package io.github.embeddedkms.store;

import static io.github.embeddedkms.store.StoreKeyTest.counting;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.github.embeddedkms.model.Bytes;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

/**
 * Whatever a row contains, nothing is allocated or computed from parameters that are out of bounds.
 */
class PassphraseParametersProperties {

  private static final Bytes NO_BYTES = Bytes.fromByteArray(new byte[0]);

  @Example
  void encoded_followsTheFormat() {
    PassphraseParameters parameters =
        new PassphraseParameters(65_536, 3, 4, Bytes.fromByteArray(counting(16, 0xA0)));
    Bytes encoded =
        Bytes.fromByteArray(
            ByteBuffer.allocate(28)
                .put(new byte[] {0, 1, 0, 0, 0, 0, 0, 3, 0, 0, 0, 4})
                .put(counting(16, 0xA0))
                .array());
    assertThat(parameters.encoded()).isEqualTo(encoded);
    assertThat(PassphraseParameters.read(encoded)).isEqualTo(parameters);
  }

  @Example
  void read_bounds_areAccepted_andOneBeyondIsRefused() {
    assertThat(PassphraseParameters.read(encoded(8_192, 1, 1)).memory()).isEqualTo(8_192);
    assertThat(PassphraseParameters.read(encoded(1_048_576, 16, 16)).lanes()).isEqualTo(16);
    assertRefused(8_191, 1, 1);
    assertRefused(1_048_577, 1, 1);
    assertRefused(8_192, 0, 1);
    assertRefused(8_192, 17, 1);
    assertRefused(8_192, 1, 0);
    assertRefused(8_192, 1, 17);
  }

  private static void assertRefused(int memory, int passes, int lanes) {
    assertThatThrownBy(() -> PassphraseParameters.read(encoded(memory, passes, lanes)))
        .isInstanceOf(AlteredStoreException.class)
        .hasMessage(
            "embedded-kms: the parameters of the store's passphrase are out of bounds: %s KiB,"
                + " %s passes, %s lanes",
            Integer.toUnsignedString(memory),
            Integer.toUnsignedString(passes),
            Integer.toUnsignedString(lanes));
  }

  @Example
  void read_numbersAboveLargestInt_areRefused_andShownUnsigned() {
    assertThatThrownBy(() -> PassphraseParameters.read(encoded(-1, 1 << 31, -2)))
        .isInstanceOf(AlteredStoreException.class)
        .hasMessage(
            "embedded-kms: the parameters of the store's passphrase are out of bounds: 4294967295"
                + " KiB, 2147483648 passes, 4294967294 lanes");
  }

  @Property
  void read_anyBytes_areRefusedOrInBounds(@ForAll("nearlyParameters") Bytes any) {
    PassphraseParameters read;
    try {
      read = PassphraseParameters.read(any);
    } catch (AlteredStoreException e) {
      return;
    }
    assertThat(any.length()).isEqualTo(28);
    assertThat(read.memory()).isBetween(8_192, 1_048_576);
    assertThat(read.passes()).isBetween(1, 16);
    assertThat(read.lanes()).isBetween(1, 16);
    assertThat(read.encoded()).isEqualTo(any);
  }

  @Property
  void read_anotherLength_isRefused(@ForAll("otherLengths") int length) {
    byte[] cutOrLonger = new byte[length];
    encoded(8_192, 1, 1).asByteBuffer().get(cutOrLonger, 0, Math.min(length, 28));
    assertThatThrownBy(() -> PassphraseParameters.read(Bytes.fromByteArray(cutOrLonger)))
        .isInstanceOf(AlteredStoreException.class)
        .hasMessage(
            "embedded-kms: the parameters of the store's passphrase have %d bytes, not 28", length);
  }

  /** The smallest memory size that is in bounds is 8 MiB. */
  @Property(tries = 200)
  void forRow_outOfBounds_isRefusedBeforeMemoryIsAllocated(
      @ForAll("outOfBounds") Bytes parameters) {
    RootKey rootKey = RootKey.ofPassphrase("secret".toCharArray(), 8 << 10, 1, 1);
    StoreKeyRow row = new StoreKeyRow(1, 2, parameters, NO_BYTES, NO_BYTES);
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    assertThatThrownBy(() -> rootKey.forRow(row)).isInstanceOf(AlteredStoreException.class);
    long allocated = threads.getCurrentThreadAllocatedBytes() - before;
    assertThat(allocated).isBetween(1L, 4L << 20);
  }

  @Provide
  Arbitrary<Bytes> nearlyParameters() {
    Arbitrary<Bytes> inPlace =
        Combinators.combine(numbers(), numbers(), numbers())
            .as(PassphraseParametersProperties::encoded);
    Arbitrary<Bytes> anything =
        Arbitraries.bytes().array(byte[].class).ofMaxSize(40).map(Bytes::fromByteArray);
    return Arbitraries.frequencyOf(Tuple.of(4, inPlace), Tuple.of(1, anything));
  }

  @Provide
  Arbitrary<Bytes> outOfBounds() {
    return Combinators.combine(numbers(), numbers(), numbers())
        .filter(
            (memory, passes, lanes) ->
                memory < 8_192
                    || memory > 1_048_576
                    || passes < 1
                    || passes > 16
                    || lanes < 1
                    || lanes > 16)
        .as(PassphraseParametersProperties::encoded);
  }

  @Provide
  Arbitrary<Integer> otherLengths() {
    return Arbitraries.integers().between(0, 60).filter(length -> length != 28);
  }

  /** Often near a bound, or at the ends of the range of 32 bits, signed or unsigned. */
  private static Arbitrary<Integer> numbers() {
    return Arbitraries.oneOf(
        Arbitraries.integers().between(-1, 18),
        Arbitraries.integers().between(8_190, 1_048_578),
        Arbitraries.of(Integer.MIN_VALUE, Integer.MAX_VALUE, -1, 8_192 | 1 << 31),
        Arbitraries.integers());
  }

  private static Bytes encoded(int memory, int passes, int lanes) {
    ByteBuffer out = ByteBuffer.allocate(28).putInt(memory).putInt(passes).putInt(lanes);
    return Bytes.fromByteArray(out.array());
  }
}
