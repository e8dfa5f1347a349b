/**
 * The errors of the service: {@code KmsException} and one class for each error code.
 *
 * <p>Must not know requests, keys or bugs of this library: a bug is never reported as a {@link
 * io.github.embeddedkms.exception.KmsException}.
 *
 * <p>Start reading at {@link io.github.embeddedkms.exception.KmsException}; its subclasses add only
 * their code, status and occasion. AWS KMS does not have {@link
 * io.github.embeddedkms.exception.NotSupportedYetException} and {@link
 * io.github.embeddedkms.exception.ReadOnlyStoreException}, which are therefore not {@code
 * KmsException}s.
 */
package io.github.embeddedkms.exception;
