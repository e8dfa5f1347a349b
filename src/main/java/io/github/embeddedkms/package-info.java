/**
 * AWS Key Management Service as an embeddable library.
 *
 * <p>Most programs need two types: {@link io.github.embeddedkms.KmsClient}, the typed interface of
 * the service, and {@code LocalKeyProvider}, which implements it in memory.
 *
 * <p>This room must not know any implementation. Start reading at {@link
 * io.github.embeddedkms.KmsClient}.
 */
package io.github.embeddedkms;
