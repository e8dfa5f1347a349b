package io.github.embeddedkms.authorization;

/** A frequent mistake that may be the reason why a statement does not apply. */
public enum Hint {
  /** A value differs from a wanted one only in the case of letters. */
  CASE_DIFFERS("the value differs only in case"),
  /** The condition is about an alias, but the request did not name one. */
  NO_ALIAS("the request does not name the key by an alias"),
  /** The condition is about the encryption context, of which the request has none. */
  NO_ENCRYPTION_CONTEXT("the request has no encryption context"),
  /** The condition is about a service that calls for the caller, but the call was direct. */
  DIRECT_CALL("the call was direct, not through a service"),
  /** The key has several values, and the operator is for one. */
  NO_SET_OPERATOR("the key has several values: use ForAnyValue: or ForAllValues:"),
  /** The policy does not have the version that has variables. */
  NO_VARIABLES("variables are replaced only with \"Version\": \"2012-10-17\""),
  /** The resource is an alias, which never names its key. */
  ALIAS_AS_RESOURCE("the ARN of an alias does not name its key"),
  /** A role with the caller's name and another path is listed. */
  PATH_DIFFERS("the role of that name has another path"),
  /** The same principal or resource of another account is listed. */
  ACCOUNT_DIFFERS("only the account differs"),
  /** Identities are configured, but none with a policy for the caller. */
  NO_POLICIES("the configured identities have no policy for the caller"),
  /** Few may retire a grant, and there may be no such grant. */
  NOT_RETIRING(
      "there is no such grant, or the caller is neither its retiring principal, nor a grantee with"
          + " RetireGrant, nor of the account of its issuer or key");

  private final String text;

  Hint(String text) {
    this.text = text;
  }

  /** Returns the hint in words. */
  @Override
  public String toString() {
    return text;
  }
}
