package io.github.embeddedkms.authorization;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A part of a statement or grant that keeps it from applying. */
public sealed interface Mismatch {

  /**
   * The caller is not among the principals, is spared by {@code NotPrincipal}, or is not the
   * grantee of the grant.
   *
   * @param listed the principals as the policy lists them, or the grantee
   * @param hint what may help; null if nothing is known
   */
  record Principal(List<String> listed, @Nullable Hint hint) implements Mismatch {}

  /**
   * The action is not among the actions.
   *
   * @param listed the patterns as the policy lists them
   */
  record Action(List<String> listed) implements Mismatch {}

  /**
   * The resource is not among the resources.
   *
   * @param listed the patterns as the policy lists them
   * @param hint what may help; null if nothing is known
   */
  record Resource(List<String> listed, @Nullable Hint hint) implements Mismatch {}

  /**
   * The statement has no effect at all.
   *
   * @param missingElement the element that it lacks: {@code Action} or {@code Resource}
   */
  record NoEffect(String missingElement) implements Mismatch {}

  /**
   * A condition does not hold.
   *
   * @param operator the operator as the policy has it
   * @param key the condition key as the policy has it
   * @param wanted the values of the policy
   * @param actual the values of the request; empty if it does not have the key
   * @param hint what may help; null if nothing is known
   */
  record Condition(
      String operator, String key, List<String> wanted, List<String> actual, @Nullable Hint hint)
      implements Mismatch {}

  /**
   * A variable has no value.
   *
   * @param name the condition key, in lower case
   */
  record Variable(String name) implements Mismatch {}

  /**
   * The grant is for the caller's account, and no identity policy of the caller allows the action.
   *
   * @param account the account, twelve digits
   */
  record Identity(String account) implements Mismatch {}

  /**
   * The grant does not permit the operation; or, for CreateGrant, not all operations of the new
   * grant.
   *
   * @param granted the operations that it permits
   */
  record Operation(List<String> granted) implements Mismatch {

    /** Copies the list. */
    public Operation {
      granted = List.copyOf(granted);
    }
  }

  /**
   * The encryption context does not meet the constraint of the grant; or, for CreateGrant, the
   * constraint of the new grant is not as strict.
   *
   * @param exact whether the constraint allows no other pairs: EncryptionContextEquals, not
   *     EncryptionContextSubset
   * @param wanted the pairs of the constraint
   * @param actual the pairs of the request or of the new grant
   * @param hint what may help; null if nothing is known
   */
  record Constraint(
      boolean exact, Map<String, String> wanted, Map<String, String> actual, @Nullable Hint hint)
      implements Mismatch {

    /** Copies the pairs. */
    public Constraint {
      wanted = Map.copyOf(wanted);
      actual = Map.copyOf(actual);
    }
  }

  /**
   * The request is not made for the resource that the grant is for; or, for CreateGrant, the new
   * grant is not for that resource alone.
   *
   * @param wanted the ARN in the constraint of the grant
   * @param actual the value of {@code aws:SourceArn}, or the ARN in the constraint of the new
   *     grant; null if there is none
   */
  record SourceArn(String wanted, @Nullable String actual) implements Mismatch {}
}
