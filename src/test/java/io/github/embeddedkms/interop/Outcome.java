package io.github.embeddedkms.interop;

import io.github.embeddedkms.cli.ExecutableJar.Ended;
import io.github.embeddedkms.json.JsonException;
import io.github.embeddedkms.json.JsonTree;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * What a program did, without what changes from run to run and without what a release of the AWS
 * CLI may not know.
 *
 * @param exitCode its exit code
 * @param output its standard output, parsed and written again in one form
 * @param error the kind of error that it printed; empty if it printed none
 */
record Outcome(int exitCode, String output, String error) {

  private static final Pattern UUID =
      Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");
  private static final Pattern DATE =
      Pattern.compile("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?[+-]\\d\\d:\\d\\d");
  private static final Pattern BASE_64 = Pattern.compile("[A-Za-z0-9+/]{22,}={0,2}");

  /** The ID of a key material, the only value with this form. */
  private static final Pattern MATERIAL_COLUMN = Pattern.compile("\t[0-9a-f]{64}(?=[\t\n])");

  private static final Pattern MATERIAL_ROW =
      Pattern.compile("(?m)^[| ]*(Current)?KeyMaterialId *\\|.*\n");

  private static final Pattern NO_INTEGER =
      Pattern.compile(
          "invalid literal for int\\(\\)|Invalid integer for|Invalid value for --\\S+: '.*', where a"
              + " number");

  private static final Pattern QUERY_FAILS =
      Pattern.compile(
          "Unknown function: |In function \\w+\\(\\), invalid type|Expected \\d+ arguments? for"
              + " function|Cannot evaluate --query");

  /** The kinds of errors. The first one that is found counts, with all that it matches. */
  private static final List<Pattern> ERRORS =
      Stream.of(
              "An error occurred \\(\\w+\\) when calling the \\w+ operation: .*",
              "argument \\S+: expected (at least )?one argument",
              "argument \\S+: Invalid choice",
              "argument \\S+: invalid int value: .*",
              "argument \\S+: ignored explicit argument .*",
              "ambiguous option: \\S+",
              "the following arguments are required: .*",
              "Unknown options: .*",
              "Error parsing parameter '-*[\\w-]+': (Unable to load paramfile|Expected|Second"
                  + " instance|Invalid [A-Za-z]+)",
              "Invalid (type|length|value) for parameter [\\w.\\[\\]]+",
              "Missing required parameter in [\\w.\\[\\]]+: \"\\w+\"",
              "Unknown parameter in [\\w.\\[\\]]+: \"\\w+\"",
              "Bad value for --query",
              QUERY_FAILS.pattern(),
              "Cannot specify --no-paginate along with pagination arguments: .*",
              "Only one --cli-input- parameter may be specified\\.",
              "Unknown output type: .*",
              "Invalid base64",
              NO_INTEGER.pattern())
          .map(Pattern::compile)
          .toList();

  /**
   * Reads what a program printed.
   *
   * @param ended the program
   * @param format the format of its output
   * @param known the values of the stores, which do not change
   * @param newer the members that a release of the AWS CLI may not know
   */
  static Outcome of(Ended ended, String format, Collection<String> known, Set<String> newer) {
    String error = ended.err().isBlank() ? "" : kindOf(ended.err());
    return new Outcome(
        ended.exitCode(), constant(parsed(ended.out(), format, newer), known), error);
  }

  private static String parsed(String output, String format, Set<String> newer) {
    if (output.isEmpty()) {
      return output;
    }
    try {
      return switch (format) {
        case "json" -> written(without(newer, JsonTree.read(output)));
        case "yaml", "yaml-stream" -> written(without(newer, yaml(output)));
        case "text" -> MATERIAL_COLUMN.matcher(output).replaceAll("");
        default -> MATERIAL_ROW.matcher(output).replaceAll("");
      };
    } catch (JsonException | YamlEngineException e) {
      return "not " + format + ": " + output;
    }
  }

  private static @Nullable Object yaml(String output) {
    return new Load(LoadSettings.builder().build()).loadFromString(output);
  }

  private static String written(@Nullable Object value) {
    return JsonTree.write(value, "    ") + "\n";
  }

  private static @Nullable Object without(Set<String> newer, @Nullable Object value) {
    if (value instanceof Map<?, ?> object) {
      Map<String, @Nullable Object> members = new LinkedHashMap<>();
      object.forEach(
          (name, member) -> {
            if (!newer.contains(name)) {
              members.put((String) name, without(newer, member));
            }
          });
      return members;
    }
    return value instanceof List<?> list
        ? list.stream().map(element -> without(newer, element)).toList()
        : value;
  }

  /** Replaces IDs of new keys, their dates, ciphertexts and random bytes. */
  private static String constant(String output, Collection<String> known) {
    String text = replaced(UUID, output, id -> known.contains(id) ? id : "<id>");
    text = replaced(DATE, text, date -> known.contains(date) ? date : "<date>");
    return replaced(
        BASE_64,
        text,
        word -> known.contains(word) || isReadable(word) ? word : "<" + word.length() + " bytes>");
  }

  private static String replaced(Pattern pattern, String text, UnaryOperator<String> replacement) {
    return pattern
        .matcher(text)
        .replaceAll(found -> Matcher.quoteReplacement(replacement.apply(found.group())));
  }

  /** Whether this is an ordinary word, or text in Base64, for example where a listing continues. */
  private static boolean isReadable(String word) {
    try {
      String decoded = new String(Base64.getDecoder().decode(word), StandardCharsets.ISO_8859_1);
      return decoded.chars().allMatch(c -> c == '\n' || (c >= ' ' && c < 0x7F));
    } catch (IllegalArgumentException e) {
      return true;
    }
  }

  private static String kindOf(String error) {
    return ERRORS.stream()
        .map(pattern -> pattern.matcher(error))
        .filter(Matcher::find)
        .map(found -> common(found.group()))
        .findFirst()
        .orElse("another error: " + error);
  }

  /** Evens out the order of unknown options, messages of Python's libraries, and hyphens. */
  private static String common(String kind) {
    String unknown = "Unknown options: ";
    if (kind.startsWith(unknown)) {
      String[] words = kind.substring(unknown.length()).split(", ");
      Arrays.sort(words);
      return unknown + String.join(", ", words);
    }
    if (NO_INTEGER.matcher(kind).find()) {
      return "not an integer";
    }
    if (QUERY_FAILS.matcher(kind).find()) {
      return "the query fails";
    }
    // The AWS CLI names some options without their hyphens.
    return kind.replaceFirst("parameter '-*", "parameter '");
  }
}
