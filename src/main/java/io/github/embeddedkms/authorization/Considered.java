package io.github.embeddedkms.authorization;

import java.util.List;

/**
 * A statement or grant that was considered.
 *
 * @param place the statement or grant
 * @param allows whether its effect is {@code Allow}, not {@code Deny}
 * @param applied whether it applies to the request
 * @param mismatches what keeps it from applying; empty if it applies
 */
public record Considered(Place place, boolean allows, boolean applied, List<Mismatch> mismatches) {

  /** Copies the mismatches. */
  public Considered {
    mismatches = List.copyOf(mismatches);
  }

  /**
   * Returns whether it would allow the action if one thing were different: the principal, the
   * action, the resource or one condition; or of a grant, the grantee, the operations or one
   * constraint.
   *
   * @return whether this is a near miss
   */
  public boolean isNearMiss() {
    return allows && mismatches.size() == 1;
  }
}
