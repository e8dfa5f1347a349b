/**
 * AWS JSON 1.1, the protocol of the service, in both directions: the server half responds to a
 * target and a body from any {@code KmsService}, the client half is a {@code KmsClient} over
 * anything that carries them. Also: who signed a request, and requests to the clock.
 *
 * <p>Must not know what carries requests, in memory or over a network, nor any operation by name:
 * everything follows from the catalogue of operations and from their records.
 *
 * <p>Start reading at {@link io.github.embeddedkms.wire.WireServer}.
 */
package io.github.embeddedkms.wire;
