package io.github.embeddedkms.envelope;

/**
 * The message was not sealed for a key that the reader trusts, or not with the context given, or it
 * was altered. Which of these it is, is not said: to whoever may have it opened, but not read it,
 * the difference would be an answer.
 */
public final class WrongContextOrKeyException extends EnvelopeException {

  private static final long serialVersionUID = 1L;

  WrongContextOrKeyException() {
    super(
        "not sealed for these keys and this context, or altered;"
            + " give a key of one of its recipients, and all pairs of its context");
  }
}
