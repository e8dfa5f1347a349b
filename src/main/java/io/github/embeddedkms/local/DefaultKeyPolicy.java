package io.github.embeddedkms.local;

import io.github.embeddedkms.Caller;
import io.github.embeddedkms.model.Arn;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The default key policy: it allows the key's account everything, and no one else anything. */
final class DefaultKeyPolicy {

  private DefaultKeyPolicy() {}

  /** Returns the default policy of the keys of the caller's account, as the service prints it. */
  static String text(Caller caller) {
    return """
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
        }"""
        .formatted(rootOf(caller));
  }

  /**
   * Returns whether a policy means the same as the default policy: each statement allows the
   * account, and only the account, every action on every resource without conditions. The account
   * is its root ARN or its twelve digits. Further actions and resources beside the wildcards add
   * nothing. Everything else is not recognized: patterns such as {@code k*:*}, a resource that is
   * the key's own ARN, a statement without effect.
   */
  static boolean isMeantBy(List<KeyPolicyStatement> statements, Caller caller) {
    return statements.stream().allMatch(statement -> isDefault(statement, caller));
  }

  private static boolean isDefault(KeyPolicyStatement statement, Caller caller) {
    return statement.allows()
        && statement.conditions() == null
        && isAccountOnly(statement, caller)
        && contains(statement.actions(), "kms:*", "*")
        && contains(statement.resources(), "*");
  }

  private static boolean isAccountOnly(KeyPolicyStatement statement, Caller caller) {
    List<String> principals = statement.principals().getOrDefault("AWS", List.of());
    return statement.principals().size() == 1
        && !principals.isEmpty()
        && principals.stream().allMatch(principal -> isAccount(principal, caller));
  }

  /** Returns whether a principal is the caller's account. */
  static boolean isAccount(String principal, Caller caller) {
    return principal.equals(caller.account()) || principal.equals(rootOf(caller));
  }

  private static boolean contains(
      KeyPolicyStatement.@Nullable Patterns patterns, String... wanted) {
    return patterns != null
        && !patterns.others()
        && patterns.values().stream()
            .anyMatch(value -> List.of(wanted).stream().anyMatch(value::equalsIgnoreCase));
  }

  private static String rootOf(Caller caller) {
    return new Arn(caller.partition(), "iam", "", caller.account(), "root").toString();
  }
}
