/**
 * Decides and explains whether a principal may do something: principals, key policies, identity
 * policies, their conditions, and grants as values.
 *
 * <p>Must not know any request, storage or exception of the service: callers are named by their
 * ARNs, and what conditions need comes from {@link io.github.embeddedkms.authorization.Facts}.
 *
 * <p>Start reading at {@link io.github.embeddedkms.authorization.Evaluator}.
 */
package io.github.embeddedkms.authorization;
