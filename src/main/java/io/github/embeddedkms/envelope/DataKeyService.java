package io.github.embeddedkms.envelope;

import io.github.embeddedkms.KmsClient;
import io.github.embeddedkms.envelope.TrustedKeys.Attempt;
import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.DataKeySpec;
import io.github.embeddedkms.model.EncryptionContext;
import io.github.embeddedkms.model.SecretBytes;
import io.github.embeddedkms.operation.Encrypt;
import io.github.embeddedkms.operation.GenerateDataKey;
import io.github.embeddedkms.operation.GenerateDataKeyWithoutPlaintext;
import io.github.embeddedkms.operation.ReEncrypt;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Calls the key management service for an envelope. */
final class DataKeyService {

  private final KmsClient kms;

  DataKeyService(KmsClient kms) {
    this.kms = kms;
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
    Bytes sealed = from.recipient().sealedDataKey();
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
   * Decrypts a recipient's data key, which may be any bytes: the recipient is not authenticated.
   */
  DataKey decrypt(Attempt attempt, EncryptionContext context) {
    return new DataKey(
        requirePlaintext(
            kms.decrypt(
                    d ->
                        d.ciphertextBlob(attempt.recipient().sealedDataKey())
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
