package io.github.embeddedkms.authorization;

import io.github.embeddedkms.model.Arn;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A question to the {@link Evaluator}: may this caller do this? An operation that needs several
 * permissions asks several.
 *
 * <p>Immutable, as far as its facts are.
 *
 * @param action the action, for example {@code kms:Decrypt}
 * @param target what the action is on, which also decides how a refusal names it
 * @param resource the key's ARN, even if the caller named the key in another way; an alias's ARN;
 *     {@code *}; or a principal's ARN
 * @param keyPolicy the key's policy; null if there is no such key, or if the action is not on a key
 * @param acrossAccounts whether the operation can be used with keys of other accounts
 * @param principal the caller
 * @param facts the values of condition keys
 * @param grants the grants of the key
 */
public record Inquiry(
    String action,
    Target target,
    String resource,
    @Nullable Policy keyPolicy,
    boolean acrossAccounts,
    Principal principal,
    Facts facts,
    Grants grants) {

  /** What an action is on. */
  public enum Target {
    /** A key that the caller named by its id or ARN, or by an alias of its own account. */
    KEY,
    /** A key that the caller named by the ARN of an alias, which can be another account's. */
    KEY_OF_ALIAS_ARN,
    /** A key that was found by a ciphertext, without its id in the request. */
    KEY_OF_CIPHERTEXT,
    /** An alias. Only identity policies decide, and no condition on a key or on tags holds. */
    ALIAS,
    /**
     * No key: the resource is {@code *}, or the ARN of a principal. Only identity policies decide.
     */
    ACCOUNT,
    /** The tags of a key that is being created. A refusal does not name the resource. */
    TAGS_OF_NEW_KEY;

    /**
     * Returns whether the action is on a key.
     *
     * @return whether the key's policy decides
     */
    public boolean isKey() {
      return this == KEY || this == KEY_OF_ALIAS_ARN || this == KEY_OF_CIPHERTEXT;
    }
  }

  /** The position of the account in an ARN: after as many colons. */
  private static final int COLONS_BEFORE_ACCOUNT = 4;

  /**
   * Creates an inquiry about a key without grants, or about something that is not a key.
   *
   * @param action the action, for example {@code kms:Decrypt}
   * @param target what the action is on
   * @param resource the ARN of the key or alias; {@code *}; or a principal's ARN
   * @param keyPolicy the key's policy; null if there is no such key, or if the action is not on a
   *     key
   * @param acrossAccounts whether the operation can be used with keys of other accounts
   * @param principal the caller
   * @param facts the values of condition keys
   */
  public Inquiry(
      String action,
      Target target,
      String resource,
      @Nullable Policy keyPolicy,
      boolean acrossAccounts,
      Principal principal,
      Facts facts) {
    this(action, target, resource, keyPolicy, acrossAccounts, principal, facts, Grants.none());
  }

  /**
   * Returns an inquiry about a key that the caller named by its id or ARN.
   *
   * @param action the action, for example {@code kms:Decrypt}
   * @param keyArn the key's ARN
   * @param keyPolicy the key's policy; null if there is no such key
   * @param principal the caller
   * @param facts the values of condition keys
   * @return the inquiry, about an operation that can be used with keys of other accounts
   */
  public static Inquiry ofKey(
      String action, String keyArn, @Nullable Policy keyPolicy, Principal principal, Facts facts) {
    return new Inquiry(action, Target.KEY, keyArn, keyPolicy, true, principal, facts);
  }

  /**
   * Returns an inquiry about an action that is not on a key.
   *
   * @param action the action, for example {@code kms:ListKeys}
   * @param resource {@code *}, or the ARN of a principal
   * @param principal the caller
   * @param facts the values of condition keys
   * @return the inquiry
   */
  public static Inquiry ofAccount(
      String action, String resource, Principal principal, Facts facts) {
    return new Inquiry(action, Target.ACCOUNT, resource, null, false, principal, facts);
  }

  /** Returns whether the key belongs to another account. Services belong to none. */
  boolean isAcrossAccounts() {
    if (!target.isKey() || principal.isService()) {
      return false;
    }
    int begin = 0;
    for (int i = 0; i < COLONS_BEFORE_ACCOUNT; i++) {
      begin = resource.indexOf(':', begin) + 1;
    }
    String account = principal.account();
    return !(resource.startsWith(account, begin)
        && resource.startsWith(":", begin + account.length()));
  }

  /** Returns whether a service lists what it may retire itself. It has no identity policies. */
  boolean isOnItself() {
    return target == Target.ACCOUNT && principal.isService() && resource.equals(principal.text());
  }

  /** Returns whether the action is on a principal of another account, whose grants are listed. */
  boolean isOnForeignPrincipal() {
    if (target != Target.ACCOUNT || principal.isService() || resource.equals("*")) {
      return false;
    }
    return !Grant.canonical(resource).equals(principal.account())
        && !resourceAccount().equals(principal.account());
  }

  /** Returns whether the caller does not belong to the key's account. A service never does. */
  boolean isFromOutside() {
    return target.isKey() && (principal.isService() || isAcrossAccounts());
  }

  /**
   * Returns the same inquiry by a caller with another identity. Conditions about the tags and the
   * unique id are about those of this identity.
   *
   * @param identity the identity; not used for root users and services
   * @return the inquiry
   */
  public Inquiry withIdentity(Identity identity) {
    return new Inquiry(
        action,
        target,
        resource,
        keyPolicy,
        acrossAccounts,
        principal.with(identity),
        facts,
        grants);
  }

  /**
   * Returns the same inquiry about a key without grants.
   *
   * @return the inquiry
   */
  public Inquiry withoutGrants() {
    return new Inquiry(
        action, target, resource, keyPolicy, acrossAccounts, principal, facts, Grants.none());
  }

  /** Returns this inquiry with facts that are asked for each condition key once. */
  Inquiry remembering() {
    return new Inquiry(
        action,
        target,
        resource,
        keyPolicy,
        acrossAccounts,
        principal,
        new RememberedFacts(facts),
        grants);
  }

  /** Returns the values of a condition key, given in lower case. */
  List<String> values(String key) {
    if (isUnknownHere(key)) {
      return List.of();
    }
    List<String> ofPrincipal = principal.values(key);
    if (ofPrincipal != null) {
      return ofPrincipal;
    }
    String owner = key.equals(ConditionKeys.RESOURCE_ACCOUNT) ? resourceAccount() : "";
    return owner.isEmpty() ? facts.values(key) : List.of(owner);
  }

  /** Returns the account in the resource's ARN; empty if there is none. */
  private String resourceAccount() {
    return Arn.parse(resource).map(Arn::account).orElse("");
  }

  /** Of the operations without a key, only CreateKey has these keys. */
  private boolean isUnknownHere(String key) {
    return target == Target.ACCOUNT
        && (key.equals("kms:calleraccount") || key.equals("kms:viaservice"))
        && !action.equals("kms:CreateKey");
  }
}
