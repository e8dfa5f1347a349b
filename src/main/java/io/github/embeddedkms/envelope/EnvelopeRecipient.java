package io.github.embeddedkms.envelope;

import io.github.embeddedkms.model.Bytes;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A recipient of a message. From {@link Envelope#inspect}, everything in it is a claim that anyone
 * who handled the message may have written; from {@link Envelope#verify}, it has opened the
 * message.
 *
 * @param code the number of the kind in the format, 0 to 255
 * @param kind the kind; null for a number that this version of the library does not know
 * @param keyArns the ARN of its KMS key, or of both: that of ML-KEM and that of the curve
 * @param fingerprints for an offline recipient, SHA-256 of each public key (X.509
 *     SubjectPublicKeyInfo in DER) in the same order, 32 bytes each; otherwise empty
 */
public record EnvelopeRecipient(
    int code, @Nullable RecipientKind kind, List<String> keyArns, List<Bytes> fingerprints) {

  /** Copies the lists. */
  public EnvelopeRecipient {
    keyArns = List.copyOf(keyArns);
    fingerprints = List.copyOf(fingerprints);
  }

  static EnvelopeRecipient of(Recipient recipient) {
    RecipientKind kind = RecipientKind.of(recipient.kind()).orElse(null);
    if (kind == null || !kind.isOffline()) {
      return new EnvelopeRecipient(recipient.kind(), kind, List.of(recipient.keyArn()), List.of());
    }
    OfflineRecord parsed = OfflineRecord.parse(recipient, kind);
    OfflineRecord.Curve curve = parsed.curve();
    return curve == null
        ? new EnvelopeRecipient(
            recipient.kind(), kind, List.of(recipient.keyArn()), List.of(parsed.fingerprint()))
        : new EnvelopeRecipient(
            recipient.kind(),
            kind,
            List.of(recipient.keyArn(), curve.keyArn()),
            List.of(parsed.fingerprint(), curve.fingerprint()));
  }
}
