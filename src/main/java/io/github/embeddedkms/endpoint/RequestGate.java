package io.github.embeddedkms.endpoint;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Decides by the head of a request whether it is admitted. A page in a browser on this machine can
 * reach an endpoint on loopback like any program: directly, or under the page's own host name,
 * which an attacker can make resolve to loopback (DNS rebinding). Therefore requests from pages,
 * and requests for unknown host names, are refused.
 *
 * <p>Source: Fetch Standard, "Origin header"; W3C Fetch Metadata.
 */
final class RequestGate {

  /** The path of health checks. */
  static final String HEALTH = "/health";

  /** The path of the clock, if clients may turn it. */
  static final String CLOCK = "/_embedded-kms/clock";

  // A name, an IPv4 address or an IPv6 address in brackets, and optionally a port.
  private static final Pattern HOST =
      Pattern.compile("(\\[[0-9a-f:.]{2,45}]|[a-z0-9_.-]{1,253})(:\\d{1,5})?");
  private static final Pattern IPV4_ADDRESS = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}");
  private static final Pattern LOCALHOST_NAME = Pattern.compile("([a-z0-9_-]{1,63}\\.)*localhost");
  private static final int MAX_OCTET = 255;

  /**
   * Headers that must not be repeated: one value could be the signed one and another the one in
   * use.
   */
  private static final List<String> NOT_REPEATABLE =
      List.of("X-Amz-Target", "X-Amz-Date", "Authorization");

  /**
   * The refusal of a request.
   *
   * @param status the HTTP status
   * @param text the reason
   * @param allowedMethod the only allowed method, if the method is the reason
   */
  record Refusal(int status, String text, @Nullable String allowedMethod) {

    Refusal(int status, String text) {
      this(status, text, null);
    }
  }

  private final Set<String> allowedHosts;
  private final boolean hasClock;

  /** The last host that was admitted, which is nearly always the next one too. */
  private volatile @Nullable String lastHost;

  /**
   * Creates a gate that admits some names.
   *
   * @param allowedHosts names in lower case, in addition to addresses and {@code localhost}
   * @param hasClock whether requests to the clock are admitted
   */
  RequestGate(Set<String> allowedHosts, boolean hasClock) {
    this.allowedHosts = Set.copyOf(allowedHosts);
    this.hasClock = hasClock;
  }

  /**
   * Checks a request.
   *
   * @param method the HTTP method
   * @param target the path of the request line, with its query
   * @param headers names in any case, with all their values
   * @return the refusal; null if the request is admitted
   */
  @Nullable Refusal refusal(String method, String target, Map<String, List<String>> headers) {
    if (!isAllowedHost(onlyValueOf(headers, "host"))) {
      return new Refusal(
          403,
          "the header Host names neither an address nor a name of this machine; allow a name with"
              + " --allowed-host or allowedHost()");
    }
    // Clients of the service send neither; browsers send at least one, except to their own origin.
    if (countOf(headers, "origin") > 0 || countOf(headers, "sec-fetch-site") > 0) {
      return new Refusal(403, "requests from pages in a browser are refused");
    }
    for (String name : NOT_REPEATABLE) {
      if (countOf(headers, name) > 1) {
        return new Refusal(400, "the header " + name + " appears more than once");
      }
    }
    // The whole target is compared, so that nothing is accepted in addition to the path: no query,
    // fragment or authority.
    if (target.equals("/")) {
      return method.equals("POST")
          ? null
          : new Refusal(405, "requests must use the method POST", "POST");
    }
    if (target.equals(HEALTH)) {
      return method.equals("GET") || method.equals("HEAD")
          ? null
          : new Refusal(405, "health checks must use the method GET or HEAD", "GET, HEAD");
    }
    if (hasClock && target.equals(CLOCK)) {
      return method.equals("GET") || method.equals("POST")
          ? null
          : new Refusal(405, "the clock must be requested by the method GET or POST", "GET, POST");
    }
    return new Refusal(
        404,
        hasClock
            ? "the only requests are POST /, GET " + HEALTH + ", and GET and POST " + CLOCK
            : "the only requests are POST / and GET " + HEALTH);
  }

  private boolean isAllowedHost(@Nullable String header) {
    if (header == null) {
      return false;
    }
    if (header.equals(lastHost)) {
      return true;
    }
    boolean allowed = isAddressOrAllowedName(header);
    if (allowed) {
      lastHost = header;
    }
    return allowed;
  }

  private boolean isAddressOrAllowedName(String header) {
    Matcher parts = HOST.matcher(header.toLowerCase(Locale.ROOT));
    if (!parts.matches()) {
      return false;
    }
    String host = parts.group(1);
    // A request for an address cannot be the result of DNS rebinding.
    return isIpv6Address(host)
        || isIpv4Address(host)
        || LOCALHOST_NAME.matcher(host).matches()
        || allowedHosts.contains(host);
  }

  private static boolean isIpv6Address(String host) {
    if (!host.startsWith("[")) {
      return false;
    }
    try {
      // What is in brackets is parsed as an address, and never looked up as a name.
      InetAddress.getByName(host);
      return true;
    } catch (UnknownHostException e) {
      return false;
    }
  }

  private static boolean isIpv4Address(String host) {
    if (!IPV4_ADDRESS.matcher(host).matches()) {
      return false;
    }
    for (String octet : host.split("\\.", -1)) {
      // Some resolvers take a leading zero for octal.
      boolean leadingZero = octet.length() > 1 && octet.startsWith("0");
      if (leadingZero || Integer.parseInt(octet) > MAX_OCTET) {
        return false;
      }
    }
    return true;
  }

  /** Returns the value of a header; null if there is none, or more than one. */
  private static @Nullable String onlyValueOf(Map<String, List<String>> headers, String name) {
    String value = null;
    for (Map.Entry<String, List<String>> header : headers.entrySet()) {
      if (header.getKey().equalsIgnoreCase(name)) {
        if (value != null || header.getValue().size() != 1) {
          return null;
        }
        value = header.getValue().get(0);
      }
    }
    return value;
  }

  private static int countOf(Map<String, List<String>> headers, String name) {
    // A loop, not a stream: this runs several times for every request.
    int count = 0;
    for (Map.Entry<String, List<String>> header : headers.entrySet()) {
      if (header.getKey().equalsIgnoreCase(name)) {
        count += header.getValue().size();
      }
    }
    return count;
  }
}
