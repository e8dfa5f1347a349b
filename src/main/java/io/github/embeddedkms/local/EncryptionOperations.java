package io.github.embeddedkms.local;

import static io.github.embeddedkms.model.DryRunModifierType.IGNORE_CIPHERTEXT;
import static io.github.embeddedkms.model.EncryptionAlgorithmSpec.SYMMETRIC_DEFAULT;

import io.github.embeddedkms.blob.CiphertextBlob;
import io.github.embeddedkms.crypto.KeyMaterial;
import io.github.embeddedkms.exception.AccessDeniedException;
import io.github.embeddedkms.exception.IncorrectKeyException;
import io.github.embeddedkms.exception.InvalidCiphertextException;
import io.github.embeddedkms.exception.ValidationException;
import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.KeyUsageType;
import io.github.embeddedkms.model.SecretBytes;
import io.github.embeddedkms.operation.Decrypt;
import io.github.embeddedkms.operation.Encrypt;
import io.github.embeddedkms.store.KeyEntry;
import io.github.embeddedkms.store.KeyStorage;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Encrypting under a KMS key, and opening what it encrypted. */
final class EncryptionOperations {

  private final KeyStorage storage;
  private final KeyResolver resolver;

  EncryptionOperations(KeyStorage storage, KeyResolver resolver) {
    this.storage = storage;
    this.resolver = resolver;
  }

  Encrypt.Response encrypt(Call<Encrypt> call) {
    Bytes blob =
        BlobSealer.seal(call.key().currentMaterial(), call.context(), call.request().plaintext());
    return new Encrypt.Response(blob, call.keyArn(), SYMMETRIC_DEFAULT);
  }

  /**
   * Three kinds of Decrypt, each with an order of its own: a dry run without a ciphertext, an
   * asymmetric algorithm, and a symmetric ciphertext.
   */
  Decrypt.Response decrypt(Call<Decrypt> call) {
    Decrypt request = call.request();
    if (request.ignoresCiphertext()) {
      throw dryRunWithoutCiphertext(call);
    }
    if (request.dryRunModifiers() != null
        && request.dryRunModifiers().contains(IGNORE_CIPHERTEXT)) {
      // That it needs DryRun is documented; the text of the refusal was never recorded.
      throw new ValidationException("embedded-kms: IGNORE_CIPHERTEXT is for dry runs only");
    }
    if (request.encryptionAlgorithm() != null
        && request.encryptionAlgorithm() != SYMMETRIC_DEFAULT) {
      throw asymmetricAlgorithm(call);
    }
    return decryptSymmetric(call);
  }

  /** Only names and permissions are looked at; the result of a dry run is always an error. */
  private AssertionError dryRunWithoutCiphertext(Call<Decrypt> call) {
    call.key(resolver.resolve(call, Objects.requireNonNull(call.request().keyId())));
    Checks.authorized(call.request().grantTokens());
    Checks.notDry(call.request().dryRun());
    return new AssertionError("only a dry run may leave out the ciphertext");
  }

  /** No key here offers an asymmetric algorithm yet, so that one of the checks fails. */
  private AssertionError asymmetricAlgorithm(Call<Decrypt> call) {
    Decrypt request = call.request();
    if (request.keyId() == null) {
      // That the key must be named is documented; the text was never recorded.
      throw new ValidationException(
          "embedded-kms: KeyId is required for " + request.encryptionAlgorithm());
    }
    call.key(resolver.resolve(call, request.keyId()));
    Checks.authorized(request.grantTokens());
    Checks.usage(call, KeyUsageType.ENCRYPT_DECRYPT);
    StateRule.CRYPTOGRAPHIC.check(call.key().state(), call.keyArn());
    Checks.algorithm(call, request.encryptionAlgorithm());
    return new AssertionError("a symmetric key has no asymmetric algorithm");
  }

  /**
   * The blob is opened first; then the key that the caller named must be the one that opened it;
   * only then does that key's state matter.
   */
  private Decrypt.Response decryptSymmetric(Call<Decrypt> call) {
    Decrypt request = call.request();
    KeyEntry named = request.keyId() == null ? null : resolver.resolve(call, request.keyId());
    CiphertextBlob blob =
        CiphertextBlob.parse(Objects.requireNonNull(request.ciphertextBlob()))
            .orElseThrow(InvalidCiphertextException::new);
    call.key(keyOf(call, blob));
    Checks.authorized(request.grantTokens());
    KeyMaterial material =
        call.key()
            .material(blob.header().materialId())
            .orElseThrow(EncryptionOperations::unknownKey);
    SecretBytes plaintext =
        BlobSealer.open(material, call.context(), blob)
            .orElseThrow(InvalidCiphertextException::new);
    try {
      namedKeyOpened(named, call.key());
      StateRule.CRYPTOGRAPHIC.check(call.key().state(), call.keyArn());
      Checks.supported(request.recipient() == null, "Recipient");
      Checks.notDry(request.dryRun());
    } catch (RuntimeException e) {
      plaintext.close();
      throw e;
    }
    return new Decrypt.Response(
        call.keyArn(), plaintext, SYMMETRIC_DEFAULT, null, material.idAsHex());
  }

  private KeyEntry keyOf(Call<Decrypt> call, CiphertextBlob blob) {
    return storage
        .keyOfMaterial(call.caller().account(), call.caller().region(), blob.header().materialId())
        .orElseThrow(EncryptionOperations::unknownKey);
  }

  private static void namedKeyOpened(@Nullable KeyEntry named, KeyEntry opened) {
    if (named != null && !named.address().equals(opened.address())) {
      throw new IncorrectKeyException(
          "The key ID in the request does not identify a CMK that can perform this operation.");
    }
  }

  private static AccessDeniedException unknownKey() {
    return new AccessDeniedException(
        "The ciphertext refers to a customer master key that does not exist, does not exist in this"
            + " region, or you are not allowed to access.");
  }
}
