/**
 * The JUnit extension: provides each test with its own provider, the clients that it requests, and
 * a fresh state.
 *
 * <p>Must not know how any of these work, nor load types of the AWS SDK unless they are requested:
 * the SDK need not be on the class path.
 *
 * <p>Start reading at {@link io.github.embeddedkms.junit.EmbeddedKms}; JUnit calls {@code
 * EmbeddedKmsExtension}, and {@code Scope} determines which provider a test sees.
 */
package io.github.embeddedkms.junit;
