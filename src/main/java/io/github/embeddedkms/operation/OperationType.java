package io.github.embeddedkms.operation;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The operations of AWS KMS, all of those in its model, with what is the same for every use of one.
 * An operation that this library supports also has a request and a response; those of the others
 * are added with the operation.
 *
 * <p>Finding an operation by its name loads no request or response class.
 *
 * <p>Source: AWS KMS API Reference, "Actions"; model of November 2026.
 */
public enum OperationType {
  /** Cancels the scheduled deletion of a KMS key. */
  CANCEL_KEY_DELETION("CancelKeyDeletion"),
  /** Connects a custom key store to its backing key store. */
  CONNECT_CUSTOM_KEY_STORE("ConnectCustomKeyStore"),
  /** Creates an alias for a KMS key. */
  CREATE_ALIAS("CreateAlias"),
  /** Creates a custom key store. */
  CREATE_CUSTOM_KEY_STORE("CreateCustomKeyStore"),
  /** Creates a grant for a KMS key. */
  CREATE_GRANT("CreateGrant", Trait.DRY_RUN),
  /** Creates a KMS key. */
  CREATE_KEY("CreateKey"),
  /** Recovers a shared secret with an ML-KEM key. */
  DECAPSULATE("Decapsulate", Trait.READ_ONLY, Trait.DRY_RUN),
  /** Decrypts a ciphertext. */
  DECRYPT("Decrypt", Trait.READ_ONLY, Trait.DRY_RUN),
  /** Deletes an alias. */
  DELETE_ALIAS("DeleteAlias"),
  /** Deletes a custom key store. */
  DELETE_CUSTOM_KEY_STORE("DeleteCustomKeyStore"),
  /** Deletes imported key material. */
  DELETE_IMPORTED_KEY_MATERIAL("DeleteImportedKeyMaterial"),
  /** Derives a shared secret by key agreement. */
  DERIVE_SHARED_SECRET("DeriveSharedSecret", Trait.READ_ONLY, Trait.DRY_RUN),
  /** Lists custom key stores. */
  DESCRIBE_CUSTOM_KEY_STORES("DescribeCustomKeyStores", Trait.READ_ONLY, Trait.PAGED),
  /** Returns the metadata of a KMS key. */
  DESCRIBE_KEY("DescribeKey", Trait.READ_ONLY),
  /** Disables a KMS key. */
  DISABLE_KEY("DisableKey"),
  /** Disables the automatic rotation of a KMS key. */
  DISABLE_KEY_ROTATION("DisableKeyRotation"),
  /** Disconnects a custom key store. */
  DISCONNECT_CUSTOM_KEY_STORE("DisconnectCustomKeyStore"),
  /** Enables a KMS key. */
  ENABLE_KEY("EnableKey"),
  /** Enables the automatic rotation of a KMS key. */
  ENABLE_KEY_ROTATION("EnableKeyRotation"),
  /** Creates and encapsulates a shared secret with an ML-KEM key. */
  ENCAPSULATE("Encapsulate", Trait.READ_ONLY, Trait.DRY_RUN),
  /** Encrypts a message of up to 4096 bytes. */
  ENCRYPT("Encrypt", Trait.READ_ONLY, Trait.DRY_RUN),
  /** Generates a data key, in plaintext and encrypted. */
  GENERATE_DATA_KEY("GenerateDataKey", Trait.READ_ONLY, Trait.DRY_RUN),
  /** Generates a key pair, its private key in plaintext and encrypted. */
  GENERATE_DATA_KEY_PAIR("GenerateDataKeyPair", Trait.READ_ONLY, Trait.DRY_RUN),
  /** Generates a key pair, its private key only encrypted. */
  GENERATE_DATA_KEY_PAIR_WITHOUT_PLAINTEXT(
      "GenerateDataKeyPairWithoutPlaintext", Trait.READ_ONLY, Trait.DRY_RUN),
  /** Generates a data key, only encrypted. */
  GENERATE_DATA_KEY_WITHOUT_PLAINTEXT(
      "GenerateDataKeyWithoutPlaintext", Trait.READ_ONLY, Trait.DRY_RUN),
  /** Generates a MAC with an HMAC key. */
  GENERATE_MAC("GenerateMac", Trait.READ_ONLY, Trait.DRY_RUN),
  /** Returns random bytes. */
  GENERATE_RANDOM("GenerateRandom", Trait.READ_ONLY),
  /** Returns the last use of a KMS key. */
  GET_KEY_LAST_USAGE("GetKeyLastUsage", Trait.READ_ONLY),
  /** Returns the policy of a KMS key. */
  GET_KEY_POLICY("GetKeyPolicy", Trait.READ_ONLY),
  /** Returns whether and how a KMS key is rotated. */
  GET_KEY_ROTATION_STATUS("GetKeyRotationStatus", Trait.READ_ONLY),
  /** Returns a wrapping key and a token for importing key material. */
  GET_PARAMETERS_FOR_IMPORT("GetParametersForImport", Trait.READ_ONLY),
  /** Returns the public key of an asymmetric KMS key. */
  GET_PUBLIC_KEY("GetPublicKey", Trait.READ_ONLY),
  /** Imports key material. */
  IMPORT_KEY_MATERIAL("ImportKeyMaterial"),
  /** Lists aliases. */
  LIST_ALIASES("ListAliases", Trait.READ_ONLY, Trait.PAGED),
  /** Lists the grants of a KMS key. */
  LIST_GRANTS("ListGrants", Trait.READ_ONLY, Trait.PAGED),
  /** Lists the names of the policies of a KMS key. */
  LIST_KEY_POLICIES("ListKeyPolicies", Trait.READ_ONLY, Trait.PAGED),
  /** Lists the rotations of a KMS key. */
  LIST_KEY_ROTATIONS("ListKeyRotations", Trait.READ_ONLY, Trait.PAGED),
  /** Lists KMS keys. */
  LIST_KEYS("ListKeys", Trait.READ_ONLY, Trait.PAGED),
  /** Lists the tags of a KMS key. */
  LIST_RESOURCE_TAGS("ListResourceTags", Trait.READ_ONLY, Trait.PAGED),
  /** Lists the grants that a principal can retire. */
  LIST_RETIRABLE_GRANTS("ListRetirableGrants", Trait.READ_ONLY, Trait.PAGED),
  /** Replaces the policy of a KMS key. */
  PUT_KEY_POLICY("PutKeyPolicy"),
  /** Decrypts a ciphertext and encrypts its plaintext again. */
  RE_ENCRYPT("ReEncrypt", Trait.READ_ONLY, Trait.DRY_RUN),
  /** Creates a replica of a multi-Region key. */
  REPLICATE_KEY("ReplicateKey"),
  /** Retires a grant. */
  RETIRE_GRANT("RetireGrant", Trait.DRY_RUN),
  /** Revokes a grant. */
  REVOKE_GRANT("RevokeGrant", Trait.DRY_RUN),
  /** Rotates a KMS key immediately. */
  ROTATE_KEY_ON_DEMAND("RotateKeyOnDemand"),
  /** Schedules the deletion of a KMS key. */
  SCHEDULE_KEY_DELETION("ScheduleKeyDeletion"),
  /** Signs a message with an asymmetric KMS key. */
  SIGN("Sign", Trait.READ_ONLY, Trait.DRY_RUN),
  /** Adds tags to a KMS key, or changes them. */
  TAG_RESOURCE("TagResource"),
  /** Removes tags from a KMS key. */
  UNTAG_RESOURCE("UntagResource"),
  /** Points an alias to another KMS key. */
  UPDATE_ALIAS("UpdateAlias"),
  /** Changes the settings of a custom key store. */
  UPDATE_CUSTOM_KEY_STORE("UpdateCustomKeyStore"),
  /** Changes the description of a KMS key. */
  UPDATE_KEY_DESCRIPTION("UpdateKeyDescription"),
  /** Makes a replica the primary key of its multi-Region key. */
  UPDATE_PRIMARY_REGION("UpdatePrimaryRegion"),
  /** Verifies a signature. */
  VERIFY("Verify", Trait.READ_ONLY, Trait.DRY_RUN),
  /** Verifies a MAC. */
  VERIFY_MAC("VerifyMac", Trait.READ_ONLY, Trait.DRY_RUN);

  /** What can be said of an operation in general. */
  public enum Trait {
    /** Changes no key, alias, grant or key store. Cryptographic operations are read-only. */
    READ_ONLY,
    /** Its request has the member {@code DryRun}. */
    DRY_RUN,
    /** Lists page by page: the request has {@code Limit} and {@code Marker}. */
    PAGED
  }

  /** What every target of the protocol begins with. */
  public static final String TARGET_PREFIX = "TrentService.";

  private static final Map<String, OperationType> BY_NAME =
      Arrays.stream(values())
          .collect(Collectors.toUnmodifiableMap(type -> type.operationName, Function.identity()));

  private final String operationName;

  @SuppressWarnings("ImmutableEnumChecker") // unmodifiable, and its elements are constants
  private final Set<Trait> traits;

  OperationType(String operationName, Trait... traits) {
    this.operationName = operationName;
    Set<Trait> set = EnumSet.noneOf(Trait.class);
    Collections.addAll(set, traits);
    this.traits = Collections.unmodifiableSet(set);
  }

  /**
   * Finds an operation by its name.
   *
   * @param operationName the name in the service's model, {@code GenerateDataKey} for example
   * @return the operation; empty if the service has none of that name
   */
  public static Optional<OperationType> named(String operationName) {
    return Optional.ofNullable(BY_NAME.get(operationName));
  }

  /**
   * Finds the operation of a request.
   *
   * @param request any request
   * @return its operation
   */
  public static OperationType of(KmsRequest<?> request) {
    OperationType type = BY_NAME.get(request.getClass().getSimpleName());
    if (type == null) {
      throw new AssertionError(request.getClass() + " is not in the service's model");
    }
    return type;
  }

  /**
   * Finds the operation that a target of the protocol names.
   *
   * @param target the value of the header {@code X-Amz-Target}
   * @return the operation; empty if the target does not begin with the service's prefix, or the
   *     service has no such operation
   */
  public static Optional<OperationType> ofTarget(String target) {
    return target.startsWith(TARGET_PREFIX)
        ? named(target.substring(TARGET_PREFIX.length()))
        : Optional.empty();
  }

  /**
   * Returns the name in the service's model.
   *
   * @return {@code GenerateDataKey} for example
   */
  public String operationName() {
    return operationName;
  }

  /**
   * Returns the target by which the protocol names this operation.
   *
   * @return {@code TrentService.GenerateDataKey} for example
   */
  public String target() {
    return TARGET_PREFIX + operationName;
  }

  /**
   * Tells whether this operation has a trait.
   *
   * @param trait the trait
   * @return true if it has
   */
  public boolean has(Trait trait) {
    return traits.contains(trait);
  }

  /**
   * Tells whether this library supports the operation.
   *
   * @return true if there is a request class
   */
  public boolean isSupported() {
    return requestOrNull() != null;
  }

  /**
   * Returns the class of the request.
   *
   * @return a record that implements {@link KmsRequest}
   * @throws IllegalStateException if this library does not support the operation yet
   */
  public Class<? extends Record> request() {
    Class<? extends Record> request = requestOrNull();
    if (request == null) {
      throw new IllegalStateException(operationName + " is not supported yet");
    }
    return request;
  }

  /**
   * Returns the class of the response.
   *
   * @return a record
   * @throws IllegalStateException if this library does not support the operation yet
   */
  public Class<? extends Record> response() {
    for (Type type : request().getGenericInterfaces()) {
      if (type instanceof ParameterizedType generic && generic.getRawType() == KmsRequest.class) {
        return ((Class<?>) generic.getActualTypeArguments()[0]).asSubclass(Record.class);
      }
    }
    throw new AssertionError(operationName + " has a response");
  }

  /** A class is loaded when its arm is reached, and only that one. */
  private @Nullable Class<? extends Record> requestOrNull() {
    return switch (this) {
      case CANCEL_KEY_DELETION -> CancelKeyDeletion.class;
      case CREATE_ALIAS -> CreateAlias.class;
      case CREATE_GRANT -> CreateGrant.class;
      case CREATE_KEY -> CreateKey.class;
      case DECAPSULATE -> Decapsulate.class;
      case DECRYPT -> Decrypt.class;
      case DELETE_ALIAS -> DeleteAlias.class;
      case DELETE_IMPORTED_KEY_MATERIAL -> DeleteImportedKeyMaterial.class;
      case DERIVE_SHARED_SECRET -> DeriveSharedSecret.class;
      case DESCRIBE_KEY -> DescribeKey.class;
      case DISABLE_KEY -> DisableKey.class;
      case DISABLE_KEY_ROTATION -> DisableKeyRotation.class;
      case ENABLE_KEY -> EnableKey.class;
      case ENABLE_KEY_ROTATION -> EnableKeyRotation.class;
      case ENCAPSULATE -> Encapsulate.class;
      case ENCRYPT -> Encrypt.class;
      case GENERATE_DATA_KEY -> GenerateDataKey.class;
      case GENERATE_DATA_KEY_PAIR -> GenerateDataKeyPair.class;
      case GENERATE_DATA_KEY_PAIR_WITHOUT_PLAINTEXT -> GenerateDataKeyPairWithoutPlaintext.class;
      case GENERATE_DATA_KEY_WITHOUT_PLAINTEXT -> GenerateDataKeyWithoutPlaintext.class;
      case GENERATE_MAC -> GenerateMac.class;
      case GENERATE_RANDOM -> GenerateRandom.class;
      case GET_KEY_LAST_USAGE -> GetKeyLastUsage.class;
      case GET_KEY_POLICY -> GetKeyPolicy.class;
      case GET_KEY_ROTATION_STATUS -> GetKeyRotationStatus.class;
      case GET_PARAMETERS_FOR_IMPORT -> GetParametersForImport.class;
      case GET_PUBLIC_KEY -> GetPublicKey.class;
      case IMPORT_KEY_MATERIAL -> ImportKeyMaterial.class;
      case LIST_ALIASES -> ListAliases.class;
      case LIST_GRANTS -> ListGrants.class;
      case LIST_KEY_POLICIES -> ListKeyPolicies.class;
      case LIST_KEY_ROTATIONS -> ListKeyRotations.class;
      case LIST_KEYS -> ListKeys.class;
      case LIST_RESOURCE_TAGS -> ListResourceTags.class;
      case LIST_RETIRABLE_GRANTS -> ListRetirableGrants.class;
      case PUT_KEY_POLICY -> PutKeyPolicy.class;
      case RE_ENCRYPT -> ReEncrypt.class;
      case REPLICATE_KEY -> ReplicateKey.class;
      case RETIRE_GRANT -> RetireGrant.class;
      case REVOKE_GRANT -> RevokeGrant.class;
      case ROTATE_KEY_ON_DEMAND -> RotateKeyOnDemand.class;
      case SCHEDULE_KEY_DELETION -> ScheduleKeyDeletion.class;
      case SIGN -> Sign.class;
      case TAG_RESOURCE -> TagResource.class;
      case UNTAG_RESOURCE -> UntagResource.class;
      case UPDATE_ALIAS -> UpdateAlias.class;
      case UPDATE_KEY_DESCRIPTION -> UpdateKeyDescription.class;
      case UPDATE_PRIMARY_REGION -> UpdatePrimaryRegion.class;
      case VERIFY -> Verify.class;
      case VERIFY_MAC -> VerifyMac.class;
      default -> null;
    };
  }
}
