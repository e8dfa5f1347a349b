package io.github.embeddedkms.x509;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import javax.crypto.spec.DHParameterSpec;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;
import org.bouncycastle.asn1.ASN1BitString;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.ASN1Set;
import org.ietf.jgss.Oid;

/** What is written, read by two independent parsers: the JDK's and Bouncy Castle's. */
class DerProperties {

  /** Also checks that the encoding is the one that DER prescribes. */
  private static ASN1Primitive parsed(byte[] der) throws IOException {
    ASN1Primitive value = ASN1Primitive.fromByteArray(der);
    assertThat(value.getEncoded("DER")).isEqualTo(der);
    return value;
  }

  @Property
  void integer_anyValue_isReadBack(@ForAll BigInteger value) throws Exception {
    assertThat(ASN1Integer.getInstance(parsed(Der.integer(value))).getValue()).isEqualTo(value);
  }

  @Property
  void integers_inSequence_areReadBackByTheJdk(
      @ForAll("positiveIntegers") BigInteger p, @ForAll("positiveIntegers") BigInteger g)
      throws Exception {
    AlgorithmParameters parameters = AlgorithmParameters.getInstance("DiffieHellman");
    parameters.init(Der.sequence(Der.integer(p), Der.integer(g)));
    DHParameterSpec read = parameters.getParameterSpec(DHParameterSpec.class);
    assertThat(List.of(read.getP(), read.getG())).containsExactly(p, g);
  }

  /** Up to 70,000 octets: lengths of one to four octets. */
  @Provide
  Arbitrary<BigInteger> positiveIntegers() {
    return Arbitraries.oneOf(
            Arbitraries.integers().between(1, 300), Arbitraries.integers().between(65_500, 70_000))
        .flatMap(
            length ->
                Arbitraries.bytes()
                    .array(byte[].class)
                    .ofMinSize(1)
                    .ofMaxSize(8)
                    .map(seed -> new BigInteger(1, Arrays.copyOf(seed, length))))
        .filter(value -> value.signum() > 0);
  }

  @Property(tries = 200)
  void octetString_anyLength_isReadBack(@ForAll("lengths") int length) throws Exception {
    byte[] octets = new byte[length];
    Arrays.fill(octets, (byte) 0x5A);
    assertThat(ASN1OctetString.getInstance(parsed(Der.octetString(octets))).getOctets())
        .isEqualTo(octets);
    assertThat(ASN1BitString.getInstance(parsed(Der.bitString(octets))).getOctets())
        .isEqualTo(octets);
  }

  @Provide
  Arbitrary<Integer> lengths() {
    return Arbitraries.oneOf(
        Arbitraries.integers().between(0, 300),
        Arbitraries.integers().between(65_500, 65_600),
        Arbitraries.of((1 << 24) - 1, 1 << 24));
  }

  @Property
  void setOf_anyOrder_isTheSameAndRead(@ForAll @Size(max = 9) List<BigInteger> values)
      throws Exception {
    byte[] set = Der.setOf(values.stream().map(Der::integer).toArray(byte[][]::new));
    assertThat(ASN1Set.getInstance(parsed(set)).toArray()).hasSize(values.size());
    List<BigInteger> sorted = values.stream().sorted().toList();
    assertThat(Der.setOf(sorted.stream().map(Der::integer).toArray(byte[][]::new))).isEqualTo(set);
  }

  @Property
  void sequence_nested_isReadBack(@ForAll @Size(max = 9) List<BigInteger> values) throws Exception {
    byte[] expected = Der.sequence(values.stream().map(Der::integer).toArray(byte[][]::new));
    byte[] nested = Der.sequence(expected, Der.explicit(3, expected));
    ASN1Sequence read = ASN1Sequence.getInstance(parsed(nested));
    assertThat(read.getObjectAt(0).toASN1Primitive().getEncoded()).isEqualTo(expected);
  }

  @Property
  void oid_isEncodedAsByTheJdk(@ForAll("identifiers") String dotted) throws Exception {
    assertThat(Der.oid(dotted)).isEqualTo(new Oid(dotted).getDER());
  }

  /** The JDK's own class takes numbers of up to 31 bits. */
  @Provide
  Arbitrary<String> identifiers() {
    Arbitrary<List<Integer>> arcs =
        Arbitraries.integers().between(0, Integer.MAX_VALUE - 80).list().ofMaxSize(8);
    return Arbitraries.integers()
        .between(0, 2)
        .flatMap(
            first ->
                Arbitraries.integers()
                    .between(0, first < 2 ? 39 : 100_000)
                    .flatMap(
                        second ->
                            arcs.map(
                                rest ->
                                    first
                                        + "."
                                        + second
                                        + rest.stream()
                                            .map(arc -> "." + arc)
                                            .collect(Collectors.joining()))));
  }

  @Property
  void namedBits_areReadBack(@ForAll("bits") List<Integer> bits) throws Exception {
    int[] set = bits.stream().mapToInt(Integer::intValue).toArray();
    ASN1BitString read = ASN1BitString.getInstance(parsed(Der.namedBits(set)));
    byte[] octets = read.getBytes();
    for (int bit = 0; bit < 8 * octets.length; bit++) {
      boolean isSet = (octets[bit / 8] & 0x80 >>> bit % 8) != 0;
      assertThat(isSet).as("bit " + bit).isEqualTo(bits.contains(bit));
    }
  }

  @Provide
  Arbitrary<List<Integer>> bits() {
    return Arbitraries.integers().between(0, 20).list().uniqueElements().ofMaxSize(9);
  }
}
