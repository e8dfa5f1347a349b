package io.github.embeddedkms.local;

import static io.github.embeddedkms.model.DryRunModifierType.IGNORE_CIPHERTEXT;
import static io.github.embeddedkms.model.EncryptionAlgorithmSpec.SYMMETRIC_DEFAULT;

import io.github.embeddedkms.authorization.Inquiry;
import io.github.embeddedkms.blob.CiphertextBlob;
import io.github.embeddedkms.crypto.KeySpecTable;
import io.github.embeddedkms.crypto.Material;
import io.github.embeddedkms.crypto.PrivateKeyMaterial;
import io.github.embeddedkms.crypto.SymmetricMaterial;
import io.github.embeddedkms.exception.AccessDeniedException;
import io.github.embeddedkms.exception.IncorrectKeyException;
import io.github.embeddedkms.exception.InvalidCiphertextException;
import io.github.embeddedkms.exception.NotFoundException;
import io.github.embeddedkms.exception.ValidationException;
import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.DryRunModifierType;
import io.github.embeddedkms.model.KeyUsageType;
import io.github.embeddedkms.model.SecretBytes;
import io.github.embeddedkms.operation.ReEncrypt;
import io.github.embeddedkms.store.KeyEntry;
import io.github.embeddedkms.store.KeyStorage;
import io.github.embeddedkms.store.UnreadableItemException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
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
  private final Permissions permissions;
  private final KeyStates states;

  CiphertextOpener(String operation, Components components) {
    this.storage = components.storage();
    this.resolver = components.resolver();
    this.permissions = components.permissions();
    this.states = KeyStates.of(operation);
  }

  /**
   * Rejects IGNORE_CIPHERTEXT outside a dry run and without a key, as the service documents. The
   * service's messages were never recorded.
   */
  static void requireDryRunForModifiers(
      @Nullable Boolean dryRun,
      @Nullable List<DryRunModifierType> modifiers,
      @Nullable String keyId) {
    if (modifiers == null || !modifiers.contains(IGNORE_CIPHERTEXT)) {
      return;
    }
    if (!Boolean.TRUE.equals(dryRun)) {
      throw new ValidationException("embedded-kms: IGNORE_CIPHERTEXT is for dry runs only");
    }
    if (keyId == null) {
      throw new ValidationException("embedded-kms: the key must be named for IGNORE_CIPHERTEXT");
    }
  }

  /**
   * Resolves the key that the caller names, if any. The key comes before the ciphertext, because
   * every other operation also resolves its key first. Which error the service returns if both are
   * wrong was never recorded.
   *
   * <p>A key of another account is authorized here: an error about the ciphertext before its
   * authorization would reveal that the key exists.
   */
  void resolveNamedKey(Call<?> call) {
    Opening opening = call.opening();
    if (opening.keyId != null) {
      ResolvedKey key = resolve(call, opening.action, opening.keyId);
      opening.namedKey = key;
      if (!key.belongsTo(call.caller())) {
        authorizeSource(call, key);
      }
    }
  }

  /** Finds a key that a request names. One of another account must be authorized next. */
  ResolvedKey resolve(Call<?> call, String action, String keyId) {
    return resolver
        .resolve(call.caller(), keyId)
        .orElseThrow(() -> permissions.missing(call, action, keyId));
  }

  /**
   * Requires permission for the named key, whatever the ciphertext is, unless that was required
   * when it was resolved.
   */
  void authorizeNamedKey(Call<?> call) {
    ResolvedKey key =
        Objects.requireNonNull(call.opening().namedKey, "required in every such request");
    if (key.belongsTo(call.caller())) {
      authorizeSource(call, key);
    }
  }

  private void authorizeSource(Call<?> call, ResolvedKey key) {
    Opening opening = call.opening();
    permissions.requireKey(
        call, opening.action, key, call.context(), opening.grantTokens, () -> destinationArn(call));
  }

  /**
   * Returns the ARN of the key that ReEncrypt encrypts under. It is found here if a condition asks
   * for it before its turn.
   */
  private @Nullable String destinationArn(Call<?> call) {
    if (!(call.request() instanceof ReEncrypt request)) {
      return null;
    }
    String keyId = request.destinationKeyId();
    if (KeyResolver.isOfAnotherAccount(call.caller(), keyId)) {
      // As it was sent: a condition must not tell whether there is such a key.
      return keyId;
    }
    ResolvedKey destination = call.opening().destinationOrNull();
    return destination == null ? arnIfFound(call, keyId) : destination.arn();
  }

  private @Nullable String arnIfFound(Call<?> call, String keyId) {
    try {
      return resolver.resolve(call.caller(), keyId).map(ResolvedKey::arn).orElse(null);
    } catch (NotFoundException | UnreadableItemException e) {
      // Reported in its turn, if the call gets there.
      return null;
    }
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
    opening.blob(blob);
    call.resolved(keyOf(call, blob.header().materialId()));
    authorizeKey(call);
  }

  /** Requires permission for the key that encrypted the ciphertext. */
  private void authorizeKey(Call<?> call) {
    ResolvedKey key = call.resolved();
    if (key.belongsTo(call.caller()) || !isNamed(key, call.opening())) {
      authorizeSource(call, key);
    }
  }

  /** Returns the key that has a material. */
  private ResolvedKey keyOf(Call<?> call, Bytes materialId) {
    ResolvedKey named = call.opening().namedKey;
    Optional<ResolvedKey> beside =
        named == null ? Optional.empty() : besideNamed(call, named, materialId);
    if (beside.isPresent()) {
      return beside.get();
    }
    // If a key is named, this can only be a wrong one. The caller learns it if it may use this one.
    Optional<ResolvedKey> own = ownOf(call, materialId);
    if (own.isPresent() && permissions.areUnlimited(call, own.get())) {
      return own.get();
    }
    return candidate(call, own, othersOf(call, materialId)).orElseThrow(() -> unknown(call));
  }

  /** Returns the named key if it has the material, otherwise the key of its account that has. */
  private Optional<ResolvedKey> besideNamed(Call<?> call, ResolvedKey named, Bytes materialId) {
    if (named.entry().material(materialId).isPresent()) {
      return Optional.of(named);
    }
    if (named.belongsTo(call.caller())) {
      return ownOf(call, materialId);
    }
    String account = named.entry().address().account();
    return othersOf(call, materialId).stream()
        .filter(key -> key.entry().address().account().equals(account))
        .findFirst();
  }

  private Optional<ResolvedKey> ownOf(Call<?> call, Bytes materialId) {
    return storage
        .keyOfMaterial(call.caller().account(), call.caller().region(), materialId)
        .map(key -> ofCiphertext(call, key));
  }

  /**
   * Returns the keys of other accounts that have a material. Those that cannot be read are left
   * out.
   */
  private List<ResolvedKey> othersOf(Call<?> call, Bytes materialId) {
    List<ResolvedKey> others = new ArrayList<>();
    for (KeyEntry entry : storage.keysOfMaterial(call.caller().region(), materialId)) {
      ResolvedKey key = ofCiphertext(call, entry);
      if (!key.belongsTo(call.caller())) {
        others.add(key);
      }
    }
    return others;
  }

  /**
   * Returns the key that decides: the first that permits the action, the caller's own before those
   * of other accounts; if none does, the caller's own, or one that only the caller's account keeps
   * from permitting it. A key that refuses by itself gets the same answer as one that does not
   * exist.
   */
  private Optional<ResolvedKey> candidate(
      Call<?> call, Optional<ResolvedKey> own, List<ResolvedKey> others) {
    if (others.isEmpty() || (own.isPresent() && refusal(call, own.get()) == null)) {
      return own;
    }
    ResolvedKey lacking = null;
    for (ResolvedKey key : others) {
      Authorizer.Refusal refusal = refusal(call, key);
      if (refusal == null) {
        return Optional.of(key);
      }
      lacking = lacking == null && refusal.byIdentity() ? key : lacking;
    }
    return own.isPresent() ? own : Optional.of(lacking == null ? others.get(0) : lacking);
  }

  private static ResolvedKey ofCiphertext(Call<?> call, KeyEntry entry) {
    return ResolvedKey.of(call.caller(), entry, Inquiry.Target.KEY_OF_CIPHERTEXT);
  }

  private Authorizer.@Nullable Refusal refusal(Call<?> call, ResolvedKey key) {
    return permissions.refusal(
        AccessRequest.ofKey(
            call, call.opening().action, key, call.context(), () -> destinationArn(call)));
  }

  private AccessDeniedException unknown(Call<?> call) {
    return permissions.unknownKeyOfCiphertext(call, call.opening().action);
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

  private void openSymmetric(Call<?> call) {
    Opening opening = call.opening();
    CiphertextBlob blob = opening.blob();
    Material named = call.key().material(blob.header().materialId()).orElse(null);
    if (!(named instanceof SymmetricMaterial material)) {
      throw unknown(call);
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
}
