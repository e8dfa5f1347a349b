package io.github.embeddedkms.local;

import io.github.embeddedkms.blob.CiphertextBlob;
import io.github.embeddedkms.crypto.SymmetricMaterial;
import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.EncryptionAlgorithmSpec;
import io.github.embeddedkms.model.EncryptionContext;
import io.github.embeddedkms.model.SecretBytes;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The opening of one ciphertext, in Decrypt or ReEncrypt: what the request says of it, and what the
 * checks have found so far. The steps are those of {@link CiphertextOpener}. Used by one thread.
 */
final class Opening {

  /** What the caller needs permission for. */
  final String action;

  /** Only a dry run may leave it out. */
  final @Nullable Bytes ciphertext;

  /** The key that must have made the ciphertext, if the caller names one. */
  final @Nullable String keyId;

  /** How it was encrypted, if the caller says so. */
  final @Nullable EncryptionAlgorithmSpec algorithm;

  final @Nullable List<String> grantTokens;

  /** The resolved {@link #keyId}. */
  @Nullable ResolvedKey namedKey;

  /** For ReEncrypt: the key under which the plaintext is to be sealed. */
  private @Nullable ResolvedKey destination;

  /** For ReEncrypt: the context to which the new ciphertext is to be bound. */
  EncryptionContext destinationContext = EncryptionContext.none();

  private @Nullable CiphertextBlob blob;
  private @Nullable SymmetricMaterial material;
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
    this.algorithm = algorithm;
    this.grantTokens = grantTokens;
  }

  ResolvedKey destination() {
    return found(destination);
  }

  void destination(ResolvedKey key) {
    destination = key;
  }

  /** The ciphertext in its parts. */
  CiphertextBlob blob() {
    return found(blob);
  }

  void blob(CiphertextBlob parsed) {
    blob = parsed;
  }

  /** The material that opened the ciphertext. */
  SymmetricMaterial material() {
    return found(material);
  }

  /** What was in the ciphertext. It is wiped with the call if the call fails. */
  SecretBytes plaintext() {
    return found(plaintext);
  }

  void opened(SymmetricMaterial by, SecretBytes opened) {
    material = by;
    plaintext = opened;
  }

  /** Wipes what was in the ciphertext, if it was opened. */
  void wipe() {
    if (plaintext != null) {
      plaintext.close();
    }
  }

  private static <T> T found(@Nullable T value) {
    return Objects.requireNonNull(value, "used before the check that finds it");
  }
}
