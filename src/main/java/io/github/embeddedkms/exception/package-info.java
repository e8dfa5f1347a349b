/**
 * What the service answers when it refuses: {@code KmsException} and one class for each error code.
 *
 * <p>Must not know requests, keys or this library's own mistakes: a bug of ours is never a {@link
 * io.github.embeddedkms.exception.KmsException}.
 *
 * <p>Start reading at {@link io.github.embeddedkms.exception.KmsException}; the rest differ from it
 * by code, status and occasion only. The exception is {@link
 * io.github.embeddedkms.exception.ReadOnlyStoreException}, which AWS KMS does not have: it is no
 * {@code KmsException}.
 */
package io.github.embeddedkms.exception;
