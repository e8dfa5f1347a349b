package io.github.embeddedkms.authorization;

import io.github.embeddedkms.model.Arn;

/** A principal that a statement lists. The names in ARNs are case sensitive. */
sealed interface PrincipalPattern {

  /** How a caller matches. */
  enum Match {
    /** The caller is not listed in any way. */
    NONE,
    /** The caller's account is listed, so the account decides. */
    ACCOUNT,
    /** The caller itself is listed. */
    DIRECT
  }

  /** The pattern that every caller matches. */
  PrincipalPattern ANYONE = new Anyone();

  /** Returns how a caller matches. */
  Match match(Principal caller);

  /** Returns the pattern of a principal of the kind {@code AWS}. */
  static PrincipalPattern aws(String text) {
    if (text.equals("*")) {
      return ANYONE;
    }
    if (PrincipalArns.isAccountId(text)) {
      return new Account(text);
    }
    Arn arn = PrincipalArns.parse(text);
    return arn != null && arn.resource().equals("root")
        ? new Account(arn.account())
        : new Exact(text);
  }

  /** Every caller. */
  record Anyone() implements PrincipalPattern {
    @Override
    public Match match(Principal caller) {
      return Match.DIRECT;
    }
  }

  /** An account: its root user directly, and its other principals if the account lets them. */
  record Account(String id) implements PrincipalPattern {
    @Override
    public Match match(Principal caller) {
      if (!id.equals(caller.account())) {
        return Match.NONE;
      }
      return caller.isRoot() ? Match.DIRECT : Match.ACCOUNT;
    }
  }

  /** A user, a federated user, a session, or a role, which means all its sessions. */
  record Exact(String arn) implements PrincipalPattern {
    @Override
    public Match match(Principal caller) {
      boolean isListed = arn.equals(caller.text()) || arn.equals(caller.roleArn());
      return isListed && !caller.isService() ? Match.DIRECT : Match.NONE;
    }
  }

  /** A service that calls for itself. */
  record Service(String name) implements PrincipalPattern {
    @Override
    public Match match(Principal caller) {
      return caller.isService() && name.equals(caller.text()) ? Match.DIRECT : Match.NONE;
    }
  }

  /** A provider of identities. Its users call as sessions of roles, so it is never the caller. */
  record Provider(String name) implements PrincipalPattern {
    @Override
    public Match match(Principal caller) {
      return Match.NONE;
    }
  }
}
