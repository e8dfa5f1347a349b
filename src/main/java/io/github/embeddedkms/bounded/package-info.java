/**
 * Bounded waits: a deadline for a whole call, a fair lock that threads wait for until a deadline,
 * and a check that enough stack is left for work that must not be interrupted by an overflow.
 *
 * <p>Must not know what callers wait for, or how a timeout is reported.
 *
 * <p>Start reading at {@link io.github.embeddedkms.bounded.FairLock}.
 */
package io.github.embeddedkms.bounded;
