/**
 * The service over HTTP on loopback, for every language that has a client for AWS KMS, on the JDK's
 * HTTP server.
 *
 * <p>Must not know any operation, nor the meaning of a body: this package decides which requests
 * are admitted and how large they may be, and the {@code wire} room processes them.
 *
 * <p>Start reading at {@link io.github.embeddedkms.endpoint.KmsEndpoint}.
 */
package io.github.embeddedkms.endpoint;
