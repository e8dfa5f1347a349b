package io.github.embeddedkms.cli.terminal;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A response as lines of columns, separated by tabs, for programs that read lines: the scalar
 * members of an object in the order of their names on one line, then its nested values, each line
 * beginning with the name of its member.
 *
 * <p>Source: AWS CLI User Guide, "Text output format"; the columns were compared with those of
 * version 2 of the AWS CLI.
 */
final class TextOutput {

  private final StringBuilder lines = new StringBuilder();

  private TextOutput() {}

  /** The lines of a response, each with its line end. */
  static String of(Map<String, @Nullable Object> answer) {
    TextOutput output = new TextOutput();
    output.object(answer, null, null);
    return output.lines.toString();
  }

  /**
   * One object.
   *
   * @param name what begins its line; null for the response itself
   * @param columns the columns of the list that contains it; null for all of its own
   */
  private void object(
      Map<?, ?> object, @Nullable String name, @Nullable SortedSet<String> columns) {
    TreeMap<String, @Nullable Object> members = new TreeMap<>();
    object.forEach((key, value) -> members.put((String) key, value));
    SortedSet<String> shown = columns == null ? scalarsOf(List.of(object)) : columns;
    List<String> line = new ArrayList<>();
    for (String column : shown) {
      line.add(members.containsKey(column) ? scalar(members.get(column)) : "");
    }
    if (!line.isEmpty()) {
      if (name != null) {
        line.add(0, name.toUpperCase(Locale.ROOT));
      }
      line(line);
    }
    members.forEach(
        (key, value) -> {
          if (!shown.contains(key)) {
            nested(key, value);
          }
        });
  }

  private void nested(String name, @Nullable Object value) {
    if (value instanceof Map<?, ?> object) {
      object(object, name, null);
    } else if (value instanceof List<?> list) {
      // Of one type: all are objects, or none.
      SortedSet<String> columns = scalarsOf(list);
      for (Object element : list) {
        if (element instanceof Map<?, ?> object) {
          object(object, name, columns);
        } else {
          line(List.of(name.toUpperCase(Locale.ROOT), scalar(element)));
        }
      }
    }
  }

  private static SortedSet<String> scalarsOf(List<?> objects) {
    SortedSet<String> names = new TreeSet<>();
    for (Object each : objects) {
      if (each instanceof Map<?, ?> object) {
        object.forEach(
            (key, value) -> {
              if (!(value instanceof Map) && !(value instanceof List)) {
                names.add((String) key);
              }
            });
      }
    }
    return names;
  }

  private void line(List<String> columns) {
    // A tab or a line end in a value would add a column or a line.
    List<String> escaped = columns.stream().map(Escaping::escape).toList();
    lines.append(String.join("\t", escaped)).append('\n');
  }

  private static String scalar(@Nullable Object value) {
    if (value instanceof Boolean flag) {
      return flag ? "True" : "False";
    }
    return value == null ? "None" : value.toString();
  }
}
