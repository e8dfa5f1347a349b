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

/** Encrypt and Decrypt under one key, as Tink's integration of AWS KMS calls them. */
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
    // Absent only for a recipient, and none was given.
    try (SecretBytes plaintext = Objects.requireNonNull(response.plaintext(), "plaintext")) {
      // The service refuses another key's ciphertext; a client that forgets the key would not.
      if (isKeyArn(keyId) && !response.keyId().equals(keyId)) {
        throw new GeneralSecurityException(
            "embedded-kms: decrypted under " + response.keyId() + " instead of " + keyId);
      }
      return plaintext.asByteArray();
    }
  }

  /** An alias or a bare id says nothing about the ARN in the answer. */
  private static boolean isKeyArn(String keyId) {
    return Arn.parse(keyId).filter(arn -> arn.resource().startsWith("key/")).isPresent();
  }

  private static @Nullable Map<String, String> contextOf(byte @Nullable [] associatedData) {
    return associatedData == null || associatedData.length == 0
        ? null
        : Map.of(ASSOCIATED_DATA, HexFormat.of().formatHex(associatedData));
  }

  private static GeneralSecurityException refused(KmsException answer) {
    // Where the service sends no text, its code is still more than nothing.
    String text = answer.getMessage();
    return new GeneralSecurityException(text == null ? answer.errorCode() : text, answer);
  }
}
