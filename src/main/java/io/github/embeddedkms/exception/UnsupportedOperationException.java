package io.github.embeddedkms.exception;

import org.jspecify.annotations.Nullable;

/**
 * The operation does not apply to a key of that spec or origin, or a parameter is not supported
 * there. Not to be confused with {@link NotSupportedYetException}, which reports what this library
 * does not do yet.
 *
 * <p>HTTP status 400, not retryable as it is. Answered by: CreateKey, GetPublicKey, key rotation,
 * import, ReplicateKey and others.
 */
@SuppressWarnings("JavaLangClash") // the service's own name; see the class comment
public final class UnsupportedOperationException extends KmsException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates the error.
   *
   * @param message the service's text, or null where it sends none
   */
  public UnsupportedOperationException(@Nullable String message) {
    super("UnsupportedOperationException", 400, message);
  }
}
