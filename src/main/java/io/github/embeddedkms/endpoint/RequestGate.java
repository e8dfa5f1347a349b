package io.github.embeddedkms.endpoint;

import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Decides by the head of a request whether it is admitted. A page in a browser on this machine can
 * reach an endpoint on loopback like any program: directly, or under its own host name that it
 * makes resolve to loopback (DNS rebinding). So requests from pages, and requests for unknown host
 * names, are refused.
 *
 * <p>Source: Fetch Standard, "Origin header"; W3C Fetch Metadata.
 */
final class RequestGate {

  /** Where health is asked for. */
  static final String HEALTH = "/health";

  // A name, an IPv4 address or an IPv6 address in brackets, and perhaps a port.
  private static final Pattern HOST = Pattern.compile("(\\[[0-9a-f:.]+]|[^:\\[\\]]+)(:\\d{1,5})?");
  private static final Pattern IPV4_ADDRESS = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}");

  /** Of two, one could be what was signed and the other what is done. */
  private static final List<String> ONCE = List.of("X-Amz-Target", "X-Amz-Date", "Authorization");

  /**
   * Why a request is not answered.
   *
   * @param status the HTTP status
   * @param text the reason
   * @param allowedMethod the only method there, if it is a matter of methods
   */
  record Refusal(int status, String text, @Nullable String allowedMethod) {

    Refusal(int status, String text) {
      this(status, text, null);
    }
  }

  private final Set<String> allowedHosts;

  /**
   * Lets some names through.
   *
   * @param allowedHosts names in lower case, in addition to addresses and {@code localhost}
   */
  RequestGate(Set<String> allowedHosts) {
    this.allowedHosts = Set.copyOf(allowedHosts);
  }

  /**
   * Looks at a request.
   *
   * @param method the HTTP method
   * @param target the target of the request line
   * @param headers names in any case, with all their values
   * @return why it is refused; null if it is not
   */
  @Nullable Refusal refusal(String method, URI target, Map<String, List<String>> headers) {
    List<String> hosts = valuesOf(headers, "host");
    if (hosts.size() != 1 || !isAllowedHost(hosts.get(0))) {
      return new Refusal(
          403, "the header Host names neither an address nor a name of this machine");
    }
    // Clients of the service send neither; browsers send at least one, except to their own origin.
    if (!valuesOf(headers, "origin").isEmpty() || !valuesOf(headers, "sec-fetch-site").isEmpty()) {
      return new Refusal(403, "requests of pages in a browser are not answered");
    }
    for (String name : ONCE) {
      if (valuesOf(headers, name).size() > 1) {
        return new Refusal(400, "the header " + name + " comes twice");
      }
    }
    // The whole target, so that nothing is accepted besides the path: no query, fragment or
    // authority.
    String path = target.toString();
    if (path.equals("/")) {
      return method.equals("POST")
          ? null
          : new Refusal(405, "the method of requests is POST", "POST");
    }
    if (path.equals(HEALTH)) {
      return method.equals("GET") ? null : new Refusal(405, "the method for health is GET", "GET");
    }
    return new Refusal(404, "there is nothing but POST / and GET " + HEALTH);
  }

  private boolean isAllowedHost(String header) {
    Matcher parts = HOST.matcher(header.toLowerCase(Locale.ROOT));
    if (!parts.matches()) {
      return false;
    }
    String host = parts.group(1);
    // A request for an address cannot be the result of DNS rebinding.
    return host.startsWith("[")
        || IPV4_ADDRESS.matcher(host).matches()
        || host.equals("localhost")
        || host.endsWith(".localhost")
        || allowedHosts.contains(host);
  }

  private static List<String> valuesOf(Map<String, List<String>> headers, String name) {
    return headers.entrySet().stream()
        .filter(header -> header.getKey().equalsIgnoreCase(name))
        .flatMap(header -> header.getValue().stream())
        .toList();
  }
}
