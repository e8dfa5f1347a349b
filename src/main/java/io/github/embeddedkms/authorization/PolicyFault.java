package io.github.embeddedkms.authorization;

/**
 * A policy is refused. The message of {@link Kind#TOO_LONG} and {@link Kind#MALFORMED} says what is
 * wrong and where, and contains none of the policy's values. The others are the service's messages.
 */
public final class PolicyFault extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** The kinds of faults, which decide with which error the service refuses the policy. */
  public enum Kind {
    /** The document is too long: LimitExceededException. */
    TOO_LONG,
    /** It is not JSON, or not a policy: MalformedPolicyDocumentException. */
    MALFORMED,
    /** A statement of a key policy lists no principal: MalformedPolicyDocumentException. */
    NO_PRINCIPAL,
    /** A principal cannot exist: MalformedPolicyDocumentException. */
    INVALID_PRINCIPAL,
    /** A principal is the ARN of something that is no principal: InvalidArnException. */
    INVALID_ARN,
    /** A key policy must not have a condition key: MalformedPolicyDocumentException. */
    FORBIDDEN_CONDITION_KEY,
    /**
     * A condition would also hold for requests without its key: MalformedPolicyDocumentException.
     */
    OVERLY_PERMISSIVE_CONDITION,
    /** The caller could not replace the policy again: MalformedPolicyDocumentException. */
    LOCKOUT
  }

  private final Kind kind;
  private final String path;

  PolicyFault(Kind kind, String path, String message) {
    super(message);
    this.kind = kind;
    this.path = path;
  }

  /**
   * Returns what kind of fault this is.
   *
   * @return the kind
   */
  public Kind kind() {
    return kind;
  }

  /**
   * Returns the member at fault.
   *
   * @return names of members separated by dots, with the positions of elements in brackets, for
   *     example {@code Statement[1].Principal.AWS}; empty for the whole document
   */
  public String path() {
    return path;
  }
}
