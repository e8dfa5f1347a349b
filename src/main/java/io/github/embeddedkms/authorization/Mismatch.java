package io.github.embeddedkms.authorization;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A part of a statement that keeps it from applying. */
public sealed interface Mismatch {

  /**
   * The caller is not among the principals, or is spared by {@code NotPrincipal}.
   *
   * @param listed the principals as the policy lists them
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
}
