package io.github.embeddedkms.exception;

import org.jspecify.annotations.Nullable;

/**
 * The CloudHSM cluster named does not share a backup history with the one it would replace.
 *
 * <p>HTTP status 400, not retryable as it is. Answered by: UpdateCustomKeyStore.
 */
public final class CloudHsmClusterNotRelatedException extends KmsException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates the error.
   *
   * @param message the service's text, or null where it sends none
   */
  public CloudHsmClusterNotRelatedException(@Nullable String message) {
    super("CloudHsmClusterNotRelatedException", 400, message);
  }
}
