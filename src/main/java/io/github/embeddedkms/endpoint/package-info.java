/**
 * The service over HTTP on loopback, for every language that has a client of AWS KMS, on the JDK's
 * own server.
 *
 * <p>Must not know any operation, nor what a body says: who may ask and how much is decided here,
 * what is answered in the {@code wire} room.
 *
 * <p>Start reading at {@link io.github.embeddedkms.endpoint.KmsEndpoint}.
 */
package io.github.embeddedkms.endpoint;
