package io.github.embeddedkms.crypto;

import io.github.embeddedkms.model.SecretBytes;

/**
 * A new random secret, in plaintext and sealed.
 *
 * @param secret the secret, which the caller closes
 * @param sealed the same, sealed; must not be modified
 */
@SuppressWarnings("ArrayRecordComponent") // never compared, and not copied for speed
public record SealedSecret(SecretBytes secret, byte[] sealed) {}
