package io.github.embeddedkms.cli.aws;

import io.github.embeddedkms.cli.parameter.ParameterFile;
import io.github.embeddedkms.cli.parameter.Shorthand;
import io.github.embeddedkms.cli.terminal.CommandLineException;
import io.github.embeddedkms.json.JsonException;
import io.github.embeddedkms.json.JsonTree;
import io.github.embeddedkms.model.RecordMember;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The value of an option as the member's value in JSON: strings, numbers, lists and maps. {@link
 * ParameterTypes} checks its type.
 */
final class ParameterValue {

  private final RecordMember member;

  private ParameterValue(RecordMember member) {
    this.member = member;
  }

  /**
   * Reads the value of a member.
   *
   * @param words the words after its option: one, or any number for a list
   * @return the value; a byte array if it is a file of bytes
   */
  static @Nullable Object read(RecordMember member, List<String> words) {
    ParameterValue reader = new ParameterValue(member);
    Type element = MemberTypes.elementOf(member.type());
    if (words.size() != 1) {
      return reader.several(element == null ? member.type() : element, words);
    }
    byte[] content = ParameterFile.bytesOf(CommandNames.option(member), words.get(0));
    if (content != null) {
      return content;
    }
    String text = ParameterFile.textOf(CommandNames.option(member), words.get(0));
    return element == null
        ? reader.one(member.type(), text, isJson(text))
        : reader.several(element, List.of(text));
  }

  private @Nullable Object several(Type element, List<String> words) {
    if (words.size() == 1 && words.get(0).strip().startsWith("[")) {
      return json(words.get(0));
    }
    // The first word decides for all of them.
    boolean json = !words.isEmpty() && isJson(words.get(0));
    List<@Nullable Object> values = new ArrayList<>();
    for (String word : words) {
      values.add(one(element, word, json));
    }
    return values;
  }

  private @Nullable Object one(Type type, String text, boolean json) {
    if (!MemberTypes.isMap(type) && !MemberTypes.isRecord(type)) {
      return type == Integer.class ? integer(text) : text;
    }
    if (json) {
      return json(text);
    }
    try {
      return typed(type, Shorthand.parse(text));
    } catch (Shorthand.SyntaxException e) {
      throw CommandLineException.parameter(
          CommandNames.option(member), String.valueOf(e.getMessage()));
    }
  }

  private static boolean isJson(String text) {
    return text.strip().startsWith("{") || text.strip().startsWith("[");
  }

  private @Nullable Object json(String text) {
    try {
      return JsonTree.read(text);
    } catch (JsonException e) {
      throw CommandLineException.parameter(
          CommandNames.option(member),
          "Invalid JSON: " + e.getMessage() + "\nJSON received: " + text);
    }
  }

  /** Shorthand has only strings. The types of the members of a structure are in its record. */
  private Object typed(Type type, Object value) {
    Type element = MemberTypes.elementOf(type);
    if (element != null) {
      // A list of one may be written without brackets.
      List<?> values = value instanceof List<?> list ? list : List.of(value);
      return values.stream().map(each -> typed(element, each)).toList();
    }
    if (MemberTypes.isRecord(type) && value instanceof Map<?, ?> map) {
      Map<String, @Nullable Object> pairs = new LinkedHashMap<>();
      map.forEach((name, inner) -> pairs.put((String) name, inner));
      for (RecordMember inner : RecordMember.of((Class<?>) type)) {
        pairs.computeIfPresent(inner.wireName(), (name, given) -> typed(inner.type(), given));
      }
      return pairs;
    }
    if (value instanceof String text) {
      if (type == Integer.class) {
        return integer(text);
      }
      if (type == Boolean.class && List.of("true", "false").contains(lower(text))) {
        return Boolean.valueOf(text);
      }
    }
    return value;
  }

  private static String lower(String text) {
    return text.toLowerCase(Locale.ROOT);
  }

  private Integer integer(String text) {
    try {
      return Integer.valueOf(text.strip());
    } catch (NumberFormatException e) {
      throw CommandLineException.value(
          "Invalid integer for " + CommandNames.option(member) + ": \"" + text + "\"");
    }
  }
}
