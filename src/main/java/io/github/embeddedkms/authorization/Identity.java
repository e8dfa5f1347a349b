package io.github.embeddedkms.authorization;

import io.github.embeddedkms.model.Arn;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a principal besides its ARN: its identity policies, tags and unique id. The
 * policies of a user's groups are policies of the user here.
 *
 * <p>Immutable.
 *
 * @param policies the identity policies, see {@link Policy#identityPolicy}
 * @param tags the tags by their keys, which must not differ only in case; conditions read them as
 *     {@code aws:PrincipalTag/…}
 * @param roleArn for a session, the ARN of its role with its path; null if the role has no path, or
 *     for other principals
 * @param uniqueId the unique id of a user ({@code AIDA…}) or role ({@code AROA…}), of which {@code
 *     aws:userid} consists; null if conditions need none
 */
public record Identity(
    List<Policy> policies,
    Map<String, String> tags,
    @Nullable String roleArn,
    @Nullable String uniqueId) {

  private static final Identity NONE = new Identity(List.of(), Map.of(), null, null);

  private static final Identity ADMINISTRATOR =
      of(
          Policy.identityPolicy(
              "{\"Version\":\"2012-10-17\",\"Statement\":"
                  + "{\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":\"*\"}}"));

  /**
   * Copies the members and checks the policies.
   *
   * @throws IllegalArgumentException if a policy is not a valid identity policy, if the keys of two
   *     tags differ only in case, or if {@code roleArn} is not the ARN of a role
   */
  public Identity {
    policies = List.copyOf(policies);
    tags = Map.copyOf(tags);
    for (int i = 0; i < policies.size(); i++) {
      requireValid(policies.get(i), i);
    }
    requireDistinct(tags.keySet());
    if (roleArn != null
        && Arn.parse(roleArn).filter(arn -> arn.resource().startsWith("role/")).isEmpty()) {
      throw new IllegalArgumentException("not the ARN of a role: " + roleArn);
    }
  }

  /** IAM does not allow such tags either. */
  private static void requireDistinct(Set<String> tagKeys) {
    Map<String, String> known = new HashMap<>();
    for (String key : new TreeSet<>(tagKeys)) {
      String other = known.putIfAbsent(key.toLowerCase(Locale.ROOT), key);
      if (other != null) {
        throw new IllegalArgumentException("two tags differ only in case: " + other + ", " + key);
      }
    }
  }

  private static void requireValid(Policy policy, int index) {
    if (policy.isKeyPolicy()) {
      throw new IllegalArgumentException("policy #" + index + " is a key policy");
    }
    try {
      policy.requireValidSyntax();
    } catch (PolicyFault e) {
      throw new IllegalArgumentException("policy #" + index + ": " + e.getMessage(), e);
    }
  }

  /**
   * Returns an identity that has only policies.
   *
   * @param policies the identity policies
   * @return the identity
   * @throws IllegalArgumentException if a policy is not a valid identity policy
   */
  public static Identity of(Policy... policies) {
    return new Identity(List.of(policies), Map.of(), null, null);
  }

  /**
   * Returns the identity of a principal without identity policies. Only key policies can allow it
   * something.
   *
   * @return the identity
   */
  public static Identity none() {
    return NONE;
  }

  /**
   * Returns the identity of a principal whose identity policy allows it every action on every
   * resource.
   *
   * @return the identity
   */
  public static Identity administrator() {
    return ADMINISTRATOR;
  }

  boolean isAdministrator() {
    return policies.equals(ADMINISTRATOR.policies);
  }

  Identity withRole(String arn) {
    return roleArn == null ? new Identity(policies, tags, arn, uniqueId) : this;
  }
}
