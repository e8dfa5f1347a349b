package io.github.embeddedkms;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Links of the pages to files and headings of this repository lead somewhere. */
class DocumentedLinksTest {

  private static final Pattern LINK =
      Pattern.compile("]\\((?!https?:)([^)#\\s]*)(?:#([^)\\s]*))?\\)");
  private static final Pattern HEADING = Pattern.compile("(?m)^#+ (.*)$");
  private static final Pattern CODE_BLOCK = Pattern.compile("(?s)```.*?```");

  static List<Path> pages() throws IOException {
    List<Path> pages = new ArrayList<>(List.of(Path.of("README.md"), Path.of("CHANGELOG.md")));
    for (String folder : List.of(".github", "src/site/markdown")) {
      try (Stream<Path> files = Files.walk(Path.of(folder))) {
        files.filter(file -> file.toString().endsWith(".md")).sorted().forEach(pages::add);
      }
    }
    return pages;
  }

  @ParameterizedTest
  @MethodSource("pages")
  void links_ofEachPage_leadToAFileAndAHeading(Path page) throws IOException {
    assertThat(brokenLinks(page)).isEmpty();
  }

  @Test
  void links_toNothing_areFound(@TempDir Path folder) throws IOException {
    Files.writeString(folder.resolve("b.md"), "# A heading, and `code`\n");
    Path page =
        Files.writeString(
            folder.resolve("a.md"),
            """
            # Here
            [a](b.md) [b](b.md#a-heading-and-code) [c](#here) [d](https://example.com/#x)
            [e](c.md) [f](b.md#another) [g](#there)
            """);
    assertThat(brokenLinks(page)).containsExactly("c.md", "b.md#another", "#there");
  }

  private static List<String> brokenLinks(Path page) throws IOException {
    List<String> broken = new ArrayList<>();
    for (MatchResult link : LINK.matcher(Files.readString(page)).results().toList()) {
      Path target = link.group(1).isEmpty() ? page : page.resolveSibling(link.group(1));
      String heading = link.group(2);
      if (!Files.exists(target)) {
        broken.add(link.group(1));
      } else if (heading != null && !headings(target).contains(heading)) {
        broken.add(link.group(1) + "#" + heading);
      }
    }
    return broken;
  }

  /** The names under which GitHub links to the headings of a page. */
  private static List<String> headings(Path page) throws IOException {
    String withoutCode = CODE_BLOCK.matcher(Files.readString(page)).replaceAll("");
    return HEADING
        .matcher(withoutCode)
        .results()
        .map((MatchResult heading) -> heading.group(1).toLowerCase(Locale.ROOT))
        .map(heading -> heading.replaceAll("[^\\w\\- ]", "").replace(' ', '-'))
        .toList();
  }
}
