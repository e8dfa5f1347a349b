package io.github.embeddedkms.envelope;

/**
 * Thrown when a message was not sealed for a key that the reader trusts, or not with the given
 * context, or when its header was altered. The exception does not reveal which: an attacker who can
 * cause messages to be opened, but cannot read them, would learn from the difference. Damage after
 * the header, where key and context are proved, causes a {@link MalformedMessageException} or a
 * {@link TruncatedMessageException}.
 */
public final class WrongContextOrKeyException extends EnvelopeException {

  private static final long serialVersionUID = 1L;

  WrongContextOrKeyException() {
    super(
        "not sealed for these keys and this context, or altered;"
            + " give a key of one of its recipients, and all pairs of its context");
  }
}
