package io.github.embeddedkms;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Some pages name the tests that prove their statements. These tests must exist. */
class DocumentedTestsTest {

  private static final Pattern TEST = Pattern.compile("`(\\w+(?:Test|Properties))(?:\\.(\\w+))?`");

  @ParameterizedTest
  @CsvSource({
    "README.md, 10",
    "src/site/markdown/advisories.md, 20",
    "src/site/markdown/key-store.md, 20"
  })
  void namedTests_exist(String pageFile, int moreThan) throws Exception {
    Map<String, Path> tests;
    try (Stream<Path> files = Files.walk(Path.of("src/test/java"))) {
      tests =
          files
              .filter(file -> file.toString().matches(".*(Test|Properties)\\.java"))
              .collect(
                  Collectors.toMap(
                      file -> file.getFileName().toString().replace(".java", ""),
                      file -> file,
                      (one, another) -> one));
    }
    String page = Files.readString(Path.of(pageFile));
    assertThat(TEST.matcher(page).results()).hasSizeGreaterThan(moreThan);
    for (MatchResult named : TEST.matcher(page).results().toList()) {
      assertThat(tests).containsKey(named.group(1));
      if (named.group(2) != null) {
        assertThat(Files.readString(tests.get(named.group(1))))
            .contains("void " + named.group(2) + "(");
      }
    }
  }
}
