package io.github.embeddedkms.tink;

import com.google.crypto.tink.Aead;
import io.github.embeddedkms.KmsClient;
import io.github.embeddedkms.exception.KmsException;
import io.github.embeddedkms.model.Arn;
import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.SecretBytes;
import io.github.embeddedkms.operation.Decrypt;
import io.github.embeddedkms.operation.DecryptBuilder;
import io.github.embeddedkms.operation.Encrypt;
import io.github.embeddedkms.operation.EncryptBuilder;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Calls Encrypt and Decrypt with one key, in the same way as Tink's integration of AWS KMS. */
final class KmsAead implements Aead {

  private static final String ASSOCIATED_DATA = "associatedData";

  private final KmsClient kms;
  private final String keyId;

  KmsAead(KmsClient kms, String keyId) {
    this.kms = kms;
    this.keyId = keyId;
  }

  @Override
  public byte[] encrypt(byte[] plaintext, byte @Nullable [] associatedData)
      throws GeneralSecurityException {
    try (SecretBytes secret = SecretBytes.fromByteArray(plaintext)) {
      Encrypt request =
          EncryptBuilder.builder()
              .keyId(keyId)
              .plaintext(secret)
              .encryptionContext(contextOf(associatedData))
              .build();
      return kms.call(request).ciphertextBlob().asByteArray();
    } catch (KmsException e) {
      throw refused(e);
    }
  }

  @Override
  public byte[] decrypt(byte[] ciphertext, byte @Nullable [] associatedData)
      throws GeneralSecurityException {
    Decrypt request =
        DecryptBuilder.builder()
            .keyId(keyId)
            .ciphertextBlob(Bytes.fromByteArray(ciphertext))
            .encryptionContext(contextOf(associatedData))
            .build();
    try {
      return plaintextOf(kms.call(request));
    } catch (KmsException e) {
      throw refused(e);
    }
  }

  private byte[] plaintextOf(Decrypt.Response response) throws GeneralSecurityException {
    // Absent only if the request names a recipient, and this one does not.
    try (SecretBytes plaintext = Objects.requireNonNull(response.plaintext(), "plaintext")) {
      // The service refuses another key's ciphertext; a client that omits the key would not.
      if (isKeyArn(keyId) && !response.keyId().equals(keyId)) {
        throw new GeneralSecurityException(
            "embedded-kms: decrypted under " + response.keyId() + " instead of " + keyId);
      }
      return plaintext.asByteArray();
    }
  }

  /**
   * Returns whether the response must have the same ARN; an alias or a key id does not determine
   * it.
   */
  private static boolean isKeyArn(String keyId) {
    return Arn.parse(keyId).filter(arn -> arn.resource().startsWith("key/")).isPresent();
  }

  private static @Nullable Map<String, String> contextOf(byte @Nullable [] associatedData) {
    return associatedData == null || associatedData.length == 0
        ? null
        : Map.of(ASSOCIATED_DATA, HexFormat.of().formatHex(associatedData));
  }

  private static GeneralSecurityException refused(KmsException error) {
    // If the service sends no message, its error code takes its place.
    String message = error.getMessage();
    return new GeneralSecurityException(message == null ? error.errorCode() : message, error);
  }
}
