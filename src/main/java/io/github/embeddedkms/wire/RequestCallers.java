package io.github.embeddedkms.wire;

import io.github.embeddedkms.Caller;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Determines the caller of a request. The Region is in the scope of the signature, or in the host
 * of a request that is not signed; an access key id of twelve digits is taken as the account, as
 * other emulators of the service do. The signature itself is not verified here.
 *
 * <p>The pseudo-Regions by which old SDKs select FIPS endpoints ({@code fips-us-east-1}, {@code
 * us-east-1-fips}) mean the Region itself.
 *
 * <p>Safe for use by several threads. Source: AWS Signature Version 4, the Authorization header;
 * AWS General Reference, "AWS Key Management Service endpoints and quotas".
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

  /**
   * A caller that was determined.
   *
   * @param credential the credential with its scope; empty if there is none
   * @param signed whether the credential is one for KMS, which always names a Region, and counts
   *     more than the host
   * @param host the host that it was determined by; null if there is none, or it does not count
   * @param caller the caller
   */
  private record Known(String credential, boolean signed, @Nullable String host, Caller caller) {

    boolean isFor(String otherCredential, @Nullable String otherHost) {
      return credential.equals(otherCredential) && (signed || Objects.equals(host, otherHost));
    }
  }

  private final Caller defaultCaller;

  /** The last result, which is nearly always the next one too. Threads may overwrite it freely. */
  private volatile Known last;

  /**
   * Creates a reader with a default.
   *
   * @param defaultCaller the caller of requests that name none: the service's own Region and
   *     account
   */
  public RequestCallers(Caller defaultCaller) {
    this.defaultCaller = defaultCaller;
    this.last = new Known("", false, null, defaultCaller);
  }

  /**
   * Determines the caller.
   *
   * @param authorization the value of the header {@code Authorization}, or null if there is none
   * @param host the host that the request was sent to, with or without a port, or null
   * @return the caller; the default in what neither the signature nor the host says
   */
  public Caller of(@Nullable String authorization, @Nullable String host) {
    String credential = authorization == null ? "" : credentialIn(authorization);
    Known known = last;
    if (!known.isFor(credential, host)) {
      known = known(credential, host);
      last = known;
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

  private Known known(String credential, @Nullable String host) {
    Matcher scope = SCOPE.matcher(credential);
    if (!scope.matches()) {
      Caller caller = host == null ? defaultCaller : ofHost(defaultCaller, host);
      return new Known(credential, false, host, caller);
    }
    Caller caller = inRegion(defaultCaller, scope.group(2));
    String accessKeyId = scope.group(1);
    boolean isAccount = ACCOUNT.matcher(accessKeyId).matches();
    return new Known(
        credential,
        true,
        null,
        isAccount && !accessKeyId.equals(caller.account())
            ? caller.inAccount(accessKeyId)
            : caller);
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
