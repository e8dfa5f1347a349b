/**
 * The unmodified AWS SDK for Java v2 on any {@code KmsService}: the SDK's own clients, synchronous
 * and asynchronous, with a transport that calls the service in memory.
 *
 * <p>Must not know any operation, nor how a request is processed: the SDK writes the protocol, and
 * the {@code wire} room reads it. Outside this room, only the JUnit extension names a class of the
 * SDK, to inject it.
 *
 * <p>Start reading at {@link io.github.embeddedkms.awssdk.AwsSdk}.
 */
package io.github.embeddedkms.awssdk;
