package io.github.embeddedkms.exception;

import org.jspecify.annotations.Nullable;

/**
 * The external key store proxy rejected the credential.
 *
 * <p>HTTP status 400, not retryable. Returned by: CreateCustomKeyStore, UpdateCustomKeyStore.
 */
public final class XksProxyIncorrectAuthenticationCredentialException extends KmsException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates the error.
   *
   * @param message the service's message, or null if it sends none
   */
  public XksProxyIncorrectAuthenticationCredentialException(@Nullable String message) {
    super("XksProxyIncorrectAuthenticationCredentialException", 400, message);
  }
}
