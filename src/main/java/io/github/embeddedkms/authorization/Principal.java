package io.github.embeddedkms.authorization;

import io.github.embeddedkms.model.Arn;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A caller as policies see it: its kind, account, role and identity.
 *
 * <p>Immutable. Parsing takes longer than a decision of a short policy, so callers keep it.
 */
public final class Principal {

  /** The kinds of callers. */
  private enum Kind {
    ROOT("Account"),
    USER("User"),
    SESSION("AssumedRole"),
    FEDERATED("FederatedUser"),
    SERVICE("");

    private final String type;

    Kind(String type) {
      this.type = type;
    }
  }

  /** The session of a role whose own ARN is given as the caller. */
  private static final String DEFAULT_SESSION = "embedded-kms";

  private static final String TAG = "aws:principaltag/";

  private final Kind kind;
  private final String text;
  private final String account;
  private final @Nullable String roleArn;
  private final Identity identity;

  private Principal(
      Kind kind, String text, String account, @Nullable String roleArn, Identity identity) {
    this.kind = kind;
    this.text = text;
    this.account = account;
    this.roleArn = roleArn;
    this.identity = identity;
  }

  /**
   * Returns a caller.
   *
   * @param principal the ARN of an account's root user, a user, a session of a role or a federated
   *     user, or the name of a service, for example {@code logs.eu-central-1.amazonaws.com}. The
   *     ARN of a role means its session {@code embedded-kms}
   * @param identity its identity; not used for root users and services
   * @return the caller
   * @throws IllegalArgumentException if the string is none of these
   */
  public static Principal of(String principal, Identity identity) {
    if (!Arn.hasPrefix(principal) && ServiceNames.isService(principal)) {
      return new Principal(Kind.SERVICE, principal, "", null, identity);
    }
    Arn arn = PrincipalArns.parse(principal);
    if (arn == null) {
      throw new IllegalArgumentException("not a principal: " + principal);
    }
    String resource = arn.resource();
    if (resource.startsWith(PrincipalArns.ROLE)) {
      return ofRole(arn, identity);
    }
    Kind kind =
        resource.equals("root")
            ? Kind.ROOT
            : resource.startsWith(PrincipalArns.USER)
                ? Kind.USER
                : resource.startsWith(PrincipalArns.SESSION) ? Kind.SESSION : Kind.FEDERATED;
    String roleArn =
        kind == Kind.SESSION && identity.roleArn() != null
            ? identity.roleArn()
            : PrincipalArns.roleOfSession(principal);
    return new Principal(kind, principal, arn.account(), roleArn, identity);
  }

  private static Principal ofRole(Arn role, Identity identity) {
    String session =
        PrincipalArns.SESSION + PrincipalArns.name(role.resource()) + "/" + DEFAULT_SESSION;
    return new Principal(
        Kind.SESSION,
        new Arn(role.partition(), "sts", "", role.account(), session).toString(),
        role.account(),
        // A role is known by its name: the path is that of the role that is registered.
        identity.roleArn() == null ? role.toString() : identity.roleArn(),
        identity);
  }

  /**
   * Returns the caller as refusals print it: an ARN, or the name of a service.
   *
   * @return the string; for a role, the ARN of its session
   */
  public String text() {
    return text;
  }

  /**
   * Returns the principal that has the identity policies of the caller, and that key policies list
   * for it.
   *
   * @return for the session of a role, the ARN of the role, with its path if that is known; the
   *     caller itself otherwise
   */
  public String policyPrincipal() {
    return roleArn == null ? text : roleArn;
  }

  /** Returns the same caller with another identity, but of the same role. */
  Principal with(Identity other) {
    return new Principal(kind, text, account, roleArn, other);
  }

  /**
   * Returns the account of the caller.
   *
   * @return twelve digits; empty for a service, which belongs to no account
   */
  public String account() {
    return account;
  }

  /**
   * Returns whether the caller can have an identity, which root users and services cannot.
   *
   * @return whether it is a user, a session of a role or a federated user
   */
  public boolean hasIdentity() {
    return kind != Kind.ROOT && kind != Kind.SERVICE;
  }

  boolean isRoot() {
    return kind == Kind.ROOT;
  }

  boolean isService() {
    return kind == Kind.SERVICE;
  }

  /** Returns the ARN of the role of a session; null for other callers. */
  @Nullable String roleArn() {
    return roleArn;
  }

  Identity identity() {
    return identity;
  }

  /**
   * Returns the grantees whose grants the caller can use, as {@link Grant#grantee} returns them.
   *
   * @return the caller itself, its role, and its account; or the name of a service
   */
  public List<String> grantees() {
    return switch (kind) {
      case SERVICE -> List.of(text);
      case ROOT -> List.of(account);
      default -> roleArn == null ? List.of(text, account) : List.of(text, roleArn, account);
    };
  }

  /** Returns all principals that the caller is: its account, its role, itself. */
  List<PrincipalPattern> levels() {
    if (kind == Kind.SERVICE) {
      return List.of(new PrincipalPattern.Service(text));
    }
    List<PrincipalPattern> levels = new ArrayList<>();
    levels.add(new PrincipalPattern.Account(account));
    if (roleArn != null) {
      levels.add(new PrincipalPattern.Exact(roleArn));
    }
    if (kind != Kind.ROOT) {
      levels.add(new PrincipalPattern.Exact(text));
    }
    return levels;
  }

  /** Returns the values of a condition key about callers; null if the key is about others. */
  @Nullable List<String> values(String key) {
    return switch (key) {
      case "aws:principalarn" ->
          switch (kind) {
            case SERVICE -> List.of();
            case SESSION -> optional(roleArn);
            default -> List.of(text);
          };
      case "aws:principalaccount", "kms:calleraccount" ->
          kind == Kind.SERVICE ? List.of() : List.of(account);
      case "aws:principaltype" -> kind == Kind.SERVICE ? List.of() : List.of(kind.type);
      case "aws:userid" -> optional(userId());
      case "aws:username" -> kind == Kind.USER ? List.of(PrincipalArns.name(text)) : List.of();
      case "aws:principalisawsservice" -> List.of(String.valueOf(kind == Kind.SERVICE));
      case "aws:principalservicename" -> kind == Kind.SERVICE ? List.of(text) : List.of();
      default -> key.startsWith(TAG) ? tag(key.substring(TAG.length())) : null;
    };
  }

  private @Nullable String userId() {
    String id = identity.uniqueId();
    return switch (kind) {
      case ROOT -> account;
      case USER -> id;
      // The name of a session has no slash.
      case SESSION -> id == null ? null : id + ":" + PrincipalArns.name(text);
      case FEDERATED -> account + ":" + PrincipalArns.name(text);
      case SERVICE -> null;
    };
  }

  /** Returns the value of a tag, given in lower case. No two tags of an identity have it. */
  private List<String> tag(String tagKey) {
    for (Map.Entry<String, String> tag : identity.tags().entrySet()) {
      if (tag.getKey().toLowerCase(Locale.ROOT).equals(tagKey)) {
        return List.of(tag.getValue());
      }
    }
    return List.of();
  }

  private static List<String> optional(@Nullable String value) {
    return value == null ? List.of() : List.of(value);
  }

  /** Returns the caller as refusals print it. */
  @Override
  public String toString() {
    return text;
  }
}
