package io.github.embeddedkms.cli.output;

import io.github.embeddedkms.cli.terminal.CommandLineException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One box of a table: a title, the names of its columns, and its rows. */
final class TableSection {

  /** Two spaces on each side of a cell. */
  private static final int PADDING = 4;

  private final @Nullable String title;
  private final int depth;
  private List<String> headers = List.of();
  private final List<List<String>> rows = new ArrayList<>();
  private int @Nullable [] widths;

  /**
   * Creates an empty box.
   *
   * @param title its title; null for none
   * @param depth how many boxes are around it, each with a line on both sides
   */
  TableSection(@Nullable String title, int depth) {
    this.title = title;
    this.depth = depth;
  }

  void headers(List<String> names) {
    widen(names);
    headers = names;
  }

  void row(List<String> cells) {
    widen(cells);
    rows.add(cells);
  }

  private void widen(List<String> cells) {
    if (widths == null) {
      widths = new int[cells.size()];
    }
    if (cells.size() != widths.length) {
      throw CommandLineException.value(
          "Row should have " + widths.length + " elements, instead it has " + cells.size());
    }
    for (int i = 0; i < widths.length; i++) {
      widths[i] = Math.max(widths[i], DisplayWidth.of(cells.get(i)));
    }
  }

  /** A box with one row as a box with one row for each of its columns. Others are as they were. */
  TableSection upright() {
    if (headers.isEmpty() || rows.size() != 1) {
      return this;
    }
    TableSection upright = new TableSection(title, depth);
    for (int i = 0; i < headers.size(); i++) {
      upright.row(List.of(headers.get(i), rows.get(0).get(i)));
    }
    return upright;
  }

  /** The width that this box needs, with the lines of the boxes around it. */
  int width() {
    int cells = 0;
    for (int width : columns()) {
      cells += width + PADDING;
    }
    int titled = title == null ? 0 : DisplayWidth.of(title);
    return Math.max(titled, cells) + 2 + 2 * depth;
  }

  private int[] columns() {
    return widths == null ? new int[0] : widths;
  }

  /** Appends the lines of the box, in the width of the whole table. */
  void print(StringBuilder out, int tableWidth) {
    int width = tableWidth - 2 * depth;
    if (title != null && !title.isEmpty()) {
      line(out, centred(title, width, "|"));
      if (headers.isEmpty() && rows.isEmpty()) {
        line(out, "+" + "-".repeat(Math.max(0, width - 2)) + "+");
      }
    }
    int[] scaled = scaled(width);
    if (!headers.isEmpty()) {
      border(out, scaled);
      StringBuilder names = new StringBuilder();
      for (int i = 0; i < scaled.length; i++) {
        names.append(centred(headers.get(i), scaled[i], i == 0 ? "|" : ""));
      }
      line(out, names.toString());
    }
    if (!rows.isEmpty() && scaled.length > 0) {
      border(out, scaled);
      for (List<String> row : rows) {
        StringBuilder cells = new StringBuilder();
        for (int i = 0; i < scaled.length; i++) {
          cells.append(leftAligned(row.get(i), scaled[i], i == 0 ? "|" : ""));
        }
        line(out, cells.toString());
      }
      border(out, scaled);
    }
  }

  /** The widths of the columns in proportion, so that they fill the box. */
  private int[] scaled(int width) {
    int[] columns = columns();
    int sum = 0;
    for (int column : columns) {
      sum += column + PADDING;
    }
    double factor = width / (double) sum;
    int[] scaled = new int[columns.length];
    int tooWide = -width;
    for (int i = 0; i < columns.length; i++) {
      // Halves are rounded to even numbers, as in Python.
      scaled[i] = (int) Math.rint(factor * (columns[i] + PADDING));
      tooWide += scaled[i];
    }
    // What rounding added is taken from the first columns; what it took is given to the last ones.
    for (int i = 0; columns.length > 0 && tooWide > 0; i = (i + 1) % columns.length) {
      scaled[i]--;
      tooWide--;
    }
    for (int i = columns.length - 1;
        tooWide < 0 && i >= 0;
        i = i == 0 ? columns.length - 1 : i - 1) {
      scaled[i]++;
      tooWide++;
    }
    return scaled;
  }

  private void line(StringBuilder out, String line) {
    String around = "|".repeat(depth);
    out.append(around).append(line).append(around).append('\n');
  }

  private void border(StringBuilder out, int[] columns) {
    StringBuilder border = new StringBuilder();
    for (int i = 0; i < columns.length; i++) {
      border
          .append(i == 0 ? "+" : "")
          .append("-".repeat(Math.max(0, columns[i] - (i == 0 ? 2 : 1))));
      border.append('+');
    }
    line(out, border.toString());
  }

  private static String centred(String text, int width, String leftEdge) {
    int length = DisplayWidth.of(text);
    int before = width / 2 - length / 2 - 1;
    int after = width - 1 - (leftEdge.length() + before + length);
    return leftEdge + spaces(before) + text + spaces(after) + "|";
  }

  private static String leftAligned(String text, int width, String leftEdge) {
    int length = DisplayWidth.of(text);
    int rest = width - length - leftEdge.length() - 1;
    int before = rest >= 2 ? 2 : 0;
    return leftEdge + spaces(before) + text + spaces(rest - before) + "|";
  }

  private static String spaces(int count) {
    return " ".repeat(Math.max(0, count));
  }
}
