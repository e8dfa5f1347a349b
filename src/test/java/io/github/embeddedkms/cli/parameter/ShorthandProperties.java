package io.github.embeddedkms.cli.parameter;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class ShorthandProperties {

  private static String quoted(String value) {
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'";
  }

  @Property
  void pairs_inQuotes_comeBack(@ForAll("pairs") Map<String, String> pairs) {
    String text =
        pairs.entrySet().stream()
            .map(pair -> pair.getKey() + "=" + quoted(pair.getValue()))
            .collect(Collectors.joining(", "));
    assertThat(Shorthand.parse(text)).isEqualTo(pairs);
  }

  @Property
  void list_inQuotes_comesBack(@ForAll("values") List<String> values) {
    String text =
        values.stream()
            .map(ShorthandProperties::quoted)
            .collect(Collectors.joining(",", "key=[", "]"));
    assertThat(Shorthand.parse(text)).isEqualTo(Map.of("key", values));
  }

  @Property
  void anyText_isReadOrRefused(@ForAll("texts") String text) {
    try {
      assertThat(Shorthand.parse(text)).isNotEmpty();
    } catch (Shorthand.SyntaxException e) {
      assertThat(e).hasMessageContaining(" for input:\n");
    }
  }

  @Provide
  Arbitrary<Map<String, String>> pairs() {
    Arbitrary<String> keys =
        Arbitraries.strings().alpha().numeric().withChars("-_.#/:").ofMinLength(1).ofMaxLength(5);
    return Arbitraries.maps(keys, Arbitraries.oneOf(Arbitraries.strings(), texts())).ofMinSize(1);
  }

  @Provide
  Arbitrary<List<String>> values() {
    return Arbitraries.oneOf(Arbitraries.strings(), texts()).list();
  }

  /** Of characters with a meaning, so that most inputs are read beyond the first letter. */
  @Provide
  Arbitrary<String> texts() {
    return Arbitraries.strings().withChars("ab=,'\"\\[]{} \n").ofMaxLength(12);
  }
}
