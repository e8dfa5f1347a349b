package io.github.embeddedkms.local;

import io.github.embeddedkms.operation.KmsRequest;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * All operations, by family. Each family has the handlers of its operations.
 *
 * <p>Families and handlers are created on first use. A command line sends requests of one class
 * only, and the JVM takes longer to load the classes and lambdas of the other operations than most
 * operations take to run.
 */
final class OperationTable {

  private final Components components;
  private final ConcurrentMap<Class<?>, OperationHandler<?, ?>> byRequest =
      new ConcurrentHashMap<>();

  OperationTable(Components components) {
    this.components = components;
  }

  private Family familyOf(String operation) {
    return switch (operation) {
      case "CreateKey" -> new KeyCreation(components);
      case "DescribeKey", "DisableKey", "EnableKey", "ListKeys", "UpdateKeyDescription" ->
          new KeyOperations(components);
      case "ListResourceTags", "TagResource", "UntagResource" -> new TagOperations(components);
      case "GetKeyPolicy", "ListKeyPolicies", "PutKeyPolicy" -> new PolicyOperations(components);
      case "CreateGrant", "RetireGrant", "RevokeGrant" -> new GrantOperations(components);
      case "ListGrants", "ListRetirableGrants" -> new GrantListings(components);
      case "CancelKeyDeletion", "ScheduleKeyDeletion" -> new KeyDeletion(components);
      case "DisableKeyRotation",
          "EnableKeyRotation",
          "GetKeyRotationStatus",
          "ListKeyRotations",
          "RotateKeyOnDemand" ->
          new RotationOperations(components);
      case "DeleteImportedKeyMaterial", "GetParametersForImport", "ImportKeyMaterial" ->
          new ImportOperations(components);
      case "ReplicateKey", "UpdatePrimaryRegion" -> new MultiRegionOperations(components);
      case "CreateAlias", "DeleteAlias", "ListAliases", "UpdateAlias" ->
          new AliasOperations(components);
      case "GenerateDataKey", "GenerateDataKeyWithoutPlaintext", "GenerateRandom" ->
          new DataKeyOperations(components);
      case "GenerateDataKeyPair", "GenerateDataKeyPairWithoutPlaintext" ->
          new DataKeyPairOperations(components);
      case "GetPublicKey", "Sign", "Verify" -> new SigningOperations(components);
      case "GenerateMac", "VerifyMac" -> new MacOperations(components);
      case "Decrypt", "Encrypt", "ReEncrypt" -> new EncryptionOperations(components);
      case "Decapsulate", "DeriveSharedSecret", "Encapsulate" ->
          new AgreementOperations(components);
      case "GetKeyLastUsage" -> new UsageOperations(components);
      default -> throw new AssertionError(operation + " is in no family");
    };
  }

  /** Returns the handler of a request. */
  @SuppressWarnings("unchecked") // a handler is stored under the class of its own requests
  <R> OperationHandler<KmsRequest<R>, R> handlerOf(KmsRequest<R> request) {
    OperationHandler<?, ?> handler = byRequest.get(request.getClass());
    if (handler == null) {
      handler = byRequest.computeIfAbsent(request.getClass(), this::create);
    }
    return (OperationHandler<KmsRequest<R>, R>) handler;
  }

  private OperationHandler<?, ?> create(Class<?> request) {
    String name = request.getSimpleName();
    return familyOf(name).handler(name);
  }
}
