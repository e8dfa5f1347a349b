package io.github.embeddedkms.authorization;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One statement of a policy.
 *
 * @param path the path of the statement in its policy
 * @param index its position, from 0
 * @param sid its name; null if it has none
 * @param allows whether its effect is {@code Allow}, not {@code Deny}
 * @param withVariables whether the version of the policy has variables
 * @param principals its principals; null in an identity policy
 * @param actions its actions; null if it has none, and therefore no effect
 * @param resources its resources; null if it has none, and therefore no effect
 * @param conditions its conditions; null if it has no element {@code Condition}
 */
record Statement(
    String path,
    int index,
    @Nullable String sid,
    boolean allows,
    boolean withVariables,
    @Nullable Principals principals,
    @Nullable Actions actions,
    @Nullable Resources resources,
    @Nullable List<Condition> conditions) {

  /**
   * Returns how the statement applies to an inquiry.
   *
   * @param tracer receives everything that keeps the statement from applying; if null, the first
   *     such part ends the comparison
   */
  PrincipalPattern.Match match(Inquiry inquiry, @Nullable Tracer tracer) {
    PrincipalPattern.Match match =
        principals == null ? PrincipalPattern.Match.DIRECT : principals.match(inquiry.principal());
    boolean applies = match != PrincipalPattern.Match.NONE;
    if (!applies && tracer != null) {
      tracer.otherPrincipal(this, inquiry);
    }
    // Without a tracer, a part is compared only while the statement can still apply.
    if ((applies || tracer != null) && !matchesAction(inquiry, tracer)) {
      applies = false;
    }
    if ((applies || tracer != null) && !matchesResource(inquiry, tracer)) {
      applies = false;
    }
    if ((applies || tracer != null) && !conditionsHold(inquiry, tracer)) {
      applies = false;
    }
    if (tracer != null) {
      tracer.end(this, applies);
    }
    return applies ? match : PrincipalPattern.Match.NONE;
  }

  private boolean matchesAction(Inquiry inquiry, @Nullable Tracer tracer) {
    if (actions != null && actions.matches(inquiry.action())) {
      return true;
    }
    if (tracer != null) {
      tracer.otherAction(this);
    }
    return false;
  }

  private boolean matchesResource(Inquiry inquiry, @Nullable Tracer tracer) {
    if (resources != null && resources.matches(inquiry)) {
      return true;
    }
    if (tracer != null) {
      tracer.otherResource(this, inquiry);
    }
    return false;
  }

  private boolean conditionsHold(Inquiry inquiry, @Nullable Tracer tracer) {
    boolean hold = true;
    if (conditions != null) {
      for (Condition condition : conditions) {
        if (!condition.holds(inquiry)) {
          if (tracer == null) {
            return false;
          }
          tracer.unmetCondition(this, condition, inquiry);
          hold = false;
        }
      }
    }
    return hold;
  }

  /** Adds the condition keys that are asked for, each as often as the statement has it. */
  void addKeys(List<String> keys) {
    if (resources != null) {
      resources.patterns().forEach(pattern -> pattern.addKeys(keys));
    }
    if (conditions != null) {
      conditions.forEach(condition -> condition.addKeys(keys));
    }
  }

  /**
   * Returns whether the statement allows an account, and no one else, every action on every
   * resource without conditions. Further actions and resources beside the wildcards add nothing.
   */
  boolean allowsEverythingTo(String account) {
    PrincipalPattern wanted = new PrincipalPattern.Account(account);
    return allows
        && conditions == null
        && principals != null
        && !principals.negated()
        && !principals.patterns().isEmpty()
        && principals.patterns().stream().allMatch(wanted::equals)
        && actions != null
        && !actions.negated()
        && actions.listed().stream().anyMatch(a -> a.equals("*") || a.equalsIgnoreCase("kms:*"))
        && resources != null
        && !resources.negated()
        && resources.listed().contains("*");
  }
}
