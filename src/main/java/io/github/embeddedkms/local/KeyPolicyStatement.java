package io.github.embeddedkms.local;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One statement of a key policy, without its {@code Sid}, which means nothing.
 *
 * @param allows whether its effect is {@code Allow}, not {@code Deny}
 * @param principals its principals by kind ({@code AWS}, {@code Service}, {@code Federated})
 * @param otherPrincipals whether it applies to all principals but those
 * @param actions its actions; null if it has none, and therefore no effect
 * @param resources its resources; null if it has none, and therefore no effect
 * @param conditions the condition keys by operator; null if it has no conditions
 */
record KeyPolicyStatement(
    boolean allows,
    Map<String, List<String>> principals,
    boolean otherPrincipals,
    @Nullable Patterns actions,
    @Nullable Patterns resources,
    @Nullable Map<String, Set<String>> conditions) {

  /**
   * The patterns of an element.
   *
   * @param values the patterns, at least one
   * @param others whether the element begins with {@code Not}: it means everything but those
   */
  record Patterns(List<String> values, boolean others) {}
}
