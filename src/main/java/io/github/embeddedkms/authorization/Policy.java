package io.github.embeddedkms.authorization;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A key policy or an identity policy, which is known by its text. It is parsed when it is first
 * needed, and only once.
 *
 * <p>Two policies are equal if they are of the same kind and their texts are the same.
 *
 * <p>Immutable, and safe for use by several threads.
 */
public final class Policy {

  private final boolean ofKey;
  private final String text;

  /** Two threads can both parse the policy, with the same result. */
  private volatile @Nullable Parsed parsed;

  /**
   * The parsed policy.
   *
   * @param repetition see {@link Policy#repetition}
   */
  private record Parsed(List<Statement> statements, int repetition) {}

  private Policy(boolean ofKey, String text) {
    this.ofKey = ofKey;
    this.text = text;
  }

  /**
   * Returns a key policy. The text is not checked, see {@link #requireValid}.
   *
   * @param text JSON, up to 32,768 bytes of UTF-8
   * @return the policy
   */
  public static Policy keyPolicy(String text) {
    return new Policy(true, text);
  }

  /**
   * Returns the default key policy, which lets an account decide everything.
   *
   * @param root the ARN of the root user of the key's account
   * @return the policy, as the service prints it
   */
  public static Policy defaultKeyPolicy(String root) {
    return keyPolicy(
        """
        {
          "Version" : "2012-10-17",
          "Id" : "key-default-1",
          "Statement" : [ {
            "Sid" : "Enable IAM User Permissions",
            "Effect" : "Allow",
            "Principal" : {
              "AWS" : "%s"
            },
            "Action" : "kms:*",
            "Resource" : "*"
          } ]
        }\
        """
            .formatted(root));
  }

  /**
   * Returns the key policy of AWS managed keys: an account may use and read them, but the actions
   * that change a key, its aliases or its grants are left to the service.
   *
   * @param root the ARN of the root user of the key's account
   * @return the policy, as the service prints it
   */
  public static Policy awsManagedKeyPolicy(String root) {
    return keyPolicy(
        """
        {
          "Version" : "2012-10-17",
          "Id" : "auto-managed-1",
          "Statement" : [ {
            "Sid" : "Allow the account to use and read the key",
            "Effect" : "Allow",
            "Principal" : {
              "AWS" : "%s"
            },
            "NotAction" : [ "kms:CancelKeyDeletion", "kms:CreateAlias", "kms:CreateGrant", \
        "kms:DeleteAlias", "kms:DeleteImportedKeyMaterial", "kms:DisableKey", \
        "kms:DisableKeyRotation", "kms:EnableKey", "kms:EnableKeyRotation", \
        "kms:GetParametersForImport", "kms:ImportKeyMaterial", "kms:PutKeyPolicy", \
        "kms:ReplicateKey", "kms:RevokeGrant", "kms:RotateKeyOnDemand", \
        "kms:ScheduleKeyDeletion", "kms:TagResource", "kms:UntagResource", "kms:UpdateAlias", \
        "kms:UpdateKeyDescription", "kms:UpdatePrimaryRegion" ],
            "Resource" : "*"
          } ]
        }\
        """
            .formatted(root));
  }

  /**
   * Returns an identity policy. The text is checked when an {@link Identity} has it.
   *
   * @param text JSON, up to 32,768 bytes of UTF-8
   * @return the policy
   */
  public static Policy identityPolicy(String text) {
    return new Policy(false, text);
  }

  /**
   * Returns the text.
   *
   * @return the text, as it was given
   */
  public String text() {
    return text;
  }

  /**
   * Requires that this key policy can be put: its size, syntax, principals and condition keys, in
   * this order. Whether it locks out the caller is another question, see {@link #requireNoLockout}.
   *
   * @param partition the partition of the key, which the principals must be of
   * @param identities the identities; a user or role must not be missing among them
   * @throws PolicyFault if the policy is to be refused
   */
  public void requireValid(String partition, Identities identities) {
    PolicyChecks.requireValid(statements(), partition, identities);
  }

  /**
   * Requires that this policy can be evaluated: only its syntax is checked.
   *
   * @throws PolicyFault if the syntax is not valid
   */
  public void requireValidSyntax() {
    statements();
  }

  /**
   * Requires that a caller could replace this key policy again.
   *
   * @param next the caller's inquiry about {@code kms:PutKeyPolicy} on the key, whose key policy is
   *     this one
   * @throws PolicyFault if the caller could not
   */
  public void requireNoLockout(Inquiry next) {
    if (!equals(next.keyPolicy())) {
      throw new IllegalArgumentException("the inquiry is about another key policy");
    }
    if (!Evaluator.decide(next).isAllowed()) {
      throw new PolicyFault(
          PolicyFault.Kind.LOCKOUT,
          "",
          "The new key policy will not allow you to update the key policy in the future.");
    }
  }

  /**
   * Returns whether each statement of this key policy allows an account, and only the account, all
   * actions without conditions. That is what the default key policy means. The account can be
   * listed by its digits or by the ARN of its root user, in any partition. Other ways to say it,
   * such as the pattern {@code kms:**} or the key's own ARN as the resource, are not recognized.
   *
   * @param account the twelve digits of the account
   * @return whether this is the default key policy in its meaning
   * @throws PolicyFault if the syntax is not valid
   */
  public boolean allowsEverythingToAccount(String account) {
    return statements().stream().allMatch(statement -> statement.allowsEverythingTo(account));
  }

  /**
   * Returns the policy as the service prints it.
   *
   * @return JSON with the members in the order of the text
   * @throws PolicyFault if this is not the JSON of a policy
   */
  public String printed() {
    return PolicyPrinter.print(tree());
  }

  /**
   * Prints a policy that is given by its members, in the form in which the service prints key
   * policies. The result is not checked, not even its length. It contains no character that a
   * request must not contain.
   *
   * @param members the members in their order: strings, numbers, booleans, lists and maps by
   *     strings
   * @return JSON
   */
  public static String print(Map<String, ?> members) {
    return PolicyPrinter.print(members);
  }

  boolean isKeyPolicy() {
    return ofKey;
  }

  /** Returns the statements; fails with a {@link PolicyFault} if the syntax is not valid. */
  List<Statement> statements() {
    return parsed().statements;
  }

  /**
   * Returns how often the statements can ask for one condition key: 0 if they ask for none, 1 if
   * for each once, 2 if for one of them more often.
   */
  int repetition() {
    return parsed().repetition;
  }

  private Parsed parsed() {
    Parsed known = parsed;
    if (known == null) {
      List<Statement> statements = PolicyReader.statements(tree(), ofKey);
      List<String> keys = new ArrayList<>();
      statements.forEach(statement -> statement.addKeys(keys));
      int repetition = keys.isEmpty() ? 0 : Set.copyOf(keys).size() == keys.size() ? 1 : 2;
      known = new Parsed(statements, repetition);
      parsed = known;
    }
    return known;
  }

  private Map<?, ?> tree() {
    return PolicyReader.tree(text, ofKey);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return this == other
        || (other instanceof Policy policy && ofKey == policy.ofKey && text.equals(policy.text));
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }

  /** Returns the text. */
  @Override
  public String toString() {
    return text;
  }
}
