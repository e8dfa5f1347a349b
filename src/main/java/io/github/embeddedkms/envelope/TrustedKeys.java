package io.github.embeddedkms.envelope;

import io.github.embeddedkms.crypto.AsymmetricPublicKey;
import io.github.embeddedkms.model.Bytes;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The keys whose messages a reader opens. The service decrypts with a key that the reader
 * configured, never with a key that a message names: a message that an attacker sealed under their
 * own key, which everyone may use, is valid in every other respect.
 *
 * @param keys key ids, key ARNs, alias names, alias ARNs, which open online recipients
 * @param partition the partition of the accounts
 * @param accounts the accounts all of whose keys are trusted as well, for online recipients; may be
 *     empty
 * @param offline the keys and pairs of keys that open offline recipients
 */
record TrustedKeys(
    Set<String> keys, String partition, Set<String> accounts, List<OfflineTrust> offline) {

  /**
   * One try that may open a message.
   *
   * @param recipient the recipient whose sealed data key is sent
   * @param keyId the key id that is sent
   * @param curveKeyId the second key id, of a pair; otherwise null
   */
  record Attempt(Recipient recipient, String keyId, @Nullable String curveKeyId) {

    Attempt(Recipient recipient, String keyId) {
      this(recipient, keyId, null);
    }

    /** Returns the content of an offline recipient. */
    OfflineRecord offline() {
      return OfflineRecord.parse(
          recipient, RecipientKind.of(recipient.kind()).orElseThrow(AssertionError::new));
    }

    String requireCurveKeyId() {
      return Objects.requireNonNull(curveKeyId, "a pair has two keys");
    }

    /** Returns the point of an offline recipient in the form that the service takes. */
    Bytes pointAsPublicKey() {
      OfflineRecord record = offline();
      return publicKeyOf(record).orElseThrow(AssertionError::new);
    }

    List<String> keyIds() {
      return curveKeyId == null ? List.of(keyId) : List.of(keyId, curveKeyId);
    }
  }

  /** Returns the tries that may open a message. Aliases come last: an alias may be any key. */
  Set<Attempt> attempts(List<Recipient> recipients) {
    Set<Attempt> attempts = onlineAttempts(recipients);
    List<Attempt> byAlias = new ArrayList<>();
    for (Recipient recipient : recipients) {
      if (recipient.isOffline()) {
        for (OfflineTrust trust : offline) {
          Attempt attempt = new Attempt(recipient, trust.keyId(), trust.curveKeyId());
          OfflineRecord record = attempt.offline();
          if (trust.matches(record) && trust.pins(record) && hasValidPoint(record)) {
            (trust.hasAlias() ? byAlias : attempts).add(attempt);
          }
        }
      }
    }
    attempts.addAll(byAlias);
    return attempts;
  }

  /** Returns the tries that may open an online recipient. */
  Set<Attempt> onlineAttempts(List<Recipient> recipients) {
    Set<Attempt> attempts = new LinkedHashSet<>();
    for (Recipient recipient : recipients) {
      if (recipient.isOnline()) {
        for (String key : keys) {
          if (isFor(recipient.keyArn(), key)) {
            attempts.add(new Attempt(recipient, key));
          }
        }
        if (isInTrustedAccount(recipient.keyArn())) {
          attempts.add(new Attempt(recipient, recipient.keyArn()));
        }
      }
    }
    for (Recipient recipient : recipients) {
      for (String key : keys) {
        if (recipient.isOnline() && KeyArn.isAlias(key)) {
          attempts.add(new Attempt(recipient, key));
        }
      }
    }
    return attempts;
  }

  /** Returns whether a recipient names a trusted key, but was sealed to another public key. */
  boolean isForOtherPublicKey(Recipient recipient) {
    return recipient.isOffline()
        && offline.stream()
            .anyMatch(
                trust -> {
                  OfflineRecord record =
                      new Attempt(recipient, trust.keyId(), trust.curveKeyId()).offline();
                  return trust.matches(record) && !trust.pins(record);
                });
  }

  private static boolean hasValidPoint(OfflineRecord record) {
    return record.curve() == null || publicKeyOf(record).isPresent();
  }

  private static Optional<Bytes> publicKeyOf(OfflineRecord record) {
    OfflineRecord.Curve curve = Objects.requireNonNull(record.curve(), "of a pair");
    try {
      return Optional.of(
          AsymmetricPublicKey.encodedPoint(
              Objects.requireNonNull(record.kind().curve(), "of a pair"),
              curve.point().asByteArray()));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** Returns whether a recipient's ARN is that of a configured key that is not an alias. */
  static boolean isFor(String hint, String key) {
    if (hint.equals(key)) {
      return true;
    }
    return KeyArn.parse(hint)
        .filter(
            hinted ->
                hinted.keyId().equals(key)
                    || KeyArn.parse(key).filter(hinted::isReplicaOf).isPresent())
        .isPresent();
  }

  /** Compares the parts of the ARN: a string prefix of it could end in the middle of a part. */
  private boolean isInTrustedAccount(String hint) {
    return !accounts.isEmpty()
        && KeyArn.parse(hint)
            .filter(arn -> arn.partition().equals(partition) && accounts.contains(arn.account()))
            .isPresent();
  }
}
