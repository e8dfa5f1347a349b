/**
 * Makes any {@code KmsClient} of this library available as Tink's {@code KmsClient} and {@code
 * Aead}, for keysets and envelopes that a KMS key protects.
 *
 * <p>Must not know which service processes requests, nor Tink's registries: it registers nothing.
 *
 * <p>Start reading at {@link io.github.embeddedkms.tink.TinkKms}.
 *
 * <pre>{@code
 * Aead aead = TinkKms.client(kms).getAead("embedded-kms://alias/orders");
 * }</pre>
 */
package io.github.embeddedkms.tink;
