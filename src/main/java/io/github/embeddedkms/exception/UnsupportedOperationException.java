package io.github.embeddedkms.exception;

import org.jspecify.annotations.Nullable;

/**
 * The operation is not supported for keys of that spec or origin, or a parameter is not supported
 * for them. Not to be confused with {@link NotSupportedYetException}, which reports a feature that
 * this library does not support yet.
 *
 * <p>HTTP status 400, not retryable. Returned by: CreateKey, GetPublicKey, key rotation, import,
 * ReplicateKey and others.
 */
@SuppressWarnings("JavaLangClash") // the service's own name; see the class comment
public final class UnsupportedOperationException extends KmsException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates the error.
   *
   * @param message the service's message, or null if it sends none
   */
  public UnsupportedOperationException(@Nullable String message) {
    super("UnsupportedOperationException", 400, message);
  }
}
