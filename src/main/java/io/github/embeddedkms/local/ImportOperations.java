package io.github.embeddedkms.local;

import io.github.embeddedkms.crypto.KeyPair;
import io.github.embeddedkms.crypto.KeyPairType;
import io.github.embeddedkms.crypto.KeySpecTable;
import io.github.embeddedkms.crypto.Material;
import io.github.embeddedkms.crypto.MaterialKind;
import io.github.embeddedkms.crypto.MaterialUnwrapping;
import io.github.embeddedkms.crypto.SystemRandom;
import io.github.embeddedkms.exception.InvalidCiphertextException;
import io.github.embeddedkms.exception.NotFoundException;
import io.github.embeddedkms.exception.ValidationException;
import io.github.embeddedkms.model.ExpirationModelType;
import io.github.embeddedkms.model.ImportType;
import io.github.embeddedkms.model.OriginType;
import io.github.embeddedkms.model.SecretBytes;
import io.github.embeddedkms.operation.DeleteImportedKeyMaterial;
import io.github.embeddedkms.operation.GetParametersForImport;
import io.github.embeddedkms.operation.ImportKeyMaterial;
import io.github.embeddedkms.store.KeyEntry;
import io.github.embeddedkms.store.MaterialEntry;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Imports key material, and deletes it. {@link DueWork} deletes material that expires. */
final class ImportOperations implements Family {

  private static final Duration TOKEN_LIFETIME = Duration.ofHours(24);
  private static final Duration MAX_LIFETIME = Duration.ofDays(365);

  private final HandlerProfiles profiles;
  private final Transactions transactions;
  private final RelatedKeys related;
  private final ImportTokens tokens;
  private final ProviderClock clock;

  ImportOperations(Components components) {
    this.profiles = components.profiles();
    this.transactions = components.transactions();
    this.related = components.related();
    this.tokens = components.importTokens();
    this.clock = components.clock();
  }

  @Override
  public OperationHandler<?, ?> handler(String name) {
    return switch (name) {
      case "DeleteImportedKeyMaterial" ->
          profiles
              .managing(
                  DeleteImportedKeyMaterial.class,
                  DeleteImportedKeyMaterial::keyId,
                  OriginType.EXTERNAL)
              .check(
                  call ->
                      requireSymmetricFor(
                          call.key(), "KeyMaterialId", call.request().keyMaterialId()))
              .act(this::deleteImportedKeyMaterial);
      case "GetParametersForImport" ->
          profiles
              .managing(
                  GetParametersForImport.class, GetParametersForImport::keyId, OriginType.EXTERNAL)
              .check(
                  call ->
                      WrappingChecks.requirePossible(
                          call.caller(),
                          call.key().keySpec(),
                          call.request().wrappingAlgorithm(),
                          call.request().wrappingKeySpec()))
              .act(this::getParametersForImport);
      case "ImportKeyMaterial" ->
          profiles
              .managing(ImportKeyMaterial.class, ImportKeyMaterial::keyId, OriginType.EXTERNAL)
              .check(call -> requireMembersOfSpec(call.key(), call.request()))
              .check(ImportOperations::requireExistingForReplica)
              .act(this::importKeyMaterial);
      default -> throw new AssertionError(name);
    };
  }

  /** Requires that members for symmetric encryption keys are absent for other keys. */
  private static void requireMembersOfSpec(KeyEntry key, ImportKeyMaterial request) {
    requireSymmetricFor(key, "ImportType", request.importType());
    requireSymmetricFor(key, "KeyMaterialDescription", request.keyMaterialDescription());
    requireSymmetricFor(key, "KeyMaterialId", request.keyMaterialId());
    if (request.importType() == ImportType.NEW_KEY_MATERIAL && request.keyMaterialId() != null) {
      // This and the next are documented; the service's messages were never recorded.
      throw new ValidationException(
          "embedded-kms: KeyMaterialId must be absent if the ImportType is NEW_KEY_MATERIAL");
    }
  }

  /** New material is imported into the primary key first. */
  private static void requireExistingForReplica(Call<ImportKeyMaterial> call) {
    if (call.request().importType() == ImportType.NEW_KEY_MATERIAL) {
      RelatedKeys.requireNotReplica(call);
    }
  }

  private static void requireSymmetricFor(KeyEntry key, String member, @Nullable Object value) {
    if (value != null && !isSymmetric(key)) {
      throw new ValidationException(
          "embedded-kms: " + member + " is for symmetric encryption keys only");
    }
  }

  private static boolean isSymmetric(KeyEntry key) {
    return KeySpecTable.of(key.keySpec()).kind() == MaterialKind.SYMMETRIC;
  }

  private GetParametersForImport.Response getParametersForImport(
      Call<GetParametersForImport> call) {
    GetParametersForImport request = call.request();
    KeyPairType type = KeyPairType.ofWireValue(request.wrappingKeySpec().toString());
    // Always from the operating system: this key protects the material on its way here.
    try (KeyPair pair = KeyPair.generate(type, SystemRandom.create())) {
      Instant validTo = clock.shared().plus(TOKEN_LIFETIME);
      return new GetParametersForImport.Response(
          call.keyArn(),
          tokens.seal(call.keyArn(), validTo, request.wrappingAlgorithm(), pair.privateKey()),
          pair.publicKey(),
          validTo);
    }
  }

  private ImportKeyMaterial.Response importKeyMaterial(Call<ImportKeyMaterial> call) {
    Instant validTo = expiryOf(call.request());
    Material material = materialOf(call);
    boolean stored = false;
    try {
      // The response is created before the commit, because the storage owns the material
      // afterwards.
      var response =
          new ImportKeyMaterial.Response(
              call.keyArn(), isSymmetric(call.key()) ? material.idAsHex() : null);
      MaterialEntry entry = new MaterialImport(call).entry(material, validTo);
      stored = entry.material() == material;
      transactions.commit(
          related.changeMaterials(call.key(), ImportedMaterials.with(call.key(), entry)));
      return response;
    } catch (RuntimeException e) {
      // After an Error the storage may have accepted the change already and still own the material.
      stored = false;
      throw e;
    } finally {
      if (!stored) {
        material.close();
      }
    }
  }

  /** Returns when the material is to expire; null for never. */
  private @Nullable Instant expiryOf(ImportKeyMaterial request) {
    Instant validTo = request.validTo();
    if (request.expirationModel() == ExpirationModelType.KEY_MATERIAL_DOES_NOT_EXPIRE) {
      if (validTo != null) {
        // This and the next two are documented; the service's messages were never recorded.
        throw new ValidationException(
            "embedded-kms: ValidTo must be absent if the ExpirationModel is"
                + " KEY_MATERIAL_DOES_NOT_EXPIRE");
      }
      return null;
    }
    if (validTo == null) {
      throw new ValidationException(
          "A validTo date must be set if the ExpirationModel is KEY_MATERIAL_EXPIRES");
    }
    Instant expiry = validTo.truncatedTo(ChronoUnit.MILLIS);
    // The date is later compared with the same clock.
    Instant now = clock.decisive();
    if (!expiry.isAfter(now)) {
      throw new ValidationException("embedded-kms: ValidTo must be in the future");
    }
    if (expiry.isAfter(now.plus(MAX_LIFETIME))) {
      throw new ValidationException("embedded-kms: ValidTo must be at most 365 days from now");
    }
    return expiry;
  }

  private Material materialOf(Call<ImportKeyMaterial> call) {
    try (ImportToken token = tokens.open(call.keyArn(), call.request().importToken())) {
      token.requireValid(clock.shared());
      Optional<SecretBytes> unwrapped =
          MaterialUnwrapping.unwrap(
              token.wrappingKey(), token.algorithm(), call.request().encryptedKeyMaterial());
      try (SecretBytes bytes = unwrapped.orElseThrow(InvalidCiphertextException::new)) {
        return MaterialImport.materialOf(
            call.resolved(), KeyCreation.suiteOf(call.caller()), bytes);
      }
    }
  }

  /**
   * Returns whether it is waiting material without bytes, which a replica has and its primary key
   * never received.
   */
  private static boolean isForgettable(KeyEntry key, MaterialEntry material) {
    return ImportedMaterials.isPending(material) && !key.isReplica();
  }

  private DeleteImportedKeyMaterial.Response deleteImportedKeyMaterial(
      Call<DeleteImportedKeyMaterial> call) {
    KeyEntry key = call.key();
    String id = call.request().keyMaterialId();
    Optional<MaterialEntry> named =
        id == null
            ? key.current()
            : key.materials().stream().filter(each -> each.idAsHex().equals(id)).findFirst();
    if (named.isEmpty() && id != null) {
      // The service's error was never recorded.
      throw new NotFoundException(
          "embedded-kms: " + call.keyArn() + " has no key material (id: " + id + ")");
    }
    if (named.isPresent() && (named.get().material() != null || isForgettable(key, named.get()))) {
      transactions.commit(
          related.changeMaterials(key, ImportedMaterials.without(key, named.get().id())));
    }
    return new DeleteImportedKeyMaterial.Response(
        call.keyArn(), isSymmetric(key) ? named.map(MaterialEntry::idAsHex).orElse(null) : null);
  }
}
