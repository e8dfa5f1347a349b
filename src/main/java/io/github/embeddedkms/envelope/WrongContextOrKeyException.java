package io.github.embeddedkms.envelope;

/**
 * The message was not sealed for a key that the reader trusts, or not with the context given, or
 * its header was altered. It does not say which: to an attacker who may have messages opened, but
 * not read them, the difference would be an answer. Damage after the header, where key and context
 * are proved, is a {@link MalformedMessageException} or a {@link TruncatedMessageException}.
 */
public final class WrongContextOrKeyException extends EnvelopeException {

  private static final long serialVersionUID = 1L;

  WrongContextOrKeyException() {
    super(
        "not sealed for these keys and this context, or altered;"
            + " give a key of one of its recipients, and all pairs of its context");
  }
}
