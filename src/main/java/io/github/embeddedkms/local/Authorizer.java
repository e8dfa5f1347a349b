package io.github.embeddedkms.local;

import io.github.embeddedkms.exception.AccessDeniedException;
import io.github.embeddedkms.exception.InvalidGrantTokenException;

/** Decides whether a caller may do something. Every operation asks, and nothing else decides. */
interface Authorizer {

  /**
   * Returns if the caller may.
   *
   * @throws AccessDeniedException if the caller may not
   * @throws InvalidGrantTokenException if a grant token is not one that was issued
   */
  void authorize(AccessRequest request);
}
