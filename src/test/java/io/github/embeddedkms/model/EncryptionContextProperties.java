package io.github.embeddedkms.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** The canonical form of an encryption context identifies its pairs exactly. */
class EncryptionContextProperties {

  @Example
  void canonicalBytes_workedValueOfTheFormat_match() {
    Map<String, String> pairs = new LinkedHashMap<>();
    pairs.put("tenant", "acme");
    pairs.put("a", "\u00e9");
    assertThat(hex(pairs))
        .isEqualTo(
            "0002" + "0000000161" + "00000002c3a9" + "0000000674656e616e74" + "0000000461636d65");
  }

  @Example
  void none_isTwoZeroBytes_andEqualsAnEmptyMap() {
    assertThat(hex(Map.of())).isEqualTo("0000");
    assertThat(EncryptionContext.of(Map.of())).isEqualTo(EncryptionContext.none());
  }

  @Example
  void canonicalBytes_collisionsOfNaiveConcatenation_differ() {
    assertThat(hex(Map.of("ab", "c"))).isNotEqualTo(hex(Map.of("a", "bc")));
    assertThat(hex(Map.of("a", "b", "c", "d"))).isNotEqualTo(hex(Map.of("a", "b, c=d")));
    assertThat(hex(Map.of("", "a"))).isNotEqualTo(hex(Map.of("a", "")));
    assertThat(hex(Map.of("A", "b"))).isNotEqualTo(hex(Map.of("a", "b")));
    // Composed and decomposed e acute: strings are not normalized.
    assertThat(hex(Map.of("k", "\u00e9"))).isNotEqualTo(hex(Map.of("k", "e\u0301")));
  }

  @Example
  void keysAboveTheBasicPlane_areOrderedByTheirUtf8Bytes() {
    // UTF-16 orders U+1F600 (surrogates D83D DE00) before U+FFFD, UTF-8 (F0…) after it (EF…).
    String canonical = hex(Map.of("\uFFFD", "1", "\uD83D\uDE00", "2"));
    assertThat(canonical.indexOf("efbfbd")).isLessThan(canonical.indexOf("f09f9880"));
  }

  @Property
  void canonicalBytes_areEqualOnlyForEqualContexts(
      @ForAll("closePairs") Map<String, String> one,
      @ForAll("closePairs") Map<String, String> other) {
    assertThat(hex(one).equals(hex(other))).isEqualTo(one.equals(other));
  }

  @Property
  void canonicalBytes_anyOrderOfPairs_areTheSame(@ForAll("anyPairs") Map<String, String> pairs) {
    List<String> keys = new ArrayList<>(pairs.keySet());
    Collections.reverse(keys);
    Map<String, String> reversed = new LinkedHashMap<>();
    keys.forEach(key -> reversed.put(key, pairs.get(key)));
    assertThat(hex(reversed)).isEqualTo(hex(pairs));
    assertThat(EncryptionContext.of(reversed)).isEqualTo(EncryptionContext.of(pairs));
  }

  @Property
  void fromCanonicalBytes_returnsThePairsInOrder(@ForAll("anyPairs") Map<String, String> pairs) {
    ByteBuffer in = ByteBuffer.wrap(EncryptionContext.of(pairs).canonicalBytes());
    int count = in.getShort() & 0xFFFF;
    Map<String, String> read = new HashMap<>();
    byte[] before = null;
    for (int i = 0; i < count; i++) {
      byte[] key = field(in);
      if (before != null) {
        assertThat(Arrays.compareUnsigned(before, key)).isNegative();
      }
      before = key;
      read.put(text(key), text(field(in)));
    }
    assertThat(in.hasRemaining()).isFalse();
    assertThat(read).isEqualTo(pairs);
  }

  @Property
  void unpairedSurrogate_inKeyOrValue_isRefused(
      @ForAll("surrogates") String surrogate, @ForAll boolean inKey) {
    Map<String, String> pairs = inKey ? Map.of(surrogate, "v") : Map.of("k", surrogate);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> EncryptionContext.of(pairs))
        .withMessage("an encryption context has no unpaired surrogates in its keys or values");
  }

  @Example
  void nullKeyOrValue_isRefused() {
    Map<String, String> nullValue = new HashMap<>();
    nullValue.put("k", null);
    Map<String, String> nullKey = new HashMap<>();
    nullKey.put(null, "v");
    assertThatIllegalArgumentException().isThrownBy(() -> EncryptionContext.of(nullValue));
    assertThatIllegalArgumentException().isThrownBy(() -> EncryptionContext.of(nullKey));
  }

  @Example
  void pairs_upTo65535_areAccepted_moreAreRefused() {
    Map<String, String> pairs = new HashMap<>();
    for (int i = 0; i < 65_535; i++) {
      pairs.put("k" + i, "");
    }
    assertThat(hex(pairs)).startsWith("ffff");
    pairs.put("one more", "");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> EncryptionContext.of(pairs))
        .withMessage("an encryption context has at most 65535 pairs");
  }

  @Example
  void mapChangedLater_contextKeepsItsOwnCopy() {
    Map<String, String> pairs = new HashMap<>(Map.of("k", "v"));
    EncryptionContext context = EncryptionContext.of(pairs);
    pairs.put("k", "other");
    assertThat(context.asMap()).isEqualTo(Map.of("k", "v"));
    context.canonicalBytes()[0] = 9;
    assertThat(context.canonicalBytes()[0]).isZero();
  }

  /** Creates short strings of few letters, so that pairs are often nearly equal. */
  @Provide
  Arbitrary<Map<String, String>> closePairs() {
    Arbitrary<String> text = Arbitraries.strings().withChars('a', 'b', '\u0000').ofMaxLength(2);
    return Arbitraries.maps(text, text).ofMaxSize(2);
  }

  @Provide
  Arbitrary<Map<String, String>> anyPairs() {
    Arbitrary<String> text =
        Arbitraries.integers()
            .between(0, Character.MAX_CODE_POINT)
            .filter(codePoint -> codePoint < 0xD800 || codePoint > 0xDFFF)
            .array(int[].class)
            .ofMaxSize(6)
            .map(codePoints -> new String(codePoints, 0, codePoints.length));
    return Arbitraries.maps(text, text).ofMaxSize(8);
  }

  @Provide
  Arbitrary<String> surrogates() {
    return Arbitraries.of(
        "\uD800", "a\uDBFF", "\uDC00b", "\uDFFF\uD800", "x\uD83D y", "\uD83D\uD83D\uDE00");
  }

  private static String hex(Map<String, String> pairs) {
    return HexFormat.of().formatHex(EncryptionContext.of(pairs).canonicalBytes());
  }

  private static byte[] field(ByteBuffer in) {
    byte[] field = new byte[in.getInt()];
    in.get(field);
    return field;
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
