package io.github.embeddedkms.local;

import static io.github.embeddedkms.model.EncryptionAlgorithmSpec.SYMMETRIC_DEFAULT;

import io.github.embeddedkms.crypto.AsymmetricPublicKey;
import io.github.embeddedkms.crypto.PrivateKeyMaterial;
import io.github.embeddedkms.crypto.SymmetricMaterial;
import io.github.embeddedkms.exception.ValidationException;
import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.EncryptionAlgorithmSpec;
import io.github.embeddedkms.model.EncryptionContext;
import io.github.embeddedkms.model.SecretBytes;
import io.github.embeddedkms.store.KeyEntry;
import org.jspecify.annotations.Nullable;

/** Encrypts under a key of either kind: for Encrypt, and for the second half of ReEncrypt. */
final class PlaintextSealer {

  /**
   * A ciphertext.
   *
   * @param ciphertext a ciphertext blob, or the bare ciphertext of an asymmetric algorithm
   * @param materialId the id of the material, or null if that is asymmetric
   */
  record Sealed(Bytes ciphertext, @Nullable String materialId) {}

  private PlaintextSealer() {}

  /**
   * Requires what an algorithm can encrypt: at least one byte, and if it is asymmetric, no context
   * and no more bytes than fit.
   *
   * @param key a key that offers the algorithm
   */
  static void check(
      ResolvedKey key,
      EncryptionAlgorithmSpec algorithm,
      EncryptionContext context,
      SecretBytes plaintext) {
    // Encrypt has required this; but a ciphertext of RSA from outside can have an empty plaintext.
    if (plaintext.length() == 0) {
      throw new ValidationException("embedded-kms: an empty plaintext cannot be encrypted");
    }
    if (algorithm == SYMMETRIC_DEFAULT) {
      return;
    }
    Checks.requireNoContext(context);
    int max = publicKey(key.entry()).maxPlaintext(algorithm);
    if (plaintext.length() > max) {
      throw new ValidationException(
          "Algorithm "
              + algorithm
              + " and key spec "
              + key.entry().keySpec()
              + " cannot encrypt data larger than "
              + max
              + " bytes.");
    }
  }

  /** Encrypts what has passed the check. */
  static Sealed seal(
      KeyEntry key,
      EncryptionAlgorithmSpec algorithm,
      EncryptionContext context,
      SecretBytes plaintext) {
    if (algorithm != SYMMETRIC_DEFAULT) {
      return new Sealed(publicKey(key).encrypt(algorithm, plaintext), null);
    }
    SymmetricMaterial material = key.currentMaterial();
    return new Sealed(BlobSealer.seal(material, context, plaintext), material.idAsHex());
  }

  private static AsymmetricPublicKey publicKey(KeyEntry key) {
    return key.currentMaterial(PrivateKeyMaterial.class).publicHalf();
  }
}
