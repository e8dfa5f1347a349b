package io.github.embeddedkms.envelope;

import io.github.embeddedkms.envelope.TrustedKeys.Attempt;
import io.github.embeddedkms.model.EncryptionContext;
import io.github.embeddedkms.model.SecretBytes;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** Creates the new recipients of a message for {@link Rewrap}. */
final class RecipientReplacement {

  /** Opens the message by one of its recipients. */
  interface Opener {

    /**
     * Seals the data key of a recipient again.
     *
     * @return the new recipients; empty if the message does not commit to the data key
     */
    Optional<List<Recipient>> open(Attempt attempt, Function<SecretBytes, List<Recipient>> sealer);
  }

  private final DataKeyService service;
  private final TrustedKeys trusted;
  private final Attempts attempts;

  RecipientReplacement(DataKeyService service, TrustedKeys trusted, Attempts attempts) {
    this.service = service;
    this.trusted = trusted;
    this.attempts = attempts;
  }

  /**
   * Creates new recipients for the data key of the old ones. Nothing is called before the checks.
   */
  Prefix replace(Prefix old, EncryptionContext context, NewRecipients wanted, Opener opener) {
    List<Recipient> former = old.recipients();
    List<Recipient> kept =
        wanted.keepsOffline()
            ? former.stream().filter(recipient -> !recipient.isOnline()).toList()
            : List.of();
    requireCombinable(kept, wanted);
    boolean fromOnlineOnly = !wanted.keys().isEmpty();
    if (fromOnlineOnly && former.stream().noneMatch(Recipient::isOnline)) {
      throw new SealedOfflineException(
          "a message that was sealed offline cannot be rewrapped for a key that the service seals"
              + " for: its maker knows the data key, and could write other messages in the name of"
              + " that key; open it and seal it again");
    }
    Set<Attempt> sources =
        fromOnlineOnly ? trusted.onlineAttempts(former) : trusted.attempts(former);
    List<Recipient> recipients = new ArrayList<>();
    if (wanted.targets().isEmpty()) {
      recipients.addAll(reEncrypt(sources, context, wanted.keys()));
    } else {
      OfflineTarget.requireBindable(context);
      recipients.addAll(
          attempts.first(
              sources,
              attempt -> opener.open(attempt, dataKey -> seal(attempt, dataKey, context, wanted))));
    }
    recipients.addAll(kept);
    return new Prefix(recipients);
  }

  /**
   * Requires new recipients that can stand beside those that are kept, as {@link
   * OfflineTarget#requireCombinable} does for new ones.
   */
  private static void requireCombinable(List<Recipient> kept, NewRecipients wanted) {
    int count = kept.size() + wanted.keys().size() + wanted.targets().size();
    if (count > Prefix.MAX_RECIPIENTS) {
      throw new IllegalArgumentException(
          "embedded-kms: a message must have 1 to 16 recipients, not " + count);
    }
    for (Recipient recipient : kept) {
      List<String> keyArns = EnvelopeRecipient.of(recipient).keyArns();
      boolean rsa = RecipientKind.of(recipient.kind()).filter(RecipientKind::isRsa).isPresent();
      for (OfflineTarget target : wanted.targets()) {
        if (!Collections.disjoint(keyArns, target.keyArns())) {
          throw new IllegalArgumentException("embedded-kms: a message is sealed to each key once");
        }
        if (recipient.isOffline() && rsa != target.kind().isRsa()) {
          throw new IllegalArgumentException(
              "embedded-kms: a message is sealed to RSA or to ML-KEM, not to both: do not keep the"
                  + " offline recipients");
        }
      }
    }
  }

  /** The old recipient that worked for the first new key is used for all of them. */
  private List<Recipient> reEncrypt(
      Set<Attempt> sources, EncryptionContext context, List<String> newKeys) {
    List<Recipient> recipients = new ArrayList<>();
    Attempt source =
        attempts.firstOrFailure(
            sources,
            attempt -> {
              recipients.addAll(service.reEncrypt(attempt, newKeys.subList(0, 1), context));
              return Optional.of(attempt);
            });
    recipients.addAll(service.reEncrypt(source, newKeys.subList(1, newKeys.size()), context));
    return recipients;
  }

  private List<Recipient> seal(
      Attempt attempt, SecretBytes dataKey, EncryptionContext context, NewRecipients wanted) {
    List<Recipient> recipients =
        new ArrayList<>(service.reEncrypt(attempt, wanted.keys(), context));
    wanted.targets().forEach(target -> recipients.add(target.seal(dataKey, context)));
    return recipients;
  }
}
