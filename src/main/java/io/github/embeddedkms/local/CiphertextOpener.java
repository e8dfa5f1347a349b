package io.github.embeddedkms.local;

import static io.github.embeddedkms.model.DryRunModifierType.IGNORE_CIPHERTEXT;
import static io.github.embeddedkms.model.EncryptionAlgorithmSpec.SYMMETRIC_DEFAULT;

import io.github.embeddedkms.blob.CiphertextBlob;
import io.github.embeddedkms.crypto.KeySpecTable;
import io.github.embeddedkms.crypto.Material;
import io.github.embeddedkms.crypto.PrivateKeyMaterial;
import io.github.embeddedkms.crypto.SymmetricMaterial;
import io.github.embeddedkms.exception.AccessDeniedException;
import io.github.embeddedkms.exception.IncorrectKeyException;
import io.github.embeddedkms.exception.InvalidCiphertextException;
import io.github.embeddedkms.exception.ValidationException;
import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.DryRunModifierType;
import io.github.embeddedkms.model.EncryptionContext;
import io.github.embeddedkms.model.KeyUsageType;
import io.github.embeddedkms.model.SecretBytes;
import io.github.embeddedkms.store.KeyEntry;
import io.github.embeddedkms.store.KeyStorage;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The steps that open a ciphertext, for Decrypt and for the first half of ReEncrypt.
 *
 * <p>A symmetric ciphertext identifies its key, and is opened first. Then the key that the caller
 * named must be the one that opened it. Only then is the state of that key checked. An asymmetric
 * ciphertext identifies nothing: the caller must name the key and the algorithm, and both are
 * checked before it is opened.
 */
final class CiphertextOpener {

  private final KeyStorage storage;
  private final KeyResolver resolver;
  private final Authorizer authorizer;
  private final KeyStates states;

  CiphertextOpener(String operation, Components components) {
    this.storage = components.storage();
    this.resolver = components.resolver();
    this.authorizer = components.authorizer();
    this.states = KeyStates.of(operation);
  }

  /**
   * Rejects IGNORE_CIPHERTEXT outside a dry run, as the service documents. The service's message
   * was never recorded.
   */
  static void requireDryRunForModifiers(
      @Nullable Boolean dryRun, @Nullable List<DryRunModifierType> modifiers) {
    if (!Boolean.TRUE.equals(dryRun)
        && modifiers != null
        && modifiers.contains(IGNORE_CIPHERTEXT)) {
      throw new ValidationException("embedded-kms: IGNORE_CIPHERTEXT is for dry runs only");
    }
  }

  /**
   * Resolves the key that the caller names, if any. The key comes before the ciphertext, because
   * every other operation also resolves its key first. Which error the service returns if both are
   * wrong was never recorded.
   */
  void resolveNamedKey(Call<?> call) {
    Opening opening = call.opening();
    if (opening.keyId != null) {
      opening.namedKey =
          resolveEarly(call, opening.action, opening.keyId, call.context(), opening.grantTokens);
    }
  }

  /**
   * Resolves a key that a later check authorizes. A key of another account is authorized here: an
   * error about the ciphertext before its authorization would reveal that the key exists.
   */
  ResolvedKey resolveEarly(
      Call<?> call,
      String action,
      String keyId,
      EncryptionContext context,
      @Nullable List<String> grantTokens) {
    ResolvedKey key = resolver.resolve(call.caller(), action, keyId);
    if (!key.belongsTo(call.caller())) {
      authorize(call, action, key, context, grantTokens);
    }
    return key;
  }

  /** Requires permission for the named key, whatever the ciphertext is. */
  void authorizeNamedKey(Call<?> call) {
    Opening opening = call.opening();
    authorizeIfOwnKey(
        call,
        opening.action,
        Objects.requireNonNull(opening.namedKey, "required in every such request"),
        call.context(),
        opening.grantTokens);
  }

  /** Requires permission for the key that encrypted the ciphertext. */
  private void authorizeKey(Call<?> call) {
    Opening opening = call.opening();
    ResolvedKey key = call.resolved();
    if (key.belongsTo(call.caller()) || !isNamed(key, opening)) {
      authorize(call, opening.action, key, call.context(), opening.grantTokens);
    }
  }

  /**
   * Authorizes a key that {@link #resolveEarly} resolved, unless it was already authorized there.
   */
  void authorizeIfOwnKey(
      Call<?> call,
      String action,
      ResolvedKey key,
      EncryptionContext context,
      @Nullable List<String> grantTokens) {
    if (key.belongsTo(call.caller())) {
      authorize(call, action, key, context, grantTokens);
    }
  }

  private void authorize(
      Call<?> call,
      String action,
      ResolvedKey key,
      EncryptionContext context,
      @Nullable List<String> grantTokens) {
    authorizer.authorize(
        new AccessRequest(call.caller(), action, key, context, call.request(), grantTokens));
  }

  /** Finds the key of the ciphertext, and requires permission for it. */
  void findKey(Call<?> call) {
    Opening opening = call.opening();
    if (opening.algorithm != SYMMETRIC_DEFAULT) {
      if (opening.namedKey == null) {
        // It is documented that the key must be named; the service's message was never recorded.
        throw new ValidationException(
            "embedded-kms: the key must be named for " + opening.algorithm);
      }
      authorizeNamedKey(call);
      call.resolved(opening.namedKey);
      return;
    }
    CiphertextBlob blob =
        CiphertextBlob.parse(Objects.requireNonNull(opening.ciphertext))
            .orElseThrow(InvalidCiphertextException::new);
    String account =
        opening.namedKey == null
            ? call.caller().account()
            : opening.namedKey.entry().address().account();
    KeyEntry key =
        storage
            .keyOfMaterial(account, call.caller().region(), blob.header().materialId())
            .orElseThrow(CiphertextOpener::unknownKey);
    opening.blob(blob);
    call.resolved(ResolvedKey.of(call.caller(), key));
    authorizeKey(call);
  }

  /** Requires an authentic ciphertext, and decrypts it. No earlier check sees the plaintext. */
  void open(Call<?> call) {
    if (call.opening().algorithm == SYMMETRIC_DEFAULT) {
      if (!isMaterialPresent(call)) {
        // Whether the ciphertext is authentic is not known, but the key is pending import.
        requireNamedKeyOpened(call);
        states.check(call.resolved());
      }
      openSymmetric(call);
      requireNamedKeyOpened(call);
      states.check(call.resolved());
    } else {
      openAsymmetric(call);
    }
  }

  /** Returns whether the bytes of the ciphertext's material are present. */
  private static boolean isMaterialPresent(Call<?> call) {
    return call.key().material(call.opening().blob().header().materialId()).isPresent();
  }

  private static void openSymmetric(Call<?> call) {
    Opening opening = call.opening();
    CiphertextBlob blob = opening.blob();
    Material named = call.key().material(blob.header().materialId()).orElse(null);
    if (!(named instanceof SymmetricMaterial material)) {
      throw unknownKey();
    }
    SecretBytes plaintext =
        BlobSealer.open(material, call.context(), blob)
            .orElseThrow(InvalidCiphertextException::new);
    opening.opened(material.idAsHex(), plaintext);
  }

  private void openAsymmetric(Call<?> call) {
    Opening opening = call.opening();
    Checks.requireUsage(call.resolved(), KeyUsageType.ENCRYPT_DECRYPT, opening.action);
    states.check(call.resolved());
    Checks.requireAlgorithm(call.resolved(), opening.algorithm, KeySpecTable.Line::encryption);
    Checks.requireNoContext(call.context());
    PrivateKeyMaterial material = call.key().currentMaterial(PrivateKeyMaterial.class);
    Bytes ciphertext = Objects.requireNonNull(opening.ciphertext);
    SecretBytes plaintext =
        MaterialUnavailable.translate(() -> material.decrypt(opening.algorithm, ciphertext))
            .orElseThrow(InvalidCiphertextException::new);
    opening.opened(null, plaintext);
  }

  /** Requires that the key that opened the ciphertext is the one that the caller named, if any. */
  private static void requireNamedKeyOpened(Call<?> call) {
    Opening opening = call.opening();
    if (opening.namedKey != null && !isNamed(call.resolved(), opening)) {
      throw new IncorrectKeyException(
          "The key ID in the request does not identify a CMK that can perform this operation.");
    }
  }

  private static boolean isNamed(ResolvedKey key, Opening opening) {
    ResolvedKey named = opening.namedKey;
    return named != null && named.entry().address().equals(key.entry().address());
  }

  private static AccessDeniedException unknownKey() {
    return new AccessDeniedException(
        "The ciphertext refers to a customer master key that does not exist, does not exist in this"
            + " region, or you are not allowed to access.");
  }
}
