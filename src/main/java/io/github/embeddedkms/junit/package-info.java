/**
 * The JUnit 5 extension: provides tests with their own provider, the clients they ask for, and a
 * fresh state each time.
 *
 * <p>Must not know how any of these work, nor name types of the AWS SDK unless they are asked for:
 * the SDK need not be on the class path.
 *
 * <p>Start reading at {@link io.github.embeddedkms.junit.EmbeddedKms}; {@code EmbeddedKmsExtension}
 * is what JUnit calls, and {@code Scope} says which provider a test sees.
 */
package io.github.embeddedkms.junit;
