package io.github.embeddedkms.wire;

import io.github.embeddedkms.Caller;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Who a signed request says it is from. The Region stands in the scope of the signature, and an
 * access key id of twelve digits is taken for the account, as people know it from other emulators
 * of the service. The signature itself is not looked at here.
 *
 * <p>Source: AWS Signature Version 4, the Authorization header.
 */
public final class SignedCaller {

  // Credential=<access key id>/<date>/<Region>/kms/aws4_request
  private static final Pattern CREDENTIAL =
      Pattern.compile("Credential=([^/,\\s]+)/\\d{8}/([a-z0-9-]+)/kms/aws4_request");
  private static final Pattern ACCOUNT = Pattern.compile("\\d{12}");

  private SignedCaller() {}

  /**
   * Reads the Authorization header.
   *
   * @param authorization its value, if there is one
   * @param otherwise who calls as far as the header does not say
   * @return the caller
   */
  public static Caller of(@Nullable String authorization, Caller otherwise) {
    if (authorization == null) {
      return otherwise;
    }
    Matcher credential = CREDENTIAL.matcher(authorization);
    if (!credential.find()) {
      return otherwise;
    }
    Caller caller = inRegion(otherwise, credential.group(2));
    String accessKeyId = credential.group(1);
    return ACCOUNT.matcher(accessKeyId).matches() && !accessKeyId.equals(caller.account())
        ? caller.inAccount(accessKeyId)
        : caller;
  }

  private static Caller inRegion(Caller caller, String region) {
    try {
      return caller.inRegion(region);
    } catch (IllegalArgumentException e) {
      // A scope of somebody's own making: the service's own Region will do.
      return caller;
    }
  }
}
