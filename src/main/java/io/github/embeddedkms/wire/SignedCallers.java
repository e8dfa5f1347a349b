package io.github.embeddedkms.wire;

import io.github.embeddedkms.Caller;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Determines the caller of a request from its signature: the Region is in the scope, and an access
 * key id of twelve digits is taken as the account, as other emulators of the service do. The
 * signature itself is not verified here.
 *
 * <p>Safe for use by several threads. Source: AWS Signature Version 4, the Authorization header.
 */
public final class SignedCallers {

  private static final String CREDENTIAL = "Credential=";

  // <access key id>/<date>/<Region>/kms/aws4_request
  private static final Pattern SCOPE =
      Pattern.compile("([^/,\\s]+)/\\d{8}/([a-z0-9-]+)/kms/aws4_request");
  private static final Pattern ACCOUNT = Pattern.compile("\\d{12}");

  /** A credential with its scope, and the caller it means. */
  private record Known(String credential, Caller caller) {}

  private final Caller defaultCaller;

  /** The last result, which is nearly always the next one too. Threads may overwrite it freely. */
  private volatile Known last;

  /**
   * Creates a reader with a default.
   *
   * @param defaultCaller the caller of requests that name none: the service's own Region and
   *     account
   */
  public SignedCallers(Caller defaultCaller) {
    this.defaultCaller = defaultCaller;
    this.last = new Known("", defaultCaller);
  }

  /**
   * Reads the Authorization header.
   *
   * @param authorization its value, or null if there is none
   * @return the caller; the default in what the header does not say
   */
  public Caller of(@Nullable String authorization) {
    if (authorization == null) {
      return defaultCaller;
    }
    String credential = credentialIn(authorization);
    Known known = last;
    if (!known.credential.equals(credential)) {
      known = new Known(credential, callerOf(credential));
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

  private Caller callerOf(String credential) {
    Matcher scope = SCOPE.matcher(credential);
    if (!scope.matches()) {
      return defaultCaller;
    }
    Caller caller = inRegion(scope.group(2));
    String accessKeyId = scope.group(1);
    return ACCOUNT.matcher(accessKeyId).matches() && !accessKeyId.equals(caller.account())
        ? caller.inAccount(accessKeyId)
        : caller;
  }

  private Caller inRegion(String region) {
    try {
      return defaultCaller.inRegion(region);
    } catch (IllegalArgumentException e) {
      // Not a Region: use the service's own.
      return defaultCaller;
    }
  }
}
