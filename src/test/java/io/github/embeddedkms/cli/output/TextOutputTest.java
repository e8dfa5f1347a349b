package io.github.embeddedkms.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.embeddedkms.json.JsonTree;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every expectation was made by the text formatter of version 2 of the AWS CLI. */
class TextOutputTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "{}|~~",
        "{\"B\": 1, \"A\": \"x\"}|x\\t1\\n",
        "{\"A\": true, \"B\": false, \"C\": null}|True\\tFalse\\tNone\\n",
        "{\"L\": [\"x\", \"y\"]}|L\\tx\\nL\\ty\\n",
        "{\"L\": []}|~~",
        "{\"KeyMetadata\": {\"B\": 1, \"A\": 2}}|KEYMETADATA\\t2\\t1\\n",
        "{\"L\": [{\"A\": 1}, {\"B\": 2, \"A\": 3}]}|L\\t1\\t\\nL\\t3\\t2\\n",
        "{\"Z\": 1, \"M\": {\"N\": {\"A\": 1}, \"L\": [\"x\"]}}|1\\nL\\tx\\nN\\t1\\n",
        "{\"M\": {\"A\": 1, \"N\": {\"B\": 2}}}|M\\t1\\nN\\t2\\n",
        "{\"L\": [{\"A\": 1, \"N\": {\"X\": 1}}, {\"A\": 2}]}|L\\t1\\nN\\t1\\nL\\t2\\n"
      })
  void answer_isPrintedInColumns(String json, String lines) {
    @SuppressWarnings("unchecked")
    Map<String, Object> answer = (Map<String, Object>) JsonTree.read(json);
    assertThat(TextOutput.of(answer)).isEqualTo(lines.replace("\\t", "\t").replace("\\n", "\n"));
  }

  @Test
  void string_thatIsTheWholeResult_isPrintedAsItIs() {
    assertThat(TextOutput.of("{\n\t\"Version\": 1\n}")).isEqualTo("{\n\t\"Version\": 1\n}\n");
  }

  @Test
  void string_amongOthers_addsNoLineAndNoColumn() {
    assertThat(TextOutput.of(List.of("a\nb", "c\td"))).isEqualTo("a\\u000ab\tc\\u0009d\n");
    assertThat(TextOutput.of(Map.of("A", "a\nb"))).isEqualTo("a\\u000ab\n");
  }

  /** The AWS CLI fails for these lists. */
  @Test
  void list_ofObjectsAndOtherValues_isPrintedInTheirOrder() {
    assertThat(TextOutput.of(Arrays.asList(Map.of("A", 1), null, "x\ny", List.of())))
        .isEqualTo("1\nNone\nx\\u000ay\n");
  }
}
