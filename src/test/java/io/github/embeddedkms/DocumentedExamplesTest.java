package io.github.embeddedkms;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every Java block of the README and of the site pages is compiled and run, letter for letter: by
 * this build, or with Spring and Quarkus by JavaFrameworksIT.
 */
class DocumentedExamplesTest {

  private static final Path README = Path.of("README.md");
  private static final Pattern JAVA_BLOCK = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);
  private static final List<Path> EXAMPLES =
      Stream.of("src/test/java/example", "src/test/interop/spring", "src/test/interop/quarkus")
          .map(Path::of)
          .toList();

  static List<Path> pages() throws IOException {
    try (Stream<Path> site = Files.list(Path.of("src/site/markdown"))) {
      return Stream.concat(Stream.of(README), site.sorted()).toList();
    }
  }

  @ParameterizedTest
  @MethodSource("pages")
  void javaBlocks_ofEachPage_areInACompiledTest(Path page) throws IOException {
    StringBuilder sources = new StringBuilder();
    for (Path folder : EXAMPLES) {
      sources.append(sourcesIn(folder));
    }
    String examples = withoutIndentation(sources.toString());
    for (String block : javaBlocks(page)) {
      // Assertions may come before the last closing brace of an example.
      String body = withoutIndentation(block).replaceFirst("\\n}\\n$", "\n");
      assertThat(examples).contains(body);
    }
  }

  @Test
  void pages_haveAsManyJavaBlocksAsExpected() throws IOException {
    TreeMap<String, Integer> blocks = new TreeMap<>();
    for (Path page : pages()) {
      blocks.put(page.getFileName().toString(), javaBlocks(page).size());
    }
    assertThat(blocks)
        .containsEntry("README.md", 7)
        .containsEntry("encrypting.md", 3)
        .containsEntry("frameworks.md", 5)
        .containsEntry("http.md", 3)
        .containsEntry("keeping-keys.md", 2)
        .containsEntry("offline.md", 1)
        .containsEntry("testing.md", 6)
        .containsEntry("tink.md", 1)
        .containsEntry("typed-client.md", 8);
  }

  @Test
  void firstExample_asItIsInTheReadme_compilesAndRuns(@TempDir Path folder) throws Exception {
    Path source = Files.writeString(folder.resolve("SealLetter.java"), javaBlocks(README).get(0));
    Path errors = folder.resolve("errors");
    Process java =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--class-path",
                System.getProperty("java.class.path"),
                source.toString())
            .redirectError(errors.toFile())
            .start();
    String output = new String(java.getInputStream().readAllBytes(), UTF_8);
    int exitCode = java.waitFor();
    assertThat(output).as(Files.readString(errors)).isEqualTo("Hello, world!\n");
    assertThat(exitCode).isZero();
  }

  private static List<String> javaBlocks(Path page) throws IOException {
    return JAVA_BLOCK
        .matcher(Files.readString(page))
        .results()
        .map((MatchResult block) -> block.group(1))
        .toList();
  }

  private static String sourcesIn(Path folder) throws IOException {
    StringBuilder sources = new StringBuilder();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(name -> name.toString().endsWith(".java")).sorted().toList()) {
        sources.append(Files.readString(file));
      }
    }
    return sources.toString();
  }

  /** A block may be indented differently in the test. Lines keep their order and content. */
  private static String withoutIndentation(String source) {
    return source.replaceAll("(?m)^ +", "");
  }
}
