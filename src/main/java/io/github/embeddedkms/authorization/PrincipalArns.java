package io.github.embeddedkms.authorization;

import io.github.embeddedkms.model.Arn;
import org.jspecify.annotations.Nullable;

/**
 * The forms of the ARNs of principals.
 *
 * <p>Source: IAM User Guide, "IAM identifiers" and "AWS JSON policy elements: Principal".
 */
final class PrincipalArns {

  static final String SESSION = "assumed-role/";
  static final String FEDERATED = "federated-user/";
  static final String ROLE = "role/";
  static final String USER = "user/";

  private static final int ACCOUNT_DIGITS = 12;

  private PrincipalArns() {}

  static boolean isAccountId(String text) {
    return text.length() == ACCOUNT_DIGITS && text.chars().allMatch(c -> c >= '0' && c <= '9');
  }

  /** Returns whether the parts before the resource are those of a principal. */
  static boolean hasPrincipalPrefix(Arn arn) {
    return (arn.service().equals("iam") || arn.service().equals("sts"))
        && arn.region().isEmpty()
        && isAccountId(arn.account());
  }

  /** Returns whether the resource is one that a principal can be, given the service before it. */
  static boolean hasPrincipalResource(Arn arn) {
    String resource = arn.resource();
    return arn.service().equals("iam")
        ? resource.equals("root") || isNamed(resource, USER) || isNamed(resource, ROLE)
        : isNamed(resource, FEDERATED) || isSession(resource);
  }

  /** Returns whether it is the ARN of a user or role, given that it is one of a principal. */
  static boolean isUserOrRole(Arn arn) {
    return arn.service().equals("iam") && !arn.resource().equals("root");
  }

  /** Returns whether the resource has a wildcard, which no principal has. */
  static boolean hasWildcard(Arn arn) {
    return arn.resource().indexOf('*') >= 0 || arn.resource().indexOf('?') >= 0;
  }

  private static boolean isNamed(String resource, String prefix) {
    return resource.startsWith(prefix) && !resource.endsWith("/");
  }

  private static boolean isSession(String resource) {
    // A role's name and a session's: unlike the ARN of a role, that of a session has no path.
    int slash = resource.indexOf('/', SESSION.length());
    return isNamed(resource, SESSION)
        && slash > SESSION.length()
        && slash == resource.lastIndexOf('/');
  }

  /** Parses the ARN of a principal; null if it is none. */
  static @Nullable Arn parse(String text) {
    return Arn.parse(text)
        .filter(PrincipalArns::hasPrincipalPrefix)
        .filter(PrincipalArns::hasPrincipalResource)
        .orElse(null);
  }

  /** Parses the ARN of a user, role, session or federated user. */
  static Arn requireIdentity(String text) {
    Arn arn = parse(text);
    if (arn == null || arn.resource().equals("root")) {
      throw new IllegalArgumentException(
          "not the ARN of a user, a role, a session or a federated user: " + text);
    }
    return arn;
  }

  /** Returns the last segment of a resource. */
  static String name(String resource) {
    return resource.substring(resource.lastIndexOf('/') + 1);
  }

  /** Returns the ARN of a role as if its path were empty. */
  static String withoutPath(Arn role) {
    return role(role.partition(), role.account(), name(role.resource()));
  }

  /** Returns the ARN, without a path, of the role of a session; null if this is no session. */
  static @Nullable String roleOfSession(String principal) {
    Arn arn = parse(principal);
    if (arn == null || !arn.resource().startsWith(SESSION)) {
      return null;
    }
    String name =
        arn.resource().substring(SESSION.length(), arn.resource().indexOf('/', SESSION.length()));
    return role(arn.partition(), arn.account(), name);
  }

  private static String role(String partition, String account, String name) {
    return new Arn(partition, "iam", "", account, ROLE + name).toString();
  }
}
