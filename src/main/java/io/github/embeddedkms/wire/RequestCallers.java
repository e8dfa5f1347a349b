package io.github.embeddedkms.wire;

import io.github.embeddedkms.Caller;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Determines the caller of a request. The access key id of the signature names the principal: a
 * registered one its own, one of twelve digits the root principal of that account, as in other
 * emulators of the service, and any other the default. The Region is in the scope of the signature,
 * or in the host of a request that is not signed. Neither the signature itself nor a security token
 * is verified here.
 *
 * <p>The pseudo-Regions by which old SDKs select FIPS endpoints ({@code fips-us-east-1}, {@code
 * us-east-1-fips}) mean the Region itself.
 *
 * <p>Safe for use by several threads. Source: AWS Signature Version 4, the Authorization header;
 * AWS General Reference, "AWS Key Management Service endpoints and quotas"; IAM User Guide, "AWS
 * global condition context keys".
 */
public final class RequestCallers {

  private static final String CREDENTIAL = "Credential=";
  private static final String REGION = "([a-z0-9-]{1,32})";

  // <access key id>/<date>/<Region>/kms/aws4_request
  private static final Pattern SCOPE =
      Pattern.compile("([^/,\\s]+)/\\d{8}/" + REGION + "/kms/aws4_request");

  // kms.<Region>.<domain>, kms-fips.<Region>.<domain>
  private static final Pattern HOST =
      Pattern.compile("kms(?:-fips)?\\." + REGION + "\\..+", Pattern.CASE_INSENSITIVE);

  private static final Pattern FIPS = Pattern.compile("^fips-|-fips$");
  private static final Pattern ACCOUNT = Pattern.compile("\\d{12}");

  /** Idle connections must not keep the long headers that a client once sent. */
  private static final int MAX_REMEMBERED = 2 << 10;

  private static final String SOURCE_IP = "aws:sourceip";
  private static final String USER_AGENT = "aws:useragent";

  /**
   * A caller that was determined.
   *
   * @param credential the credential with its scope; empty if there is none
   * @param signed whether the credential is one for KMS, which always names a Region, and counts
   *     more than the host
   * @param host the host that it was determined by; null if there is none, or it does not count
   * @param userAgent the user agent among its facts; null if there is none
   * @param caller the caller
   */
  private record Known(
      String credential,
      boolean signed,
      @Nullable String host,
      @Nullable String userAgent,
      Caller caller) {

    boolean isFor(
        String otherCredential, @Nullable String otherHost, @Nullable String otherUserAgent) {
      return credential.equals(otherCredential)
          && (signed || Objects.equals(host, otherHost))
          && Objects.equals(userAgent, otherUserAgent);
    }

    int length() {
      return credential.length() + lengthOf(host) + lengthOf(userAgent);
    }

    private static int lengthOf(@Nullable String header) {
      return header == null ? 0 : header.length();
    }
  }

  private final Caller defaultCaller;
  private final Map<String, Caller> byAccessKeyId;
  private final @Nullable String sourceIp;

  /** The last result, which is nearly always the next one too. Threads may overwrite it freely. */
  private volatile @Nullable Known last;

  /**
   * Creates a reader without registered access key ids.
   *
   * @param defaultCaller the caller of requests that name none: the service's own Region and
   *     account
   */
  public RequestCallers(Caller defaultCaller) {
    this(defaultCaller, Map.of());
  }

  /**
   * Creates a reader with registered access key ids.
   *
   * @param defaultCaller the caller of requests that name none: the service's own Region and
   *     account
   * @param byAccessKeyId the callers by their access key ids. Their Regions count only for requests
   *     that name none
   */
  public RequestCallers(Caller defaultCaller, Map<String, Caller> byAccessKeyId) {
    this(defaultCaller, Map.copyOf(byAccessKeyId), null);
  }

  private RequestCallers(
      Caller defaultCaller, Map<String, Caller> byAccessKeyId, @Nullable String sourceIp) {
    this.defaultCaller = defaultCaller;
    this.byAccessKeyId = byAccessKeyId;
    this.sourceIp = sourceIp;
  }

  /**
   * Returns a reader of the requests from one address, which is the fact {@code aws:SourceIp} of
   * their callers. The reader remembers its own last result, so one for each connection computes
   * the facts of a caller once per connection.
   *
   * @param address an IPv4 or IPv6 address, without a port
   * @return a reader with the same default and the same registered access key ids
   */
  public RequestCallers from(String address) {
    return new RequestCallers(defaultCaller, byAccessKeyId, address);
  }

  /**
   * Determines the caller, whose facts do not include a user agent.
   *
   * @param authorization the value of the header {@code Authorization}, or null if there is none
   * @param host the host that the request was sent to, with or without a port, or null
   * @return the caller; the default in what neither the signature nor the host says
   */
  public Caller of(@Nullable String authorization, @Nullable String host) {
    return of(authorization, host, null);
  }

  /**
   * Determines the caller, with its user agent as the fact {@code aws:UserAgent}. Facts that a
   * registered or default caller already has are kept.
   *
   * @param authorization the value of the header {@code Authorization}, or null if there is none
   * @param host the host that the request was sent to, with or without a port, or null
   * @param userAgent the value of the header {@code User-Agent}, or null if there is none
   * @return the caller; the default in what neither the signature nor the host says
   */
  public Caller of(
      @Nullable String authorization, @Nullable String host, @Nullable String userAgent) {
    String credential = authorization == null ? "" : credentialIn(authorization);
    Known known = last;
    if (known == null || !known.isFor(credential, host, userAgent)) {
      known = known(credential, host, userAgent);
      if (known.length() <= MAX_REMEMBERED) {
        last = known;
      }
    }
    return known.caller;
  }

  private static String credentialIn(String authorization) {
    int begin = authorization.indexOf(CREDENTIAL);
    if (begin < 0) {
      return "";
    }
    begin += CREDENTIAL.length();
    int end = authorization.indexOf(',', begin);
    return authorization.substring(begin, end < 0 ? authorization.length() : end);
  }

  private Known known(String credential, @Nullable String host, @Nullable String userAgent) {
    String accessKeyId = accessKeyIdIn(credential);
    // Before the scope: no caller may become the default one by a malformed scope.
    Caller caller = callerOf(accessKeyId);
    Matcher scope = SCOPE.matcher(credential);
    if (!scope.matches()) {
      Caller regional = host == null ? caller : ofHost(caller, host);
      return new Known(credential, false, host, userAgent, withFacts(regional, userAgent));
    }
    Caller regional = inRegion(caller, scope.group(2));
    return new Known(credential, true, null, userAgent, withFacts(regional, userAgent));
  }

  private Caller callerOf(String accessKeyId) {
    Caller registered = byAccessKeyId.get(accessKeyId);
    if (registered != null) {
      return registered;
    }
    return ACCOUNT.matcher(accessKeyId).matches() && !accessKeyId.equals(defaultCaller.account())
        ? defaultCaller.inAccount(accessKeyId)
        : defaultCaller;
  }

  /** Returns what comes before the scope; empty if there is no scope. */
  private static String accessKeyIdIn(String credential) {
    return credential.substring(0, Math.max(0, credential.indexOf('/')));
  }

  private Caller withFacts(Caller caller, @Nullable String userAgent) {
    Map<String, List<String>> facts = new HashMap<>();
    if (sourceIp != null) {
      facts.put(SOURCE_IP, List.of(sourceIp));
    }
    if (userAgent != null) {
      facts.put(USER_AGENT, List.of(userAgent));
    }
    facts.putAll(caller.facts());
    return facts.size() == caller.facts().size()
        ? caller
        : new Caller(
            caller.partition(), caller.region(), caller.account(), caller.principal(), facts);
  }

  private static Caller ofHost(Caller caller, String host) {
    Matcher regional = HOST.matcher(host);
    return regional.matches()
        ? inRegion(caller, regional.group(1).toLowerCase(Locale.ROOT))
        : caller;
  }

  private static Caller inRegion(Caller caller, String region) {
    String name = FIPS.matcher(region).replaceAll("");
    return name.isEmpty() ? caller : caller.inRegion(name);
  }
}
