package io.github.embeddedkms.authorization;

import io.github.embeddedkms.model.Arn;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** The identities that were given, and none else. */
final class RegisteredIdentities implements Identities {

  static final Identities ADMINISTRATORS = principal -> Identity.administrator();

  private final Map<String, Identity> byArn;

  /** The roles by their ARNs without paths, since a session's ARN has none. */
  private final Map<String, Identity> roles;

  private final Set<String> accounts;

  private RegisteredIdentities(
      Map<String, Identity> byArn, Map<String, Identity> roles, Set<String> accounts) {
    this.byArn = byArn;
    this.roles = roles;
    this.accounts = accounts;
  }

  static Identities of(Map<String, Identity> identities) {
    Map<String, Identity> byArn = new HashMap<>();
    Map<String, Identity> roles = new HashMap<>();
    Set<String> accounts = new HashSet<>();
    identities.forEach(
        (text, identity) -> {
          Arn arn = PrincipalArns.requireIdentity(text);
          accounts.add(arn.account());
          if (arn.resource().startsWith("role/")) {
            Identity ofRole = identity.withRole(text);
            byArn.put(text, ofRole);
            if (roles.put(PrincipalArns.withoutPath(arn), ofRole) != null) {
              throw new IllegalArgumentException("two roles of an account have one name: " + text);
            }
          } else {
            byArn.put(text, identity);
          }
        });
    return new RegisteredIdentities(byArn, roles, accounts);
  }

  @Override
  public Identity of(String principal) {
    Identity own = byArn.get(principal);
    String role = PrincipalArns.roleOfSession(principal);
    Identity ofRole = role == null ? null : roles.get(role);
    if (own == null) {
      return ofRole == null ? Identity.none() : ofRole;
    }
    return ofRole == null || ofRole.roleArn() == null ? own : own.withRole(ofRole.roleArn());
  }

  @Override
  public boolean canExist(String principal) {
    return byArn.containsKey(principal)
        || Arn.parse(principal).filter(arn -> accounts.contains(arn.account())).isEmpty();
  }
}
