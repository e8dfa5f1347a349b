package io.github.embeddedkms.local;

import static io.github.embeddedkms.model.DryRunModifierType.IGNORE_CIPHERTEXT;
import static io.github.embeddedkms.model.EncryptionAlgorithmSpec.SYMMETRIC_DEFAULT;

import io.github.embeddedkms.blob.CiphertextBlob;
import io.github.embeddedkms.crypto.SymmetricMaterial;
import io.github.embeddedkms.exception.AccessDeniedException;
import io.github.embeddedkms.exception.IncorrectKeyException;
import io.github.embeddedkms.exception.InvalidCiphertextException;
import io.github.embeddedkms.exception.ValidationException;
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
 * The checks by which a ciphertext is opened, for Decrypt and for the first half of ReEncrypt. A
 * symmetric ciphertext is opened first; then the key that the caller named must be the one that
 * opened it; only then does that key's state matter.
 */
final class CiphertextOpener {

  private final KeyStorage storage;
  private final KeyResolver resolver;
  private final Authorizer authorizer;

  CiphertextOpener(KeyStorage storage, KeyResolver resolver, Authorizer authorizer) {
    this.storage = storage;
    this.resolver = resolver;
    this.authorizer = authorizer;
  }

  /**
   * IGNORE_CIPHERTEXT is documented to need a dry run; the message of the refusal was never
   * recorded.
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
   * Resolves the key that the caller names, if any. It is looked up before the ciphertext is, as
   * every other operation looks up its key first; what the service says first if both are wrong was
   * never recorded.
   */
  void resolveNamedKey(Call<?> call) {
    Opening opening = call.opening();
    if (opening.keyId != null) {
      opening.namedKey =
          resolveAhead(call, opening.action, opening.keyId, call.context(), opening.grantTokens);
    }
  }

  /**
   * Resolves a key that is authorized by a later check. A foreign key is authorized here as well:
   * if an answer about the ciphertext could come in between, it would tell that the key exists.
   */
  ResolvedKey resolveAhead(
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

  /** Whether the caller may do something with the named key, whatever the ciphertext is. */
  void authorizeNamedKey(Call<?> call) {
    Opening opening = call.opening();
    authorizeResolvedAhead(
        call,
        opening.action,
        Objects.requireNonNull(opening.namedKey, "named by every such request"),
        call.context(),
        opening.grantTokens);
  }

  /** Whether the caller may do something with the key that made the ciphertext. */
  void authorizeKey(Call<?> call) {
    Opening opening = call.opening();
    ResolvedKey key = call.resolved();
    if (key.belongsTo(call.caller()) || !isNamed(key, opening)) {
      authorize(call, opening.action, key, call.context(), opening.grantTokens);
    }
  }

  /** Authorizes a key that was resolved ahead, unless that was done there. */
  void authorizeResolvedAhead(
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

  /**
   * A ciphertext that was not made by a symmetric key. No key here offers an asymmetric algorithm
   * yet, so one of these checks fails.
   */
  void requireSymmetric(Call<?> call) {
    Opening opening = call.opening();
    if (opening.algorithm == null || opening.algorithm == SYMMETRIC_DEFAULT) {
      return;
    }
    if (opening.namedKey == null) {
      // That the key must be named is documented; the message was never recorded.
      throw new ValidationException("embedded-kms: the key must be named for " + opening.algorithm);
    }
    authorizeNamedKey(call);
    Checks.usage(opening.namedKey, KeyUsageType.ENCRYPT_DECRYPT, opening.action);
    KeyStates.of(call.operation()).check(opening.namedKey);
    Checks.algorithm(opening.namedKey, opening.algorithm);
    throw new AssertionError("a symmetric key has no asymmetric algorithm");
  }

  /** The ciphertext has the form of one. */
  void parse(Call<?> call) {
    Opening opening = call.opening();
    opening.blob(
        CiphertextBlob.parse(Objects.requireNonNull(opening.ciphertext))
            .orElseThrow(InvalidCiphertextException::new));
  }

  /** The key that made the ciphertext exists. */
  void findKey(Call<?> call) {
    Opening opening = call.opening();
    String account =
        opening.namedKey == null
            ? call.caller().account()
            : opening.namedKey.entry().address().account();
    KeyEntry key =
        storage
            .keyOfMaterial(account, call.caller().region(), opening.blob().header().materialId())
            .orElseThrow(CiphertextOpener::unknownKey);
    call.resolved(ResolvedKey.of(call.caller(), key));
  }

  /** The ciphertext is authentic; this is the first check that sees the plaintext. */
  void open(Call<?> call) {
    Opening opening = call.opening();
    CiphertextBlob blob = opening.blob();
    SymmetricMaterial material =
        call.key()
            .material(blob.header().materialId())
            .filter(SymmetricMaterial.class::isInstance)
            .map(SymmetricMaterial.class::cast)
            .orElseThrow(CiphertextOpener::unknownKey);
    SecretBytes plaintext =
        BlobSealer.open(material, call.context(), blob)
            .orElseThrow(InvalidCiphertextException::new);
    opening.opened(material, plaintext);
  }

  /** The key that made the ciphertext is the one that the caller named. */
  void namedKeyOpened(Call<?> call) {
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
