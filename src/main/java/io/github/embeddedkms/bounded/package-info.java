/**
 * Waits that end: a deadline for a whole call, a fair lock that is waited for until then, and a
 * check that enough stack is left for work that must not be cut off.
 *
 * <p>Must not know what is waited for, or how a wait that took too long is reported.
 *
 * <p>Start reading at {@link io.github.embeddedkms.bounded.FairLock}.
 */
package io.github.embeddedkms.bounded;
