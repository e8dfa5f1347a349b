package io.github.embeddedkms.cli.terminal;

import io.github.embeddedkms.json.JsonTree;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How responses are printed. */
public enum OutputFormat {
  /** As JSON, with four spaces for each level. */
  JSON {
    @Override
    public String print(Map<String, @Nullable Object> answer) {
      return answer.isEmpty() ? "" : JsonTree.write(answer, "    ") + "\n";
    }
  },
  /** As lines of columns. */
  TEXT {
    @Override
    public String print(Map<String, @Nullable Object> answer) {
      return TextOutput.of(answer);
    }
  };

  /**
   * Formats a response.
   *
   * @param answer the members of the response
   * @return the lines to print, each with its line end; empty for a response without members
   */
  public abstract String print(Map<String, @Nullable Object> answer);
}
