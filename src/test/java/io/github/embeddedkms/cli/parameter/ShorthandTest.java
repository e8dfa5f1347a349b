package io.github.embeddedkms.cli.parameter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every expectation was seen from version 2 of the AWS CLI. */
class ShorthandTest {

  static Stream<Arguments> texts() {
    return Stream.of(
        Arguments.of("a=b", Map.of("a", "b")),
        Arguments.of("a=", Map.of("a", "")),
        Arguments.of("a=b,c=d", Map.of("a", "b", "c", "d")),
        Arguments.of("a = b , c = d e ", Map.of("a", "b", "c", "d e")),
        Arguments.of("a=b=c", Map.of("a", "b=c")),
        Arguments.of("a=b,c", Map.of("a", List.of("b", "c"))),
        Arguments.of("a=b,c,d=e", Map.of("a", List.of("b", "c"), "d", "e")),
        Arguments.of("a=b\\,c,d=e", Map.of("a", "b,c", "d", "e")),
        Arguments.of("a='b,c',d=\"e=f\"", Map.of("a", "b,c", "d", "e=f")),
        Arguments.of("a='it\\'s',b=\"a \\\\ b\"", Map.of("a", "it's", "b", "a \\ b")),
        Arguments.of("a='C:\\'", Map.of("a", "C:\\")),
        Arguments.of("a=[b,'c d',e]", Map.of("a", List.of("b", "c d", "e"))),
        Arguments.of("a=[]", Map.of("a", List.of())),
        Arguments.of("a={b=c,d=[e,f]}", Map.of("a", Map.of("b", "c", "d", List.of("e", "f")))),
        Arguments.of("aws:x-1_2.3/#=1", Map.of("aws:x-1_2.3/#", "1")),
        Arguments.of("a=b,\nc", Map.of("a", List.of("b", "c"))),
        Arguments.of("a=b,,c=d", Map.of("a", "b", "c", "d")),
        Arguments.of("a=}b", Map.of("a", "}b")),
        Arguments.of("a=b c=d", Map.of("a", "b c=d")),
        Arguments.of("a=Schlüssel", Map.of("a", "Schlüssel")));
  }

  @ParameterizedTest
  @MethodSource("texts")
  void text_isReadAsTheAwsCliReadsIt(String text, Map<String, Object> value) {
    assertThat(Shorthand.parse(text)).isEqualTo(value);
  }

  static Stream<Arguments> faults() {
    return Stream.of(
        Arguments.of("a", "Expected: '=', received: 'EOF' for input:\na\n ^"),
        Arguments.of("", "Expected: '=', received: 'EOF' for input:\n\n^"),
        Arguments.of("a=b,", "Expected: '<second>', received: '<none>' for input:\na=b,\n    ^"),
        Arguments.of("ä=b", "Expected: '=', received: 'ä' for input:\nä=b\n^"),
        Arguments.of(
            "a='b", "Expected: '<singled quoted>', received: '<none>' for input:\na='b\n  ^"),
        Arguments.of("a=[b", "Expected: ',', received: 'EOF' for input:\na=[b\n    ^"),
        Arguments.of(
            "TagKey=a,TagKey=b",
            """
            Second instance of key "TagKey" encountered for input:
            TagKey=a,TagKey=b
                     ^
            This is often because there is a preceding "," instead of a space."""),
        Arguments.of("a=b,'c", "Expected: '=', received: ''' for input:\na=b,'c\n    ^"),
        Arguments.of("a=b,[c", "Expected: '=', received: '[' for input:\na=b,[c\n    ^"),
        Arguments.of("a={b}", "Expected: '=', received: '}' for input:\na={b}\n    ^"),
        Arguments.of("a='b'c", "Expected: ',', received: 'c' for input:\na='b'c\n     ^"),
        Arguments.of(
            "a={b=c}d=e", "Expected: ',', received: 'd' for input:\na={b=c}d=e\n       ^"));
  }

  @ParameterizedTest
  @MethodSource("faults")
  void text_wrong_isRefusedInTheWordsOfTheAwsCli(String text, String message) {
    assertThatThrownBy(() -> Shorthand.parse(text))
        .isInstanceOf(Shorthand.SyntaxException.class)
        .hasMessage(message);
  }

  @Test
  void nesting_tooDeep_isRefused_notThrownFromTheStack() {
    assertThatThrownBy(() -> Shorthand.parse("a=" + "[".repeat(100_000)))
        .isInstanceOf(Shorthand.SyntaxException.class)
        .hasMessage("nested deeper than 100");
  }
}
