package io.github.embeddedkms.envelope;

import io.github.embeddedkms.model.Bytes;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The recipients that a message gets by {@link Envelope#rewrap(byte[],
 * io.github.embeddedkms.model.EncryptionContext, NewRecipients)}, in place of the old ones.
 * Immutable.
 */
public final class NewRecipients {

  private final List<String> keys;
  private final List<OfflineTarget> targets;
  private final boolean keepsOffline;

  private NewRecipients(List<String> keys, List<OfflineTarget> targets, boolean keepsOffline) {
    this.keys = List.copyOf(keys);
    this.targets = List.copyOf(targets);
    this.keepsOffline = keepsOffline;
    int count = keys.size() + targets.size();
    if (count < 1 || count > Prefix.MAX_RECIPIENTS) {
      throw new IllegalArgumentException(
          "embedded-kms: a message must have 1 to 16 recipients, not " + count);
    }
  }

  /**
   * Seals for KMS keys.
   *
   * @param keys 1 to 16 symmetric encryption keys: key id, key ARN, alias name or alias ARN
   * @return the recipients
   * @throws IllegalArgumentException if there are none, or more than 16
   */
  public static NewRecipients keys(List<String> keys) {
    return new NewRecipients(keys, List.of(), false);
  }

  /**
   * Seals to a public key, as {@link EnvelopeBuilder#sealTo(Bytes, String)} does.
   *
   * @param publicKey X.509 SubjectPublicKeyInfo in DER
   * @param keyArn the key ARN of its KMS key
   * @return the recipients
   * @throws IllegalArgumentException as there
   */
  public static NewRecipients to(Bytes publicKey, String keyArn) {
    return new NewRecipients(
        List.of(), List.of(OfflineTarget.of(publicKey, keyArn, null, null)), false);
  }

  /**
   * Seals to a pair of public keys, as {@link EnvelopeBuilder#sealTo(Bytes, String, Bytes, String)}
   * does.
   *
   * @param publicKey the public key of ML-KEM
   * @param keyArn the key ARN of its KMS key
   * @param curvePublicKey the public key of the curve
   * @param curveKeyArn the key ARN of its KMS key
   * @return the recipients
   * @throws IllegalArgumentException as there
   */
  public static NewRecipients to(
      Bytes publicKey, String keyArn, Bytes curvePublicKey, String curveKeyArn) {
    return new NewRecipients(
        List.of(),
        List.of(OfflineTarget.of(publicKey, keyArn, curvePublicKey, curveKeyArn)),
        false);
  }

  /**
   * Seals to a public key too.
   *
   * @param publicKey X.509 SubjectPublicKeyInfo in DER
   * @param keyArn the key ARN of its KMS key
   * @return these recipients and that one
   * @throws IllegalArgumentException as for {@link #to(Bytes, String)}, or if it cannot stand
   *     beside the others
   */
  public NewRecipients sealTo(Bytes publicKey, String keyArn) {
    return with(publicKey, keyArn, null, null);
  }

  /**
   * Seals to a pair of public keys too.
   *
   * @param publicKey the public key of ML-KEM
   * @param keyArn the key ARN of its KMS key
   * @param curvePublicKey the public key of the curve
   * @param curveKeyArn the key ARN of its KMS key
   * @return these recipients and that one
   * @throws IllegalArgumentException as for {@link #to(Bytes, String, Bytes, String)}, or if it
   *     cannot stand beside the others
   */
  public NewRecipients sealTo(
      Bytes publicKey, String keyArn, Bytes curvePublicKey, String curveKeyArn) {
    return with(publicKey, keyArn, curvePublicKey, curveKeyArn);
  }

  private NewRecipients with(
      Bytes publicKey,
      String keyArn,
      @Nullable Bytes curvePublicKey,
      @Nullable String curveKeyArn) {
    OfflineTarget added = OfflineTarget.of(publicKey, keyArn, curvePublicKey, curveKeyArn);
    OfflineTarget.requireCombinable(targets, added);
    List<OfflineTarget> all = new ArrayList<>(targets);
    all.add(added);
    return new NewRecipients(keys, all, keepsOffline);
  }

  /**
   * Keeps the offline recipients of the old message, byte for byte. They are not checked: {@link
   * Envelope#verify} the new message before an old key is deleted.
   *
   * @return these recipients and those
   */
  public NewRecipients keepingOffline() {
    return new NewRecipients(keys, targets, true);
  }

  List<String> keys() {
    return keys;
  }

  List<OfflineTarget> targets() {
    return targets;
  }

  boolean keepsOffline() {
    return keepsOffline;
  }
}
