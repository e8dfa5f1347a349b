package io.github.embeddedkms.authorization;

import org.jspecify.annotations.Nullable;

/**
 * Who may retire a grant, unless a policy denies it. No statement of a key policy can allow it.
 *
 * <p>Source: AWS KMS API Reference, RetireGrant; Developer Guide, "Retiring and revoking grants".
 */
enum Retirement {
  /** Not for this caller. */
  NOT_ALLOWED,
  /** The grant itself allows it. */
  BY_GRANT,
  /** The caller's account may retire the grant, and lets its principals by identity policies. */
  BY_ACCOUNT;

  private static final String ACTION = "kms:RetireGrant";

  /** Returns whether an inquiry is about a retirement. */
  static boolean isAskedBy(Inquiry inquiry) {
    return inquiry.action().equals(ACTION);
  }

  /**
   * Returns how a caller may retire a grant.
   *
   * @param grant the grant; null for one that does not exist
   */
  static Retirement of(@Nullable Grant grant, Inquiry inquiry) {
    if (grant == null) {
      return NOT_ALLOWED;
    }
    PrincipalPattern.Match retirer = matchRetirer(grant, inquiry.principal());
    // The grantee may, if the grant permits it RetireGrant.
    GrantRules ofGrantee = new GrantRules(grant, GrantRules.Request.of(inquiry));
    if (retirer == PrincipalPattern.Match.DIRECT || ofGrantee.permit(false)) {
      return BY_GRANT;
    }
    return retirer == PrincipalPattern.Match.ACCOUNT
            || ofGrantee.permit(true)
            || isOfIssuerOrOwner(grant, inquiry)
        ? BY_ACCOUNT
        : NOT_ALLOWED;
  }

  private static PrincipalPattern.Match matchRetirer(Grant grant, Principal caller) {
    String retirer = grant.retirer();
    if (retirer == null) {
      return PrincipalPattern.Match.NONE;
    }
    PrincipalPattern pattern =
        grant.retiringServicePrincipal() != null || ServiceNames.isService(retirer)
            ? new PrincipalPattern.Service(retirer)
            : PrincipalPattern.aws(retirer);
    return pattern.match(caller);
  }

  private static boolean isOfIssuerOrOwner(Grant grant, Inquiry inquiry) {
    Principal caller = inquiry.principal();
    return !caller.isService()
        && (caller.account().equals(grant.issuingAccount()) || !inquiry.isAcrossAccounts());
  }
}
