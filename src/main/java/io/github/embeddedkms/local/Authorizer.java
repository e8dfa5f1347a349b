package io.github.embeddedkms.local;

import io.github.embeddedkms.exception.AccessDeniedException;
import io.github.embeddedkms.exception.InvalidGrantTokenException;

/**
 * Decides whether a caller may perform an action. Every operation asks the authorizer, and nothing
 * else decides.
 */
interface Authorizer {

  /**
   * Returns normally if the caller may perform the action.
   *
   * @throws AccessDeniedException if the caller may not perform it
   * @throws InvalidGrantTokenException if a grant token was never issued
   */
  void authorize(AccessRequest request);
}
