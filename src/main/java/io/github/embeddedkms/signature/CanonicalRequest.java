package io.github.embeddedkms.wire;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a signature can cover of a request to the path {@code /} without a query, the only one that
 * the protocol has.
 *
 * <p>Source: AWS Signature Version 4, "Create a canonical request".
 *
 * @param method the HTTP method
 * @param headers names in lower case with their values in canonical form: trimmed, each run of
 *     blanks a single one, several values of one name joined by commas
 * @param body the body; wiping it remains the caller's part
 */
@SuppressWarnings("ArrayRecordComponent") // lent for the time of a check, never compared
public record SignedRequest(String method, SortedMap<String, String> headers, byte[] body) {

  private static final Pattern BLANKS = Pattern.compile("\\s+");

  /**
   * Takes a request as a server gets it.
   *
   * @param method the HTTP method
   * @param headers names in any case, with all their values in the order of their coming
   * @param body the body
   * @return the request in canonical form
   */
  public static SignedRequest of(String method, Map<String, List<String>> headers, byte[] body) {
    SortedMap<String, String> canonical = new TreeMap<>();
    headers.forEach(
        (name, values) -> {
          for (String value : values) {
            canonical.merge(
                name.toLowerCase(Locale.ROOT),
                BLANKS.matcher(value.trim()).replaceAll(" "),
                (before, next) -> before + "," + next);
          }
        });
    return new SignedRequest(method, canonical, body);
  }

  @Nullable String header(String name) {
    return headers.get(name);
  }
}
