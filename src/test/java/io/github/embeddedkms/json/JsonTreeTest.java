package io.github.embeddedkms.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonTreeTest {

  @Test
  void value_isReadWithoutARecord() {
    assertThat(JsonTree.read("{\"a\": [1, 1.50, 12345678901], \"b\": {\"c\": true}, \"d\": \"e\"}"))
        .isEqualTo(
            Map.of(
                "a",
                List.of(1, new BigDecimal("1.50"), new BigDecimal("12345678901")),
                "b",
                Map.of("c", true),
                "d",
                "e"));
    assertThat(JsonTree.read("null")).isNull();
  }

  @Test
  void written_comesBack_membersInTheirOrder() {
    String json = "{\"z\":null,\"a\":[{},[],\"\\u0001ä\"],\"m\":-1}";
    assertThat(new String(JsonTree.write(JsonTree.read(json)), StandardCharsets.UTF_8))
        .isEqualTo(json);
  }

  @Test
  void indentation_isAsOfPython() {
    assertThat(JsonTree.write(JsonTree.read("{\"a\":[1,2],\"b\":{},\"c\":[]}"), "    "))
        .isEqualTo(
            """
            {
                "a": [
                    1,
                    2
                ],
                "b": {},
                "c": []
            }""");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"a\":1,\"a\":2}|a member twice at $.a",
        "{} {}|Malformed JSON at $",
        "{'a':1}|Malformed JSON at $.",
        "[1|Malformed JSON at $[1]",
        "{a|Malformed JSON at $."
      })
  void text_wrong_isRefusedWithItsPlace(String json, String message) {
    assertThatThrownBy(() -> JsonTree.read(json))
        .isInstanceOf(JsonException.class)
        .hasMessage(message);
  }

  @Test
  void nesting_tooDeep_isRefused() {
    assertThatThrownBy(() -> JsonTree.read("[".repeat(100_000))).isInstanceOf(JsonException.class);
  }
}
