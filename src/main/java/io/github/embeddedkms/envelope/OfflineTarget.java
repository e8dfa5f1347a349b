package io.github.embeddedkms.envelope;

import io.github.embeddedkms.crypto.AsymmetricPublicKey;
import io.github.embeddedkms.crypto.Encapsulation;
import io.github.embeddedkms.crypto.KeyPairType;
import io.github.embeddedkms.crypto.SystemRandom;
import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.EncryptionAlgorithmSpec;
import io.github.embeddedkms.model.EncryptionContext;
import io.github.embeddedkms.model.SecretBytes;
import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A public key, or a pair of them, that messages are sealed to without a call of the service.
 *
 * @param kind the kind of recipients
 * @param key the key of ML-KEM or RSA
 * @param keyArn its ARN
 * @param curveKey the key of the curve; null if there is only one key
 * @param curveKeyArn its ARN; null if there is only one key
 */
record OfflineTarget(
    RecipientKind kind,
    AsymmetricPublicKey key,
    String keyArn,
    @Nullable AsymmetricPublicKey curveKey,
    @Nullable String curveKeyArn) {

  private static final int RANDOM_BYTES = 32;
  private static final String CHINA = "aws-cn";

  /**
   * Creates a target.
   *
   * @throws IllegalArgumentException if a public key is unusable, an ARN is not a key ARN, or there
   *     is no kind for the types of the keys
   */
  static OfflineTarget of(
      Bytes spki, String keyArn, @Nullable Bytes curveSpki, @Nullable String curveKeyArn) {
    AsymmetricPublicKey key = read(spki);
    requireKeyArn(keyArn, key.type());
    AsymmetricPublicKey curveKey = curveSpki == null ? null : read(curveSpki);
    if (curveKey != null && curveKeyArn != null) {
      requireKeyArn(curveKeyArn, key.type());
      if (curveKeyArn.equals(keyArn)) {
        throw new IllegalArgumentException("embedded-kms: a pair needs two keys, not one twice");
      }
    }
    RecipientKind kind =
        RecipientKind.of(key.type(), curveKey == null ? null : curveKey.type())
            .orElseThrow(() -> noKind(key.type(), curveKey));
    return new OfflineTarget(kind, key, keyArn, curveKey, curveKeyArn);
  }

  private static AsymmetricPublicKey read(Bytes spki) {
    try {
      return AsymmetricPublicKey.imported(spki);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "embedded-kms: the public key is unusable: " + e.getMessage());
    }
  }

  private static void requireKeyArn(String arn, KeyPairType type) {
    KeyArn parsed = KeyArn.parse(arn).orElse(null);
    if (parsed == null || !Recipient.isPrintable(arn) || arn.length() > Recipient.MAX_ARN_BYTES) {
      throw new IllegalArgumentException(
          "embedded-kms: name the key by its key ARN, since an alias can move to another key");
    }
    if (parsed.partition().equals(CHINA) && type.toString().startsWith("ML_KEM")) {
      throw new IllegalArgumentException(
          "embedded-kms: ML-KEM does not exist in China Regions: the message could not be opened");
    }
  }

  private static IllegalArgumentException noKind(
      KeyPairType type, @Nullable AsymmetricPublicKey curveKey) {
    return new IllegalArgumentException(
        "embedded-kms: no message is sealed to "
            + (curveKey == null ? type : type + " with " + curveKey.type())
            + "; use ML_KEM_768, ML_KEM_1024, ML_KEM_768 with ECC_NIST_P256, ML_KEM_1024 with"
            + " ECC_NIST_P384, RSA_3072 or RSA_4096");
  }

  /** Returns the ARNs of its keys. */
  List<String> keyArns() {
    return curveKeyArn == null ? List.of(keyArn) : List.of(keyArn, curveKeyArn);
  }

  /** Returns the fingerprints of its public keys. */
  List<Bytes> fingerprints() {
    return curveKey == null
        ? List.of(fingerprint(key))
        : List.of(fingerprint(key), fingerprint(curveKey));
  }

  private static Bytes fingerprint(AsymmetricPublicKey key) {
    return Sha256.of(key.encoded());
  }

  /**
   * Requires a target that can stand in one message with others: no key twice, and no RSA beside
   * ML-KEM, because the weakest recipient decides how strong a message is.
   *
   * @throws IllegalArgumentException if it cannot
   */
  static void requireCombinable(List<OfflineTarget> others, OfflineTarget added) {
    for (OfflineTarget other : others) {
      if (!Collections.disjoint(other.keyArns(), added.keyArns())) {
        throw new IllegalArgumentException("embedded-kms: a message is sealed to each key once");
      }
      if (other.kind.isRsa() != added.kind.isRsa()) {
        throw new IllegalArgumentException(
            "embedded-kms: a message is sealed to RSA or to ML-KEM, not to both: it would not be"
                + " post-quantum, although it looks so");
      }
    }
  }

  /** Returns a name for what it seals to, which no other target has. */
  String id() {
    return kind + " " + keyArns() + " " + fingerprints();
  }

  /** Requires a context that an offline recipient can be bound to. */
  static void requireBindable(EncryptionContext context) {
    int length = context.canonicalBytes().length;
    if (length > Header.MAX_CONTEXT_BYTES) {
      throw new IllegalArgumentException(
          "embedded-kms: a context for sealing offline must have at most 65536 bytes, not "
              + length);
    }
  }

  /** Creates a data key. */
  static SecretBytes newDataKey() {
    return SecretBytes.filledBy(MessageKey.DATA_KEY_BYTES, SystemRandom.create()::nextBytes);
  }

  /** Seals a data key. */
  Recipient seal(SecretBytes dataKey, EncryptionContext context) {
    Encapsulation first = encapsulate();
    try (SecretBytes firstSecret = first.sharedSecret()) {
      if (curveKey == null || curveKeyArn == null) {
        return record(first.ciphertext(), null, firstSecret, context, dataKey);
      }
      Encapsulation second = curveKey.agreeOnce();
      try (SecretBytes secondSecret = second.sharedSecret();
          SecretBytes both = join(firstSecret, secondSecret)) {
        OfflineRecord.Curve curve =
            new OfflineRecord.Curve(curveKeyArn, fingerprint(curveKey), second.ciphertext());
        return record(first.ciphertext(), curve, both, context, dataKey);
      }
    }
  }

  private Encapsulation encapsulate() {
    if (!kind.isRsa()) {
      return key.encapsulate();
    }
    SecretBytes secret = SecretBytes.filledBy(RANDOM_BYTES, SystemRandom.create()::nextBytes);
    try {
      return new Encapsulation(
          secret, key.encrypt(EncryptionAlgorithmSpec.RSAES_OAEP_SHA_256, secret));
    } catch (RuntimeException | Error e) {
      secret.close();
      throw e;
    }
  }

  private Recipient record(
      Bytes ciphertext,
      OfflineRecord.@Nullable Curve curve,
      SecretBytes secret,
      EncryptionContext context,
      SecretBytes dataKey) {
    OfflineRecord unwrapped =
        new OfflineRecord(
            kind,
            keyArn,
            fingerprint(key),
            ciphertext,
            curve,
            Bytes.fromByteArray(new byte[OfflineRecord.WRAPPED_BYTES]));
    Bytes wrapped = OfflineWrap.wrap(secret, unwrapped, context, dataKey);
    return new OfflineRecord(kind, keyArn, unwrapped.fingerprint(), ciphertext, curve, wrapped)
        .toRecipient();
  }

  /** Joins two secrets. */
  static SecretBytes join(SecretBytes first, SecretBytes second) {
    return SecretBytes.filledBy(
        first.length() + second.length(),
        both ->
            first.lend(
                one -> second.lend(other -> ByteBuffer.wrap(both).put(one).put(other).position())));
  }
}
