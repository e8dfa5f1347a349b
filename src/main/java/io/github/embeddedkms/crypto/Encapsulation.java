package io.github.embeddedkms.crypto;

import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.SecretBytes;

/**
 * A shared secret of a key encapsulation mechanism, and the ciphertext from which the owner of the
 * private key derives the same secret.
 *
 * @param sharedSecret 32 bytes; the receiver of this record closes it
 * @param ciphertext as long as the parameter set of the key says; not secret
 */
public record Encapsulation(SecretBytes sharedSecret, Bytes ciphertext) {}
