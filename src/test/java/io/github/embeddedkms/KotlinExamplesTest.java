package io.github.embeddedkms;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Every Kotlin block of the README and of the site pages is compiled and run by JavaFrameworksIT.
 */
class KotlinExamplesTest {

  private static final Pattern BLOCK = Pattern.compile("```kotlin\n(.*?)```", Pattern.DOTALL);

  @Test
  void kotlinBlocks_ofAllPages_areInTheTestsInKotlin() throws IOException {
    List<Path> pages = new ArrayList<>(List.of(Path.of("README.md")));
    pages.addAll(files("src/site/markdown"));
    StringBuilder sources = new StringBuilder();
    for (Path source : files("src/test/interop/kotlin/src/test/kotlin")) {
      sources.append(Files.readString(source));
    }
    String tests = withoutIndentation(sources.toString());
    List<String> blocks = new ArrayList<>();
    for (Path page : pages) {
      BLOCK.matcher(Files.readString(page)).results().forEach(b -> blocks.add(b.group(1)));
    }
    assertThat(blocks).hasSizeGreaterThanOrEqualTo(3);
    for (String block : blocks) {
      // The class of an example may have more tests.
      assertThat(tests).contains(withoutIndentation(block).replaceFirst("\\n}\\n$", "\n"));
    }
  }

  private static List<Path> files(String folder) throws IOException {
    try (Stream<Path> files = Files.walk(Path.of(folder))) {
      return files.filter(Files::isRegularFile).sorted().toList();
    }
  }

  /** A block may be indented differently in the test. Lines keep their order and content. */
  private static String withoutIndentation(String source) {
    return source.replaceAll("(?m)^ +", "");
  }
}
