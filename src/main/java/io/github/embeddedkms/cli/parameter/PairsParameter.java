package io.github.embeddedkms.cli.parameter;

import io.github.embeddedkms.cli.terminal.CommandLineException;
import io.github.embeddedkms.json.JsonException;
import io.github.embeddedkms.json.JsonTree;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A map of strings as an operation takes it: {@code a=1,b=2}, JSON, or a file with either. Unlike
 * the options of operations it has errors of one line, for commands that the AWS CLI does not have.
 */
public final class PairsParameter {

  private PairsParameter() {}

  /**
   * Reads the pairs of a value.
   *
   * @param option the name of the option
   * @param value its value
   * @return the pairs in the order of the value
   * @throws IllegalArgumentException if the value is malformed, or has a key twice; the message
   *     says what would be right
   * @throws CommandLineException if the value names a file that cannot be read
   */
  public static Map<String, String> read(String option, String value) {
    String text = ParameterFile.textOf(option, value).strip();
    Map<String, String> pairs = new LinkedHashMap<>();
    values(option, text).forEach((key, each) -> pairs.put(key, string(option, key, each)));
    return pairs;
  }

  private static Map<String, @Nullable Object> values(String option, String text) {
    try {
      if (!text.startsWith("{")) {
        return Shorthand.parse(text);
      }
      Map<String, @Nullable Object> values = new LinkedHashMap<>();
      if (JsonTree.read(text) instanceof Map<?, ?> members) {
        members.forEach((key, member) -> values.put((String) key, member));
      }
      return values;
    } catch (Shorthand.SyntaxException e) {
      String twice = e.repeatedKey();
      throw twice == null
          ? malformed(option, text)
          : new IllegalArgumentException(option + " has the key '" + twice + "' twice");
    } catch (JsonException e) {
      throw malformed(option, text);
    }
  }

  private static IllegalArgumentException malformed(String option, String text) {
    return new IllegalArgumentException(
        option + " takes KEY=VALUE,KEY=VALUE or a JSON object of strings, not '" + text + "'");
  }

  private static String string(String option, String key, @Nullable Object value) {
    if (value instanceof String string) {
      return string;
    }
    throw new IllegalArgumentException(
        option
            + ": the value of '"
            + key
            + "' is not a string; a value with a comma or brackets is written as JSON, "
            + "{\"KEY\":\"VALUE\"}");
  }
}
