package io.github.embeddedkms.cli.output;

import io.github.embeddedkms.cli.terminal.CommandLineException;
import io.github.embeddedkms.cli.terminal.Escaping;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A value as a table of boxes: one for an object or a list of objects, with a column for each
 * scalar member, and below it a box for each nested value.
 *
 * <p>Source: AWS CLI User Guide, "Table output format"; the boxes were compared with those of
 * version 2 of the AWS CLI.
 */
final class TableOutput {

  private final List<TableSection> sections = new ArrayList<>();

  private TableOutput() {}

  /**
   * The lines of a value.
   *
   * @param title the title of the first box
   * @param width the width from which boxes with one row are printed upright
   * @return the lines, each with its line end; empty for a value without content
   */
  static String of(String title, @Nullable Object value, int width) {
    TableOutput table = new TableOutput();
    table.add(title, value, 0);
    return table.print(width);
  }

  private String print(int terminal) {
    if (sections.isEmpty()) {
      return "";
    }
    List<TableSection> shown = sections;
    if (width(shown) > terminal) {
      shown = sections.stream().map(TableSection::upright).toList();
    }
    int width = width(shown);
    StringBuilder lines = new StringBuilder("-".repeat(width)).append('\n');
    shown.forEach(section -> section.print(lines, width));
    return lines.toString();
  }

  private static int width(List<TableSection> sections) {
    return sections.stream().mapToInt(TableSection::width).max().orElseThrow();
  }

  /** Adds a value under a title, or to the current box if there is no title. */
  private void add(@Nullable String title, @Nullable Object value, int depth) {
    if (isEmpty(value)) {
      return;
    }
    if (title != null) {
      begin(title, depth);
    }
    if (value instanceof Map<?, ?> object) {
      object(object, depth);
    } else if (value instanceof List<?> list) {
      if (list.get(0) instanceof Map) {
        objects(title, list, depth);
      } else {
        list.forEach(this::element);
      }
    }
  }

  private static boolean isEmpty(@Nullable Object value) {
    return value == null
        || value.equals("")
        || value.equals(false)
        || value.equals(0)
        || value.equals(List.of())
        || value.equals(Map.of());
  }

  private void element(@Nullable Object element) {
    if (element instanceof Map<?, ?> object) {
      current().row(cells(object.keySet()));
    } else if (!(element instanceof List<?> list)) {
      current().row(cells(List.of(PythonValue.str(element))));
    } else if (list.stream().allMatch(PythonValue::isScalar)) {
      current().row(cells(list));
    } else {
      add(null, list, 0);
    }
  }

  private void object(Map<?, ?> object, int depth) {
    List<String> columns = names(List.of(object), true);
    List<String> cells = cells(columns.stream().map(object::get).toList());
    if (columns.size() == 1) {
      current().row(List.of(escaped(columns.get(0)), cells.get(0)));
    } else if (!columns.isEmpty()) {
      current().headers(cells(columns));
      current().row(cells);
    }
    for (String nested : names(List.of(object), false)) {
      add(nested, object.get(nested), depth + 1);
    }
  }

  private void objects(@Nullable String title, List<?> list, int depth) {
    List<String> columns = names(list, true);
    List<String> others = names(list, false);
    current().headers(cells(columns));
    boolean first = true;
    for (Object element : list) {
      Map<?, ?> object = (Map<?, ?>) element;
      if (!first && !others.isEmpty()) {
        begin(title, depth);
        current().headers(cells(columns));
      }
      first = false;
      List<@Nullable Object> row = new ArrayList<>();
      columns.forEach(column -> row.add(object.containsKey(column) ? object.get(column) : ""));
      current().row(cells(row));
      for (String nested : others) {
        add(nested, object.get(nested), depth + 1);
      }
    }
  }

  private static List<String> names(List<?> objects, boolean ofScalars) {
    TreeSet<String> names = new TreeSet<>();
    for (Object each : objects) {
      if (!(each instanceof Map<?, ?> object)) {
        throw CommandLineException.value(
            "--output table cannot print a list of objects and other values; use --output json");
      }
      object.forEach(
          (name, value) -> {
            if (PythonValue.isScalar(value) == ofScalars) {
              names.add((String) name);
            }
          });
    }
    return List.copyOf(names);
  }

  private void begin(@Nullable String title, int depth) {
    sections.add(new TableSection(title == null ? null : escaped(title), depth));
  }

  private TableSection current() {
    return sections.get(sections.size() - 1);
  }

  private static List<String> cells(Iterable<? extends @Nullable Object> values) {
    List<String> cells = new ArrayList<>();
    values.forEach(value -> cells.add(escaped(PythonValue.str(value))));
    return cells;
  }

  /** A line end in a cell would break the box, and an invisible character its alignment. */
  private static String escaped(String text) {
    return Escaping.escape(text);
  }
}
