/**
 * Checks a record against the annotations on its components, and reports all violations in one
 * ValidationException with the service's message.
 *
 * <p>Must not know any operation: it reads records, nothing else.
 *
 * <p>Start reading at {@link io.github.embeddedkms.constraint.Constraints}.
 */
package io.github.embeddedkms.constraint;
