package io.github.embeddedkms;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the README shows is compiled and run, letter for letter. */
class ReadmeTest {

  private static final Pattern JAVA_BLOCK = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);
  private static final Path EXAMPLES = Path.of("src/test/java/example");

  @Test
  void javaBlocks_ofTheReadme_standVerbatimInACompiledTest() throws IOException {
    String examples = withoutIndentation(textsIn(EXAMPLES));
    List<String> blocks =
        JAVA_BLOCK
            .matcher(Files.readString(Path.of("README.md")))
            .results()
            .map((MatchResult block) -> block.group(1))
            .toList();
    assertThat(blocks).hasSizeGreaterThanOrEqualTo(12);
    for (String block : blocks) {
      // The first example's closing brace comes after the assertions on it.
      String body = withoutIndentation(block).replaceFirst("\\n}\\n$", "\n");
      assertThat(examples).contains(body);
    }
  }

  private static String textsIn(Path folder) throws IOException {
    StringBuilder texts = new StringBuilder();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.sorted().toList()) {
        texts.append(Files.readString(file));
      }
    }
    return texts.toString();
  }

  /** Each block is indented by where it stands; within it, lines keep their order and content. */
  private static String withoutIndentation(String text) {
    return text.replaceAll("(?m)^ +", "");
  }
}
