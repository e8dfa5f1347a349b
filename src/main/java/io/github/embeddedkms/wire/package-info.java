/**
 * AWS JSON 1.1, the protocol of the service: a target and a body in, a status and a body out, over
 * any {@code KmsService}; and who signed a request.
 *
 * <p>Must not know what carries requests, in memory or over a network, nor any operation by name:
 * all of it follows from the records.
 *
 * <p>Start reading at {@link io.github.embeddedkms.wire.AwsJson}.
 */
package io.github.embeddedkms.wire;
