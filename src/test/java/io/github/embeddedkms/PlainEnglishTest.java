package io.github.embeddedkms;

import static java.util.regex.Pattern.CASE_INSENSITIVE;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Words that are not used, since plainer ones exist, in main sources (comments, strings and
 * resources) and in the pages for users.
 */
class PlainEnglishTest {

  private static final List<Path> ROOTS =
      Stream.of("src/main", "README.md", "CHANGELOG.md", "src/site/markdown")
          .map(Path::of)
          .toList();

  /** Each also stands for its genitive: {@code nobody} for {@code nobody's}. */
  private static final List<String> WORDS =
      List.of(
          "a moment", // a time, an instant
          "anew", // again
          "are told", // receive
          "be it", // whether
          "by now", // already, in the meantime
          "call off", // cancel
          "called off",
          "calls off",
          "dear", // expensive
          "for all that", // still
          "for the time being", // until …
          "he", // the caller, the attacker, they
          "heard", // received
          "hears", // receives
          "him",
          "his",
          "is told", // receives
          "moments", // times, instants
          "no match for", // does not match
          "nobody", // no caller, no other thread
          "of one's own", // its own, custom
          "somebody", // a caller, another thread, an attacker
          "the moment", // the time, the instant
          "to the letter", // exactly
          "was told", // received
          "whoever", // the caller, anyone who
          "yet to be found out"); // not known yet

  /** Between the words of a phrase: a blank, or a new line of a comment or a string. */
  private static final String GAP = "[\\s*/#\"+\\\\-]*\\s[\\s*/#\"+\\\\-]*";

  private static final Pattern WORD =
      Pattern.compile(
          WORDS.stream()
              .map(word -> word.replace(" ", GAP))
              .collect(Collectors.joining("|", "\\b(?:", ")\\b")),
          CASE_INSENSITIVE);

  @Test
  void sourcesAndPages_useNoneOfTheWords() throws IOException {
    List<String> found = new ArrayList<>();
    for (Path root : ROOTS) {
      try (Stream<Path> files = Files.walk(root)) {
        for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
          found.addAll(wordsIn(file));
        }
      }
    }
    assertThat(found).as("files, lines and words to replace").isEmpty();
  }

  @Test
  void plantedFile_eachWord_isFoundOnItsLine(@TempDir Path folder) throws IOException {
    Path file = Files.write(folder.resolve("planted"), WORDS);
    List<String> expected = new ArrayList<>();
    for (int i = 0; i < WORDS.size(); i++) {
      expected.add(file + ":" + (i + 1) + ": " + WORDS.get(i));
    }
    assertThat(wordsIn(file)).containsExactlyElementsOf(expected);
  }

  @Test
  void plantedFile_phraseOverTwoLines_isFoundOnTheFirst(@TempDir Path folder) throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("planted"),
            """
            /**
             * The listener IS
             * told of it; Somebody's thread
             */
            String text = "tells it by"
                + " now";
            -- at the
            -- moment
            """);
    assertThat(wordsIn(file))
        .containsExactly(
            file + ":2: is told",
            file + ":3: somebody",
            file + ":5: by now",
            file + ":7: the moment");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "the",
        "history",
        "himself",
        "shear",
        "moment",
        "one moment",
        "a momentum",
        "may be its",
        "stand by nowhere",
        "everybody",
        "be. It",
        "this told"
      })
  void plantedFile_otherWord_isNotFound(String word, @TempDir Path folder) throws IOException {
    assertThat(wordsIn(Files.writeString(folder.resolve("planted"), word))).isEmpty();
  }

  /** File, line and word of each find. */
  private static List<String> wordsIn(Path file) throws IOException {
    String content = Files.readString(file);
    List<String> found = new ArrayList<>();
    for (MatchResult match : WORD.matcher(content).results().toList()) {
      long line = 1 + content.substring(0, match.start()).chars().filter(c -> c == '\n').count();
      String word = match.group().replaceAll(GAP, " ").toLowerCase(Locale.ROOT);
      found.add(file + ":" + line + ": " + word);
    }
    return found;
  }
}
