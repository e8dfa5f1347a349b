package io.github.embeddedkms.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One invocation of a command of the AWS CLI, as a line of a file.
 *
 * @param id its name in the file
 * @param environment the variables that it sets
 * @param words the command and its options, without {@code aws kms}
 */
record Invocation(String id, Map<String, String> environment, List<String> words) {

  private static final Pattern LINE = Pattern.compile("([a-z0-9]+(?:-[a-z0-9]+)*): (.+)");
  private static final Pattern WORD = Pattern.compile("(?:[^\\s'\"]|'[^']*'|\"[^\"]*\")+");
  private static final Pattern QUOTED = Pattern.compile("'([^']*)'|\"([^\"]*)\"");
  private static final Pattern VARIABLE = Pattern.compile("([A-Z_]+)=(.*)");
  private static final Pattern PLACEHOLDER = Pattern.compile("<([a-z0-9-]+)>");

  /** Reads the lines of a file, without comments and empty lines. */
  static List<Invocation> readAll(Path file) throws IOException {
    return Files.readAllLines(file).stream()
        .filter(line -> !line.isBlank() && !line.startsWith("#"))
        .map(Invocation::parse)
        .toList();
  }

  private static Invocation parse(String line) {
    Matcher parts = LINE.matcher(line);
    assertThat(parts.matches()).as(line).isTrue();
    Map<String, String> environment = new LinkedHashMap<>();
    List<String> words = new ArrayList<>();
    WORD.matcher(parts.group(2))
        .results()
        .map(word -> unquoted(word.group()))
        .forEach(
            word -> {
              Matcher variable = VARIABLE.matcher(word);
              if (words.isEmpty() && variable.matches()) {
                environment.put(variable.group(1), variable.group(2));
              } else {
                words.add(word);
              }
            });
    return new Invocation(parts.group(1), environment, words);
  }

  private static String unquoted(String word) {
    return QUOTED
        .matcher(word)
        .replaceAll(
            part ->
                Matcher.quoteReplacement(part.group(1) == null ? part.group(2) : part.group(1)));
  }

  /** Replaces the words in angle brackets, all of which must have a value. */
  Invocation with(Map<String, String> values) {
    List<String> replaced =
        words.stream()
            .map(
                word ->
                    PLACEHOLDER
                        .matcher(word)
                        .replaceAll(
                            name -> {
                              assertThat(values).as(id).containsKey(name.group(1));
                              return Matcher.quoteReplacement(values.get(name.group(1)));
                            }))
            .toList();
    return new Invocation(id, environment, replaced);
  }

  /** The format of the output: that of the last option, of the variable, or JSON. */
  String format() {
    String format = environment.getOrDefault("AWS_DEFAULT_OUTPUT", "json");
    for (int i = 1; i < words.size(); i++) {
      String word = words.get(i);
      if (word.startsWith("--output=")) {
        format = word.substring("--output=".length());
      } else if (List.of("--output", "--outp").contains(words.get(i - 1))) {
        format = word;
      }
    }
    return format;
  }

  @Override
  public String toString() {
    return id;
  }
}
