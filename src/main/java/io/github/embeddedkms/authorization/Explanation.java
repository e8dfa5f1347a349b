package io.github.embeddedkms.authorization;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A decision and its reasons, for the owner of the keys. Callers only get the {@link #answer},
 * because one who may use a key is not one who may see its policies.
 *
 * <p>It contains the encryption context and tags, as far as conditions are about them, but no
 * plaintext, message or token.
 *
 * <p>Immutable.
 *
 * @param allowed whether the caller may
 * @param action the action, for example {@code kms:Decrypt}
 * @param resource the ARN of the key or alias; {@code *} for an action that is on neither
 * @param principal the caller: an ARN, or the name of a service
 * @param reason why
 * @param considered the statements of the key policy in their order, then those of the identity
 *     policies; then, if these do not decide, grants of the key: first those for the caller, up to
 *     about 100 in all
 * @param answer the message of the service's AccessDeniedException; null if the caller may
 */
public record Explanation(
    boolean allowed,
    String action,
    String resource,
    String principal,
    Reason reason,
    List<Considered> considered,
    @Nullable String answer) {

  /** Copies the statements. */
  public Explanation {
    considered = List.copyOf(considered);
  }

  /**
   * Returns whether the caller's identity policies refuse, and the key's side, if there is a key,
   * does not.
   *
   * @return whether the key's own account would allow it
   */
  public boolean isRefusedByIdentity() {
    return !allowed
        && (reason instanceof Reason.IdentityMissing
            || (reason instanceof Reason.NothingAllows nothing && nothing.delegated())
            || (reason instanceof Reason.Denied denied
                && denied.statement().source() == Place.Source.IDENTITY));
  }

  /** Returns several lines for a terminal: the decision, the reason, near misses, the rest. */
  @Override
  public String toString() {
    return ExplanationText.of(this);
  }
}
