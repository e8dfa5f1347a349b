package io.github.embeddedkms;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What the README shows is compiled and run, letter for letter. */
class ReadmeTest {

  private static final Pattern JAVA_BLOCK = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);
  private static final Path EXAMPLES = Path.of("src/test/java/example/ReadmeExamplesTest.java");

  @Test
  void javaBlocks_ofTheReadme_standVerbatimInACompiledTest() throws IOException {
    String examples = withoutIndentation(Files.readString(EXAMPLES));
    List<String> blocks =
        JAVA_BLOCK
            .matcher(Files.readString(Path.of("README.md")))
            .results()
            .map((MatchResult block) -> block.group(1))
            .toList();
    assertThat(blocks).hasSizeGreaterThanOrEqualTo(6);
    for (String block : blocks) {
      // The first example's closing brace comes after the assertions on it.
      String body = withoutIndentation(block).replaceFirst("\\n}\\n$", "\n");
      assertThat(examples).contains(body);
    }
  }

  /** Each block is indented by where it stands; within it, lines keep their order and content. */
  private static String withoutIndentation(String text) {
    return text.replaceAll("(?m)^ +", "");
  }
}
