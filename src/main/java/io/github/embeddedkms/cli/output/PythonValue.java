package io.github.embeddedkms.cli.output;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Values as Python writes them, which the AWS CLI shows in text and tables. */
final class PythonValue {

  private PythonValue() {}

  /** Whether a value has no members and no elements. */
  static boolean isScalar(@Nullable Object value) {
    return !(value instanceof Map) && !(value instanceof List);
  }

  /** What {@code str} returns: {@code None}, {@code True} or {@code False}; strings as they are. */
  static String str(@Nullable Object value) {
    return value instanceof String string ? string : repr(value);
  }

  /** What {@code repr} returns, which is {@code str} of what is in lists and objects. */
  private static String repr(@Nullable Object value) {
    if (value == null) {
      return "None";
    }
    if (value instanceof Boolean flag) {
      return flag ? "True" : "False";
    }
    if (value instanceof List<?> list) {
      return list.stream().map(PythonValue::repr).collect(Collectors.joining(", ", "[", "]"));
    }
    if (value instanceof Map<?, ?> object) {
      return object.entrySet().stream()
          .map(member -> repr(member.getKey()) + ": " + repr(member.getValue()))
          .collect(Collectors.joining(", ", "{", "}"));
    }
    return value instanceof String string ? quoted(string) : value.toString();
  }

  private static String quoted(String string) {
    char quote = string.contains("'") && !string.contains("\"") ? '"' : '\'';
    String escaped =
        string
            .replace("\\", "\\\\")
            .replace("\n", "\\n")
            .replace("\r", "\\r")
            .replace("\t", "\\t")
            .replace(quote == '"' ? "\"" : "'", "\\" + quote);
    return quote + escaped + quote;
  }
}
