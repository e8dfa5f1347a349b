package io.github.embeddedkms.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The same JSON is accepted by every version of Gson. */
class StrictReaderTest {

  @Test
  void read_unpairedSurrogates_areKept_inNamesToo() {
    assertThat(JsonTree.read("{\"\\ud800\":\"\\uDBFF\\udc00\",\"\\uDfff\":\"a\\udbff\\u0041\"}"))
        .isEqualTo(Map.of("\ud800", "\udbff\udc00", "\udfff", "a\udbffA"));
    assertThat(JsonTree.read("[\"\\ud800\\ud800\\udc00\\udc00\",\"\\\\ud800\",null,1,true]"))
        .isEqualTo(Arrays.asList("\ud800\ud800\udc00\udc00", "\\ud800", null, 1, true));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[\"\\ud800\",TRUE]",
        "[\"\\ud800\",\"\\'\"]",
        "[\"\\ud800\",\"\\\n\"]",
        "[\"\\ud800\",\"\t\"]",
        "[\"\\ud800\",\"\\udc0\"]",
        "[\"\\ud800\",\"\\udc0x\"]",
        "[\"\\ud800\",a]",
        "[\"\\ud800\",'a']",
        "[\"\\ud800\"",
        "[\"\\ud800\",\"\\ud80",
        "[\"\\ud800\",\"\\",
      })
  void read_besideAnUnpairedSurrogate_notStrict_isMalformed(String json) {
    assertThatThrownBy(() -> JsonTree.read(json))
        .isInstanceOf(JsonException.class)
        .hasMessage("Malformed JSON at $[1]");
  }
}
