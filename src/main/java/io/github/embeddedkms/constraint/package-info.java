/**
 * Checks a record against the annotations on its components and words all that it violates as the
 * service's one ValidationException.
 *
 * <p>Must not know any operation: it reads records, nothing else.
 *
 * <p>Start reading at {@link io.github.embeddedkms.constraint.Constraints}.
 */
package io.github.embeddedkms.constraint;
