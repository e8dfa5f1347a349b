package io.github.embeddedkms.signature;

/** A request is not signed, or its signature does not verify. */
public final class InvalidRequestSignatureException extends Exception {

  private static final long serialVersionUID = 1L;

  /** What is wrong, as far as services distinguish it. */
  public enum Reason {
    /** The request is not signed. */
    MISSING,
    /** The signature is malformed, or does not cover what it must. */
    INCOMPLETE,
    /** The access key id or the session token is not known. */
    UNRECOGNIZED,
    /** The signature is too old, too new, for another service, or not that of the request. */
    INVALID
  }

  private final Reason reason;

  InvalidRequestSignatureException(Reason reason, String message) {
    super(message);
    this.reason = reason;
  }

  /**
   * Returns what is wrong.
   *
   * @return the reason
   */
  public Reason reason() {
    return reason;
  }
}
