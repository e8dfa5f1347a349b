package io.github.embeddedkms.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InteropReportTest {

  /** A row of the first table of the page, which is the one with three columns. */
  private static final Pattern ROW =
      Pattern.compile("(?m)^\\| (?!program )[^|\n]+ \\| [^|\n]+ \\| [^|\n]+ \\|$");

  @Test
  void tableOnTheSite_isAllPrograms_atTheVersionsOfTheBuild() {
    assertThat(ROW.matcher(RealProgram.site()).results().map(MatchResult::group))
        .containsExactlyElementsOf(
            Stream.of(RealProgram.values())
                .map(program -> program.row(program.version()))
                .toList());
  }

  @Test
  void program_atAnotherVersionThanOnTheSite_fails() {
    InteropReport.requireOnTheSite(RealProgram.BOTO3, RealProgram.BOTO3.version());
    assertThatThrownBy(() -> InteropReport.requireOnTheSite(RealProgram.BOTO3, "0.1"))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("the table on the site");
  }

  @Test
  void everyProgram_isReportedByATest() throws IOException {
    StringBuilder sources = new StringBuilder();
    try (Stream<Path> files = Files.list(Path.of("src/test/java/io/github/embeddedkms/interop"))) {
      for (Path test : files.filter(file -> file.toString().endsWith("IT.java")).toList()) {
        sources.append(Files.readString(test));
      }
    }
    for (RealProgram program : RealProgram.values()) {
      assertThat(sources).contains("RealProgram." + program.name());
    }
  }

  @Test
  void report_programsInAnyOrder_writesThemInTheOrderOfTheSite(@TempDir Path folder)
      throws IOException {
    InteropReport report = new InteropReport(folder.resolve("rows"), folder.resolve("table.md"));
    report.add(RealProgram.BOTO3, "0.1");
    report.add(RealProgram.ICEBERG, "7.0");
    report.add(RealProgram.BOTO3, "0.2");
    assertThat(Files.readAllLines(folder.resolve("table.md")))
        .isEqualTo(
            List.of(
                "| program | version | what it did |",
                "|---|---|---|",
                RealProgram.ICEBERG.row("7.0"),
                RealProgram.BOTO3.row("0.2")));
  }
}
