/**
 * The errors of the service: {@code KmsException}, one class for each error code, and {@code
 * ServiceErrors}, which finds the class of a code.
 *
 * <p>Must not know requests, keys or bugs of this library: a bug is never reported as a {@link
 * io.github.embeddedkms.exception.KmsException}.
 *
 * <p>Start reading at {@link io.github.embeddedkms.exception.KmsException}; its subclasses add only
 * their code, status and occasion. AWS KMS does not have {@link
 * io.github.embeddedkms.exception.NotSupportedYetException}, {@link
 * io.github.embeddedkms.exception.ReadOnlyStoreException} and {@link
 * io.github.embeddedkms.exception.ServiceClosedException}, which are therefore not {@code
 * KmsException}s.
 */
package io.github.embeddedkms.exception;
