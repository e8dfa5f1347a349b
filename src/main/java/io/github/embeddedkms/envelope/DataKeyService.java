package io.github.embeddedkms.envelope;

import io.github.embeddedkms.KmsClient;
import io.github.embeddedkms.envelope.TrustedKeys.Attempt;
import io.github.embeddedkms.exception.InvalidCiphertextException;
import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.DataKeySpec;
import io.github.embeddedkms.model.EncapsulationAlgorithmSpec;
import io.github.embeddedkms.model.EncryptionAlgorithmSpec;
import io.github.embeddedkms.model.EncryptionContext;
import io.github.embeddedkms.model.KeyAgreementAlgorithmSpec;
import io.github.embeddedkms.model.SecretBytes;
import io.github.embeddedkms.operation.Decrypt;
import io.github.embeddedkms.operation.DeriveSharedSecret;
import io.github.embeddedkms.operation.Encrypt;
import io.github.embeddedkms.operation.GenerateDataKey;
import io.github.embeddedkms.operation.GenerateDataKeyWithoutPlaintext;
import io.github.embeddedkms.operation.KmsRequest;
import io.github.embeddedkms.operation.ReEncrypt;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Calls the key management service for an envelope. */
final class DataKeyService {

  private final KmsClient kms;

  /**
   * Creates an object that makes no call yet.
   *
   * @param kms the client; null if the envelope only seals offline, and so never calls
   */
  DataKeyService(@Nullable KmsClient kms) {
    this.kms = kms == null ? DataKeyService::refuse : kms;
  }

  /** Creates a data key, sealed under each of the keys. */
  DataKey generate(List<String> keys, EncryptionContext context) {
    Map<String, String> pairs = context.asMap();
    GenerateDataKey.Response generated =
        kms.generateDataKey(
            key -> key.keyId(keys.get(0)).keySpec(DataKeySpec.AES_256).encryptionContext(pairs));
    SecretBytes secret = requirePlaintext(generated.plaintext(), "GenerateDataKey");
    try {
      if (secret.length() != MessageKey.DATA_KEY_BYTES) {
        throw new IllegalStateException(
            "embedded-kms: GenerateDataKey returned a data key of the wrong length");
      }
      List<Recipient> recipients = new ArrayList<>();
      recipients.add(new Recipient(generated.keyId(), generated.ciphertextBlob()));
      for (String keyId : keys.subList(1, keys.size())) {
        Encrypt.Response sealed =
            kms.encrypt(e -> e.keyId(keyId).plaintext(secret).encryptionContext(pairs));
        recipients.add(new Recipient(sealed.keyId(), sealed.ciphertextBlob()));
      }
      return new DataKey(secret, recipients);
    } catch (RuntimeException | Error e) {
      secret.close();
      throw e;
    }
  }

  /** Creates a data key, sealed under each of the keys. Its plaintext never enters this process. */
  List<Recipient> generateWithoutPlaintext(List<String> keys, EncryptionContext context) {
    GenerateDataKeyWithoutPlaintext.Response generated =
        kms.generateDataKeyWithoutPlaintext(
            key ->
                key.keyId(keys.get(0))
                    .keySpec(DataKeySpec.AES_256)
                    .encryptionContext(context.asMap()));
    Recipient first = new Recipient(generated.keyId(), generated.ciphertextBlob());
    List<Recipient> recipients = new ArrayList<>();
    recipients.add(first);
    recipients.addAll(
        reEncrypt(new Attempt(first, generated.keyId()), keys.subList(1, keys.size()), context));
    return recipients;
  }

  /** Seals a recipient's data key under other keys, within the service. */
  List<Recipient> reEncrypt(Attempt from, List<String> keys, EncryptionContext context) {
    Bytes sealed = from.recipient().sealed();
    Map<String, String> pairs = context.asMap();
    List<Recipient> recipients = new ArrayList<>();
    for (String keyId : keys) {
      ReEncrypt.Response response =
          kms.reEncrypt(
              r ->
                  r.ciphertextBlob(sealed)
                      .sourceKeyId(from.keyId())
                      .sourceEncryptionContext(pairs)
                      .destinationKeyId(keyId)
                      .destinationEncryptionContext(pairs));
      recipients.add(new Recipient(response.keyId(), response.ciphertextBlob()));
    }
    return recipients;
  }

  /**
   * Opens an offline recipient's data key. No failure says which of its parts was the reason.
   *
   * @throws InvalidCiphertextException if the recipient does not belong to the key or the context
   */
  DataKey openOffline(Attempt attempt, EncryptionContext context) {
    OfflineRecord record = attempt.offline();
    try (SecretBytes secret = secretOf(attempt, record)) {
      return new DataKey(
          OfflineWrap.unwrap(secret, record, context).orElseThrow(DataKeyService::notFor),
          List.of());
    }
  }

  private SecretBytes secretOf(Attempt attempt, OfflineRecord record) {
    SecretBytes first = firstSecret(attempt.keyId(), record);
    OfflineRecord.Curve curve = record.curve();
    if (curve == null) {
      return first;
    }
    try (first) {
      DeriveSharedSecret.Response derived =
          kms.deriveSharedSecret(
              d ->
                  d.keyId(attempt.requireCurveKeyId())
                      .keyAgreementAlgorithm(KeyAgreementAlgorithmSpec.ECDH)
                      .publicKey(attempt.pointAsPublicKey()));
      try (SecretBytes second =
          ofLength(
              record.kind().agreementBytes(),
              requirePlaintext(derived.sharedSecret(), "DeriveSharedSecret"))) {
        return OfflineTarget.join(first, second);
      }
    }
  }

  private SecretBytes firstSecret(String keyId, OfflineRecord record) {
    if (record.kind().isRsa()) {
      Decrypt.Response decrypted =
          kms.decrypt(
              d ->
                  d.keyId(keyId)
                      .ciphertextBlob(record.ciphertext())
                      .encryptionAlgorithm(EncryptionAlgorithmSpec.RSAES_OAEP_SHA_256));
      return ofLength(
          MessageKey.DATA_KEY_BYTES, requirePlaintext(decrypted.plaintext(), "Decrypt"));
    }
    return ofLength(
        MessageKey.DATA_KEY_BYTES,
        kms.decapsulate(
                d ->
                    d.keyId(keyId)
                        .sharedSecretCiphertextBlob(record.ciphertext())
                        .encapsulationAlgorithm(EncapsulationAlgorithmSpec.ML_KEM))
            .sharedSecret());
  }

  /** The secret of an RSA recipient may have any length: anyone can make one. */
  private static SecretBytes ofLength(int length, SecretBytes secret) {
    if (secret.length() != length) {
      secret.close();
      throw notFor();
    }
    return secret;
  }

  private static InvalidCiphertextException notFor() {
    return new InvalidCiphertextException();
  }

  private static <R> R refuse(KmsRequest<R> request) {
    throw new IllegalStateException("embedded-kms: this envelope has no client");
  }

  /**
   * Decrypts a recipient's data key, which may be any bytes: the recipient is not authenticated.
   */
  DataKey decrypt(Attempt attempt, EncryptionContext context) {
    return new DataKey(
        requirePlaintext(
            kms.decrypt(
                    d ->
                        d.ciphertextBlob(attempt.recipient().sealed())
                            .keyId(attempt.keyId())
                            .encryptionContext(context.asMap()))
                .plaintext(),
            "Decrypt"),
        List.of());
  }

  private static SecretBytes requirePlaintext(@Nullable SecretBytes plaintext, String operation) {
    if (plaintext == null) {
      throw new IllegalStateException(
          "embedded-kms: "
              + operation
              + " returned no plaintext, although the request named no recipient");
    }
    return plaintext;
  }
}
