package io.github.embeddedkms.local;

import io.github.embeddedkms.blob.CiphertextBlob;
import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.EncryptionAlgorithmSpec;
import io.github.embeddedkms.model.EncryptionContext;
import io.github.embeddedkms.model.SecretBytes;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The state of opening one ciphertext, in Decrypt or ReEncrypt: the members of the request, and the
 * results of the steps of {@link CiphertextOpener} so far. Used by one thread.
 */
final class Opening {

  /** The action that the caller needs permission for. */
  final String action;

  /** The ciphertext; null only in a dry run that ignores it. */
  final @Nullable Bytes ciphertext;

  /** The key that must have encrypted the ciphertext, if the caller names one. */
  final @Nullable String keyId;

  /** The encryption algorithm, by default the symmetric one. */
  final EncryptionAlgorithmSpec algorithm;

  final @Nullable List<String> grantTokens;

  /** The resolved {@link #keyId}. */
  @Nullable ResolvedKey namedKey;

  /** For ReEncrypt: the key under which the plaintext will be encrypted. */
  private @Nullable ResolvedKey destination;

  /** For ReEncrypt: the context to which the new ciphertext is to be bound. */
  EncryptionContext destinationContext = EncryptionContext.none();

  private @Nullable CiphertextBlob blob;
  private @Nullable String materialId;
  private @Nullable SecretBytes plaintext;

  Opening(
      String action,
      @Nullable Bytes ciphertext,
      @Nullable String keyId,
      @Nullable EncryptionAlgorithmSpec algorithm,
      @Nullable List<String> grantTokens) {
    this.action = action;
    this.ciphertext = ciphertext;
    this.keyId = keyId;
    this.algorithm = algorithm == null ? EncryptionAlgorithmSpec.SYMMETRIC_DEFAULT : algorithm;
    this.grantTokens = grantTokens;
  }

  ResolvedKey destination() {
    return found(destination);
  }

  @Nullable ResolvedKey destinationOrNull() {
    return destination;
  }

  void destination(@Nullable ResolvedKey key) {
    destination = key;
  }

  /** Returns the parsed ciphertext, if it is symmetric. */
  CiphertextBlob blob() {
    return found(blob);
  }

  void blob(CiphertextBlob parsed) {
    blob = parsed;
  }

  /** Returns the id of the material that opened the ciphertext; null if that is asymmetric. */
  @Nullable String materialId() {
    return materialId;
  }

  /** Returns the plaintext. It is wiped if the call fails. */
  SecretBytes plaintext() {
    return found(plaintext);
  }

  void opened(@Nullable String byMaterialId, SecretBytes opened) {
    materialId = byMaterialId;
    plaintext = opened;
  }

  /** Wipes the plaintext, if there is one already. */
  void wipe() {
    if (plaintext != null) {
      plaintext.close();
    }
  }

  private static <T> T found(@Nullable T value) {
    return Objects.requireNonNull(value, "used before the check that finds it");
  }
}
