/**
 * The JUnit 5 extension: gives tests a provider of their own, over it the clients they ask for, and
 * a fresh state each time.
 *
 * <p>Must not know how any of these answer, nor name types of the AWS SDK where they are not asked
 * for: tests without the SDK have it not.
 *
 * <p>Start reading at {@link io.github.embeddedkms.junit.EmbeddedKms}; {@code EmbeddedKmsExtension}
 * is what JUnit calls, and {@code Scope} says which provider a test sees.
 */
package io.github.embeddedkms.junit;
