package io.github.embeddedkms.local;

import static io.github.embeddedkms.model.DryRunModifierType.IGNORE_CIPHERTEXT;
import static io.github.embeddedkms.model.EncryptionAlgorithmSpec.SYMMETRIC_DEFAULT;

import io.github.embeddedkms.Caller;
import io.github.embeddedkms.blob.CiphertextBlob;
import io.github.embeddedkms.crypto.SymmetricMaterial;
import io.github.embeddedkms.exception.AccessDeniedException;
import io.github.embeddedkms.exception.IncorrectKeyException;
import io.github.embeddedkms.exception.InvalidCiphertextException;
import io.github.embeddedkms.exception.ValidationException;
import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.DryRunModifierType;
import io.github.embeddedkms.model.EncryptionAlgorithmSpec;
import io.github.embeddedkms.model.EncryptionContext;
import io.github.embeddedkms.model.KeyUsageType;
import io.github.embeddedkms.model.SecretBytes;
import io.github.embeddedkms.store.KeyEntry;
import io.github.embeddedkms.store.KeyStorage;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Opens ciphertexts, for Decrypt and for the first half of ReEncrypt. */
final class CiphertextOpener {

  private final KeyStorage storage;
  private final KeyResolver resolver;

  CiphertextOpener(KeyStorage storage, KeyResolver resolver) {
    this.storage = storage;
    this.resolver = resolver;
  }

  /**
   * What was in a ciphertext.
   *
   * @param key the key that opened it
   * @param material which of its materials did
   * @param plaintext what was in it, to be closed
   */
  record Opened(KeyEntry key, SymmetricMaterial material, SecretBytes plaintext)
      implements AutoCloseable {
    @Override
    public void close() {
      plaintext.close();
    }
  }

  /**
   * How a request wants a ciphertext opened.
   *
   * @param caller who asks
   * @param action what the caller needs permission for
   * @param blob the ciphertext; only a dry run may leave it out
   * @param context the encryption context
   * @param keyId the key that must have made the ciphertext, if the caller names one
   * @param algorithm how it was encrypted, if the caller says so
   * @param grantTokens the caller's grant tokens, if any
   */
  record Request(
      Caller caller,
      String action,
      @Nullable Bytes blob,
      EncryptionContext context,
      @Nullable String keyId,
      @Nullable EncryptionAlgorithmSpec algorithm,
      @Nullable List<String> grantTokens) {}

  /**
   * IGNORE_CIPHERTEXT is documented to need a dry run; the text of the refusal was never recorded.
   */
  static void modifiersAreForDryRuns(
      @Nullable Boolean dryRun, @Nullable List<DryRunModifierType> modifiers) {
    if (!Boolean.TRUE.equals(dryRun)
        && modifiers != null
        && modifiers.contains(IGNORE_CIPHERTEXT)) {
      throw new ValidationException("embedded-kms: IGNORE_CIPHERTEXT is for dry runs only");
    }
  }

  /**
   * The key that the caller names, if any. Found before the ciphertext is looked at, as every other
   * operation finds its key first; what the service says first if both are wrong was never
   * recorded.
   */
  @Nullable KeyEntry namedKey(Request request) {
    return request.keyId() == null
        ? null
        : resolver.resolve(request.caller(), request.action(), request.keyId());
  }

  /**
   * Opens a ciphertext. A symmetric one is opened first; then the key that the caller named must be
   * the one that opened it; only then does that key's state matter.
   */
  Opened open(Request request, @Nullable KeyEntry named) {
    if (request.algorithm() != null && request.algorithm() != SYMMETRIC_DEFAULT) {
      checkAsymmetric(request, request.algorithm(), named);
      throw new AssertionError("a symmetric key has no asymmetric algorithm");
    }
    CiphertextBlob blob =
        CiphertextBlob.parse(Objects.requireNonNull(request.blob()))
            .orElseThrow(InvalidCiphertextException::new);
    KeyEntry key = keyOf(request.caller(), blob);
    Checks.authorized(request.grantTokens());
    SymmetricMaterial material =
        key.material(blob.header().materialId())
            .filter(SymmetricMaterial.class::isInstance)
            .map(SymmetricMaterial.class::cast)
            .orElseThrow(CiphertextOpener::unknownKey);
    SecretBytes plaintext =
        BlobSealer.open(material, request.context(), blob)
            .orElseThrow(InvalidCiphertextException::new);
    try {
      namedKeyOpened(named, key);
      StateRule.CRYPTOGRAPHIC.check(request.caller(), key);
    } catch (RuntimeException | Error e) {
      plaintext.close();
      throw e;
    }
    return new Opened(key, material, plaintext);
  }

  /** No key here offers an asymmetric algorithm yet, so that one of the checks fails. */
  private static void checkAsymmetric(
      Request request, EncryptionAlgorithmSpec algorithm, @Nullable KeyEntry named) {
    if (named == null) {
      // That the key must be named is documented; the text was never recorded.
      throw new ValidationException("embedded-kms: the key must be named for " + algorithm);
    }
    Checks.authorized(request.grantTokens());
    Checks.usage(request.caller(), named, KeyUsageType.ENCRYPT_DECRYPT, request.action());
    StateRule.CRYPTOGRAPHIC.check(request.caller(), named);
    Checks.algorithm(named, algorithm);
  }

  private KeyEntry keyOf(Caller caller, CiphertextBlob blob) {
    return storage
        .keyOfMaterial(caller.account(), caller.region(), blob.header().materialId())
        .orElseThrow(CiphertextOpener::unknownKey);
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
