package io.github.embeddedkms.authorization;

import org.jspecify.annotations.Nullable;

/**
 * A statement of a policy.
 *
 * @param source the kind of the policy
 * @param of the ARN of the key that has the policy, or the position of an identity policy, for
 *     example {@code #0}
 * @param index the position of the statement in its policy, from 0
 * @param sid the name of the statement; null if it has none
 */
public record Place(Source source, String of, int index, @Nullable String sid) {

  /** The kinds of policies. */
  public enum Source {
    /** A key policy. */
    KEY_POLICY,
    /** An identity policy. */
    IDENTITY
  }

  /** Returns the place in words, for example {@code identity policy #0 statement 1 "Readers"}. */
  @Override
  public String toString() {
    String policy = source == Source.KEY_POLICY ? "key policy" : "identity policy " + of;
    return policy + " " + statement();
  }

  /** Returns the statement without its policy. */
  String statement() {
    return "statement " + index + (sid == null ? "" : " \"" + Printable.text(sid) + "\"");
  }
}
