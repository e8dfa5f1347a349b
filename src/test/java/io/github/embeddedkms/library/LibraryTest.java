package io.github.embeddedkms.library;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LibraryTest {

  /** The names of the libraries in the properties of pom.xml. */
  private static final Map<Library, String> PROPERTIES =
      Map.of(
          Library.AWS_SDK, "awssdk",
          Library.BOUNCY_CASTLE, "bouncycastle",
          Library.GSON, "gson",
          Library.JUNIT, "junit",
          Library.PICOCLI, "picocli",
          Library.POSTGRESQL, "postgresql",
          Library.SNAKEYAML_ENGINE, "snakeyaml-engine",
          Library.SQLITE, "sqlite-jdbc",
          Library.TINK, "tink");

  @ParameterizedTest
  @EnumSource
  void leastVersion_isThatOfTheBuildAndOfTheReadme(Library library) throws Exception {
    assertThat(Files.readString(Path.of("pom.xml")))
        .contains(
            "<%1$s.least.version>%2$s</%1$s.least.version>"
                .formatted(PROPERTIES.get(library), library.leastVersion()));
    assertThat(Files.readString(Path.of("README.md")))
        .contains("`%s` | %s |".formatted(library.coordinates(), library.leastVersion()));
  }

  @Test
  void missing_namesPurposeAndLeastVersion_andKeepsTheCause() {
    Error cause = new NoClassDefFoundError("org/yaml/A");
    assertThat(Library.SNAKEYAML_ENGINE.missing("reading seed files", cause))
        .hasMessage(
            "embedded-kms: reading seed files needs org.snakeyaml:snakeyaml-engine 3.0.1 or newer:"
                + " add this dependency, or update it")
        .hasCause(cause);
  }
}
