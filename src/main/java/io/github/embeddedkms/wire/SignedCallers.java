package io.github.embeddedkms.wire;

import io.github.embeddedkms.Caller;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Who signed requests say they are from. The Region stands in the scope of the signature, and an
 * access key id of twelve digits is taken for the account, as people know it from other emulators
 * of the service. The signature itself is not looked at here.
 *
 * <p>Safe for use by several threads. Source: AWS Signature Version 4, the Authorization header.
 */
public final class SignedCallers {

  private static final String CREDENTIAL = "Credential=";

  // <access key id>/<date>/<Region>/kms/aws4_request
  private static final Pattern SCOPE =
      Pattern.compile("([^/,\\s]+)/\\d{8}/([a-z0-9-]+)/kms/aws4_request");
  private static final Pattern ACCOUNT = Pattern.compile("\\d{12}");

  /** A credential with its scope, and who that is. */
  private record Known(String credential, Caller caller) {}

  private final Caller defaultCaller;

  /** The last one to be looked at: nearly always the next one too. Whoever overwrites it may. */
  private volatile Known last;

  /**
   * Knows who calls where a request does not say.
   *
   * @param defaultCaller the service's own Region and account
   */
  public SignedCallers(Caller defaultCaller) {
    this.defaultCaller = defaultCaller;
    this.last = new Known("", defaultCaller);
  }

  /**
   * Reads the Authorization header.
   *
   * @param authorization its value, if there is one
   * @return the caller; the default one as far as the header does not say
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
      // A scope of somebody's own making: the service's own Region will do.
      return defaultCaller;
    }
  }
}
