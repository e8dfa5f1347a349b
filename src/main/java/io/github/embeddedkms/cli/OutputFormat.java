package io.github.embeddedkms.cli;

import io.github.embeddedkms.json.JsonTree;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How responses are printed. */
enum OutputFormat {
  /** As JSON, with four spaces for each level. */
  JSON {
    @Override
    String print(Map<String, @Nullable Object> answer) {
      return answer.isEmpty() ? "" : JsonTree.write(answer, "    ") + "\n";
    }
  },
  /** As lines of columns. */
  TEXT {
    @Override
    String print(Map<String, @Nullable Object> answer) {
      return TextOutput.of(answer);
    }
  };

  /** The lines to print, each with its line end; empty for a response without members. */
  abstract String print(Map<String, @Nullable Object> answer);
}
