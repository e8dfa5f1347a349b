package io.github.embeddedkms.cli.output;

import io.github.embeddedkms.cli.terminal.Escaping;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A value as lines of columns, separated by tabs, for programs that read lines: the scalar members
 * of an object in the order of their names on one line, then its nested values, each line beginning
 * with the name of its member. The elements of a list that no member contains are the columns of
 * one line.
 *
 * <p>Source: AWS CLI User Guide, "Text output format"; the columns were compared with those of
 * version 2 of the AWS CLI.
 */
final class TextOutput {

  private final StringBuilder lines = new StringBuilder();

  private TextOutput() {}

  /** The lines of a value, each with its line end. */
  static String of(@Nullable Object value) {
    if (PythonValue.isScalar(value)) {
      // The only value: a program that asked for it gets it as it is, a policy of many lines too.
      return PythonValue.str(value) + "\n";
    }
    TextOutput output = new TextOutput();
    output.value(value, null, null);
    return output.lines.toString();
  }

  /**
   * Any value.
   *
   * @param name the member that contains it; null if there is none
   * @param columns the columns of the list that contains it; null for all of its own
   */
  private void value(
      @Nullable Object value, @Nullable String name, @Nullable SortedSet<String> columns) {
    if (value instanceof Map<?, ?> object) {
      object(object, name, columns);
    } else if (value instanceof List<?> list) {
      list(list, name);
    } else {
      line(List.of(PythonValue.str(value)));
    }
  }

  private void object(
      Map<?, ?> object, @Nullable String name, @Nullable SortedSet<String> columns) {
    TreeMap<String, @Nullable Object> members = new TreeMap<>();
    object.forEach((key, value) -> members.put((String) key, value));
    SortedSet<String> shown = columns == null ? scalarsOf(List.of(object)) : columns;
    List<String> line = new ArrayList<>();
    for (String column : shown) {
      line.add(members.containsKey(column) ? PythonValue.str(members.get(column)) : "");
    }
    if (!line.isEmpty()) {
      if (name != null) {
        line.add(0, upper(name));
      }
      line(line);
    }
    members.forEach(
        (key, value) -> {
          if (!shown.contains(key)) {
            value(value, key, null);
          }
        });
  }

  private void list(List<?> list, @Nullable String name) {
    if (list.stream().anyMatch(Map.class::isInstance)) {
      SortedSet<String> columns = scalarsOf(list);
      list.forEach(element -> value(element, name, columns));
      return;
    }
    List<@Nullable Object> scalars = new ArrayList<>();
    List<Object> lists = new ArrayList<>();
    for (Object element : list) {
      (element instanceof List ? lists : scalars).add(element);
    }
    if (!scalars.isEmpty()) {
      scalars(scalars, name);
    }
    lists.forEach(element -> value(element, name, null));
  }

  private void scalars(List<@Nullable Object> scalars, @Nullable String name) {
    List<String> columns = scalars.stream().map(PythonValue::str).toList();
    if (name == null) {
      line(columns);
    } else {
      columns.forEach(column -> line(List.of(upper(name), column)));
    }
  }

  private static SortedSet<String> scalarsOf(Collection<?> objects) {
    SortedSet<String> names = new TreeSet<>();
    for (Object each : objects) {
      if (each instanceof Map<?, ?> object) {
        object.forEach(
            (key, value) -> {
              if (PythonValue.isScalar(value)) {
                names.add((String) key);
              }
            });
      }
    }
    return names;
  }

  private static String upper(String name) {
    return name.toUpperCase(Locale.ROOT);
  }

  private void line(List<String> columns) {
    // A tab or a line end in a value would add a column or a line.
    List<String> escaped = columns.stream().map(Escaping::escape).toList();
    lines.append(String.join("\t", escaped)).append('\n');
  }
}
