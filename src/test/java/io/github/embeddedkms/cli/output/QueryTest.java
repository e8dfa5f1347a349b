package io.github.embeddedkms.cli.output;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.embeddedkms.cli.terminal.CommandLineException;
import io.github.embeddedkms.json.JsonTree;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The results were compared with those of version 2 of the AWS CLI. */
class QueryTest {

  private static final Object DOCUMENT =
      JsonTree.read(
          """
          {"Keys": ["a", "b", "c"], "Empty": [], "Number": 7, "Text": "größe", "Flag": false,
           "Aliases": [{"Name": "x", "Id": 2}, {"Name": "y", "Id": 1}, {"Name": "z"}],
           "Numbers": [1, 2, 4], "Nested": [[1, 2], [3, [4]]], "Null": null}
          """);

  private static String json(String expression) {
    return JsonTree.write(Query.parse(expression).apply(DOCUMENT), "");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '~',
      value = {
        // Slices: those that begin after the end, and those of an empty list, are empty.
        "Keys[1:];[\"b\",\"c\"]",
        "Keys[:2];[\"a\",\"b\"]",
        "Keys[3:];[]",
        "Keys[5:9];[]",
        "Keys[-2:];[\"b\",\"c\"]",
        "Keys[-9:2];[\"a\",\"b\"]",
        "Keys[::2];[\"a\",\"c\"]",
        "Keys[::-1];[\"c\",\"b\",\"a\"]",
        "Keys[-9::-1];[]",
        "Keys[9:0:-1];[\"c\",\"b\"]",
        "Keys[1::2147483647];[\"b\"]",
        "Keys[1::-2147483648];[\"b\"]",
        "Empty[0:2];[]",
        "Empty[::-1];[]",
        "Number[0:1];null",
        "Aliases[1:].Name;[\"y\",\"z\"]",
        "Aliases[?Name != 'x'] | [0:1].Name;[\"y\"]",
        "map(&[:1], Nested);[[1],[3]]",
        "[Keys[9:], !Keys[9:], Keys[9:] || Number];[[],true,7]",
        "{a: Keys[9:]};{\"a\":[]}",
        // Everything else.
        "Keys[0];~\"a\"~",
        "Keys[-1];~\"c\"~",
        "Keys[3];null",
        "Missing.Member[0].Other;null",
        "Null;null",
        "Aliases[].Id;[2,1]",
        "Aliases[*].[Name, Id];[[\"x\",2],[\"y\",1],[\"z\",null]]",
        "Aliases[?Id > `1`].Name | [0];~\"x\"~",
        "Aliases[?Id == `1`].{n: Name};[{\"n\":\"y\"}]",
        "Aliases[?starts_with(Name, 'y')].Name;[\"y\"]",
        "sort_by(Aliases[?Id], &Id)[].Name;[\"y\",\"x\"]",
        "max_by(Aliases[?Id], &Id).Name;~\"x\"~",
        "Nested[];[1,2,3,[4]]",
        "Nested[][];[1,2,3,4]",
        "length(Keys);3",
        "length(Text);5",
        "sum(Numbers);7",
        "avg(Numbers[:2]);1.5",
        "to_number('12');12",
        "to_string(Numbers);~\"[1,2,4]\"~",
        "to_string(Text);~\"größe\"~",
        "to_string([Text]);~\"[\\\"gr\\\\u00f6\\\\u00dfe\\\"]\"~",
        "join(',', Keys);~\"a,b,c\"~",
        "keys(Aliases[0]);[\"Name\",\"Id\"]",
        "Number || Missing;7",
        "Missing || 'none';~\"none\"~",
        "Flag && Number;false",
        "!Flag;true",
        "type(Number);~\"number\"~",
        "`{\"a\": [1, \"b\"]}`;{\"a\":[1,\"b\"]}",
        "not_null(Missing, Number);7",
        // Text between grave accents that is not JSON: a string, as published scripts have it.
        "Aliases[?Name==`y`].Id;[1]",
        "contains(Text, `r`);true",
        "` x y`;~\"x y\"~",
        "`{`;~\"{\"~",
        "`a\\`b`;~\"a`b\"~",
        "'`a`';~\"`a`\"~",
        "[`a`, `1`, `\"b\"`];[\"a\",1,\"b\"]",
        "reverse(Text);~\"eßörg\"~"
      })
  void query_valid_returnsItsResult(String expression, String result) {
    assertThat(json(expression)).isEqualTo(result);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "[;Syntax error at line 1 column 2: Expected ['@', 'A-Z|a-z|_', '`', '*', '{', '[', '[]',"
            + " '&', '!', '[?', '('], but found EOF",
        "a b;Syntax error at line 1 column 3: Expected EOF, but found 'b'",
        "`1E+999999999`;a number is out of range",
        "Keys[1;Syntax error at line 1 column 7: Expected [':', ']'], but found EOF"
      })
  void query_malformed_isRefusedInTheWordsOfTheAwsCli(String expression, String reason) {
    assertRefused(
        252,
        "\nBad value for --query " + expression + ": Invalid jmespath expression: " + reason + "\n",
        expression);
  }

  @Test
  void query_empty_isRefused() {
    assertRefused(
        252, "\nBad value for --query : Invalid JMESPath expression: cannot be empty.\n", "");
  }

  @ParameterizedTest
  @ValueSource(strings = {"[", "!", "(", "a[?", "&", "[[", "{a:"})
  void query_nestedWithoutEnd_isRefused(String part) {
    assertThatThrownBy(() -> Query.parse(part.repeat(60_000)))
        .isInstanceOfSatisfying(
            CommandLineException.class, e -> assertThat(e.exitCode()).isEqualTo(252))
        .hasMessageStartingWith("\nBad value for --query ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"foo(@)", "Keys[?foo(@)]", "map(&foo(@), Keys)", "a.{b: [foo(@)]} || c"})
  void function_unknown_isRefusedBeforeTheCall(String expression) {
    assertRefused(255, "\nUnknown function: foo()\n", expression);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "length(Number);a function does not take a value of this type",
        "length(Missing);a function does not take a value of this type",
        "sum(Keys);a function does not take a value of this type",
        "join(',', Numbers);a function does not take a value of this type",
        "contains(Text, `1`);a function does not take a value of this type",
        "max([Number, Text]);a function does not take a value of this type",
        "abs();a function does not take this number of arguments",
        "Keys[::0];a number is out of range",
        "to_number('1e999');a number is out of range"
      })
  void query_ofAnotherType_failsWithoutQuotingTheResponse(String expression, String reason) {
    assertThatThrownBy(() -> Query.parse(expression).apply(DOCUMENT))
        .isInstanceOfSatisfying(
            CommandLineException.class, e -> assertThat(e.exitCode()).isEqualTo(255))
        .hasMessage("\nCannot evaluate --query " + expression + ": " + reason + "\n");
  }

  private static void assertRefused(int exitCode, String message, String expression) {
    assertThatThrownBy(() -> Query.parse(expression))
        .isInstanceOfSatisfying(
            CommandLineException.class, e -> assertThat(e.exitCode()).isEqualTo(exitCode))
        .hasMessage(message);
  }
}
