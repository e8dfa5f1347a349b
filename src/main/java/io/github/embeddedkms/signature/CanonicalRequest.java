package io.github.embeddedkms.signature;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The parts of a request that a signature can cover. The request has no query.
 *
 * <p>Source: AWS Signature Version 4, "Create a canonical request".
 *
 * @param method the HTTP method
 * @param path the path, of characters that need no escape
 * @param headers names in lower case with their values in canonical form: trimmed, each run of
 *     white space a single space, several values of one name joined by commas
 * @param body the body; the caller remains responsible for wiping it
 */
@SuppressWarnings("ArrayRecordComponent") // lent while a signature is computed, never compared
public record CanonicalRequest(
    String method, String path, SortedMap<String, String> headers, byte[] body) {

  private static final Pattern WHITE_SPACE = Pattern.compile("\\s+");

  /**
   * Brings a request into canonical form.
   *
   * @param method the HTTP method
   * @param path the path, of letters, digits and {@code /-_.~}, without a query
   * @param headers names in any case, with all their values in the order of the request
   * @param body the body
   * @return the request in canonical form
   */
  public static CanonicalRequest of(
      String method, String path, Map<String, List<String>> headers, byte[] body) {
    SortedMap<String, String> canonical = new TreeMap<>();
    headers.forEach(
        (name, values) -> {
          for (String value : values) {
            canonical.merge(
                name.toLowerCase(Locale.ROOT),
                WHITE_SPACE.matcher(value.trim()).replaceAll(" "),
                (before, next) -> before + "," + next);
          }
        });
    return new CanonicalRequest(method, path, canonical, body);
  }

  /** Without the headers, which contain a signature and may contain a session token. */
  @Override
  public String toString() {
    return "CanonicalRequest[" + method + " " + path + ", " + body.length + " bytes]";
  }

  @Nullable String header(String name) {
    return headers.get(name);
  }

  /**
   * The string whose hash is signed.
   *
   * @param signedHeaders the names of the headers covered, in lower case; each is in the request
   */
  String text(List<String> signedHeaders) {
    StringBuilder canonical = new StringBuilder(method).append('\n').append(path).append("\n\n");
    for (String name : signedHeaders) {
      canonical.append(name).append(':').append(header(name)).append('\n');
    }
    return canonical
        .append('\n')
        .append(String.join(";", signedHeaders))
        .append('\n')
        // Always over the body itself, whatever x-amz-content-sha256 claims.
        .append(SignatureVersion4.hexSha256(body))
        .toString();
  }
}
