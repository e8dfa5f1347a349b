package io.github.embeddedkms.authorization;

import org.jspecify.annotations.Nullable;

/**
 * A statement of a policy, or a grant.
 *
 * @param source the kind of the policy
 * @param of the ARN of the key that has the policy; the position of an identity policy, for example
 *     {@code #0}; or the id of a grant
 * @param index the position of the statement in its policy, from 0; 0 for a grant
 * @param sid the name of the statement or grant; null if it has none
 */
public record Place(Source source, String of, int index, @Nullable String sid) {

  /** The kinds of policies. */
  public enum Source {
    /** A key policy. */
    KEY_POLICY,
    /** An identity policy. */
    IDENTITY,
    /** A grant, which has no statements. */
    GRANT
  }

  /** Returns the place in words, for example {@code identity policy #0 statement 1 "Readers"}. */
  @Override
  public String toString() {
    return switch (source) {
      case KEY_POLICY -> "key policy " + statement();
      case IDENTITY -> "identity policy " + of + " " + statement();
      case GRANT -> "grant " + of + name();
    };
  }

  /** Returns the statement without its policy. */
  String statement() {
    return "statement " + index + name();
  }

  private String name() {
    return sid == null ? "" : " \"" + Printable.text(sid) + "\"";
  }
}
