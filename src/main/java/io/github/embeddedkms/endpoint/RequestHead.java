package io.github.embeddedkms.endpoint;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The request line and the headers of a request.
 *
 * @param method the HTTP method
 * @param target the path as the client sent it, with its query; of the absolute form only the part
 *     that begins with the path
 * @param headers the values by the name in lower case, in the order of the request
 * @param bodyLength the number of bytes of the body; {@link #CHUNKED} if the body is in chunks
 * @param awaitsContinue whether the client sends the body only after status 100
 * @param keepsAlive whether the client may send another request on this connection
 */
record RequestHead(
    String method,
    String target,
    Map<String, List<String>> headers,
    long bodyLength,
    boolean awaitsContinue,
    boolean keepsAlive) {

  /** The length of a body in chunks, which is not known in advance. */
  static final long CHUNKED = -1;

  /** Returns the first value of a header, by its name in lower case. */
  @Nullable String first(String name) {
    List<String> values = headers.get(name);
    return values == null ? null : values.get(0);
  }
}
