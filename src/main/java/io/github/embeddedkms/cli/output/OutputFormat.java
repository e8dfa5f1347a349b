package io.github.embeddedkms.cli.output;

import io.github.embeddedkms.json.JsonTree;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The formats in which responses are printed.
 *
 * <p>Source: AWS CLI User Guide, "Setting the output format in the AWS CLI"; every format was
 * compared with what version 2 of the AWS CLI prints.
 */
public enum OutputFormat {
  /** As JSON, with four spaces for each level. */
  JSON("json"),
  /** As lines of columns, separated by tabs. */
  TEXT("text"),
  /** As boxes of ASCII characters. */
  TABLE("table"),
  /** As one YAML document. */
  YAML("yaml"),
  /** As one YAML list for each page of a listing, which are one document together. */
  YAML_STREAM("yaml-stream"),
  /** Not at all. */
  OFF("off");

  /** The width of a table where no terminal shows it. */
  public static final int DEFAULT_WIDTH = 80;

  /** The values of the option {@code --output}. */
  public static final List<String> WORDS;

  // Loops, here and below: every command reads the words, and a stream would delay its start.
  static {
    List<String> words = new ArrayList<>();
    for (OutputFormat format : values()) {
      words.add(format.word);
    }
    WORDS = List.copyOf(words);
  }

  private final String word;

  OutputFormat(String word) {
    this.word = word;
  }

  /**
   * Finds a format.
   *
   * @param word the value of the option {@code --output}
   * @return the format; empty if there is none of this name
   */
  public static Optional<OutputFormat> of(String word) {
    for (OutputFormat format : values()) {
      if (format.word.equals(word)) {
        return Optional.of(format);
      }
    }
    return Optional.empty();
  }

  /** Returns the name of the format on the command line. */
  @Override
  public String toString() {
    return word;
  }

  /**
   * Formats a response, or what a query returned.
   *
   * @param title the title of a table, the name of the operation for example
   * @param value a JSON value as {@link JsonTree#read} returns it
   * @param width the number of columns of the terminal; tables that are wider show their columns
   *     one below the other where that is possible
   * @return the lines to print, each with its line end; empty for a response without members
   */
  public String print(String title, @Nullable Object value, int width) {
    boolean empty = value instanceof Map<?, ?> object && object.isEmpty();
    return switch (this) {
      case JSON -> empty ? "" : JsonTree.write(value, "    ") + "\n";
      case TEXT -> TextOutput.of(value);
      case TABLE -> TableOutput.of(title, value, width);
      case YAML -> empty ? "" : YamlOutput.of(value);
      case YAML_STREAM -> empty ? "" : YamlOutput.of(Collections.singletonList(value));
      case OFF -> "";
    };
  }
}
