package io.github.embeddedkms.authorization;

import org.jspecify.annotations.Nullable;

/** What the {@link Evaluator} decides. */
public enum Decision {
  /** The caller may. */
  ALLOWED,
  /** The key belongs to another account, for which the operation does not exist. */
  NOT_ACROSS_ACCOUNTS,
  /** There is no such key or alias. */
  NO_SUCH_KEY,
  /** A statement of an identity policy denies it. */
  DENIED_BY_IDENTITY,
  /** A statement of the key policy denies it. */
  DENIED_BY_KEY_POLICY,
  /** No statement of the key policy allows it to the caller or to its account. */
  NOT_ALLOWED_BY_KEY_POLICY,
  /** No identity policy allows it, where one must. */
  NOT_ALLOWED_BY_IDENTITY;

  /**
   * Returns whether the caller may.
   *
   * @return true for {@link #ALLOWED}
   */
  public boolean isAllowed() {
    return this == ALLOWED;
  }

  /**
   * Returns whether the caller's identity policies refuse, and the key's side, if there is a key,
   * does not.
   *
   * @return whether the key's own account would allow it
   */
  public boolean isByIdentity() {
    return this == DENIED_BY_IDENTITY || this == NOT_ALLOWED_BY_IDENTITY;
  }

  /**
   * Returns the message of the service's AccessDeniedException. It contains no id of another
   * account's key that the caller did not send, and does not tell a key that refuses from one that
   * does not exist.
   *
   * @param inquiry the inquiry that was decided
   * @return the message; null if the caller may
   */
  public @Nullable String message(Inquiry inquiry) {
    String reason =
        switch (this) {
          case ALLOWED -> null;
          case NOT_ACROSS_ACCOUNTS, NO_SUCH_KEY -> RefusalMessages.unreachable(inquiry);
          case DENIED_BY_IDENTITY -> RefusalMessages.deniedByIdentity(inquiry);
          case DENIED_BY_KEY_POLICY -> RefusalMessages.deniedByKeyPolicy(inquiry);
          case NOT_ALLOWED_BY_KEY_POLICY -> RefusalMessages.notAllowedByKeyPolicy(inquiry);
          case NOT_ALLOWED_BY_IDENTITY -> RefusalMessages.notAllowedByIdentity(inquiry);
        };
    return reason == null
        ? null
        : "User: "
            + inquiry.principal().text()
            + " is not authorized to perform: "
            + inquiry.action()
            + reason;
  }
}
