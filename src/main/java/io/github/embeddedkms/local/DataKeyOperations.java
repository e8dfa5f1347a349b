package io.github.embeddedkms.local;

import static io.github.embeddedkms.model.KeyUsageType.ENCRYPT_DECRYPT;

import io.github.embeddedkms.crypto.SealedSecret;
import io.github.embeddedkms.crypto.SymmetricMaterial;
import io.github.embeddedkms.exception.ValidationException;
import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.DataKeySpec;
import io.github.embeddedkms.model.EncryptionContext;
import io.github.embeddedkms.model.SecretBytes;
import io.github.embeddedkms.operation.GenerateDataKey;
import io.github.embeddedkms.operation.GenerateDataKeyWithoutPlaintext;
import io.github.embeddedkms.operation.GenerateRandom;
import java.security.SecureRandom;
import org.jspecify.annotations.Nullable;

/** Generates random bytes: plain, or as data keys encrypted under a KMS key. */
final class DataKeyOperations implements Family {

  private static final String ASYMMETRIC_KEY =
      "You cannot generate a data key with an asymmetric CMK";

  /** A data key, encrypted and in plaintext. */
  private record DataKey(Bytes blob, SecretBytes plaintext) {}

  private final HandlerProfiles profiles;
  private final SecureRandom random;
  private final boolean hasSystemRandom;

  DataKeyOperations(Components components) {
    this.profiles = components.profiles();
    this.random = components.random();
    this.hasSystemRandom = components.hasSystemRandom();
  }

  @Override
  public OperationHandler<?, ?> handler(String name) {
    return switch (name) {
      // The length of the data key is checked before usage and state.
      case "GenerateDataKey" ->
          profiles
              .using(
                  GenerateDataKey.class,
                  GenerateDataKey::keyId,
                  GenerateDataKey::encryptionContext,
                  GenerateDataKey::grantTokens)
              .require(request -> requireOneLength(request.keySpec(), request.numberOfBytes()))
              .usage(ENCRYPT_DECRYPT)
              .state()
              .check(call -> Checks.requireSymmetric(call.resolved(), ASYMMETRIC_KEY))
              .notSupportedYet("Recipient", request -> request.recipient() != null)
              .dryRun(GenerateDataKey::dryRun)
              .act(this::generateDataKey);
      case "GenerateDataKeyWithoutPlaintext" ->
          profiles
              .using(
                  GenerateDataKeyWithoutPlaintext.class,
                  GenerateDataKeyWithoutPlaintext::keyId,
                  GenerateDataKeyWithoutPlaintext::encryptionContext,
                  GenerateDataKeyWithoutPlaintext::grantTokens)
              .require(request -> requireOneLength(request.keySpec(), request.numberOfBytes()))
              .usage(ENCRYPT_DECRYPT)
              .state()
              .check(call -> Checks.requireSymmetric(call.resolved(), ASYMMETRIC_KEY))
              .dryRun(GenerateDataKeyWithoutPlaintext::dryRun)
              .act(this::generateDataKeyWithoutPlaintext);
      case "GenerateRandom" ->
          profiles
              .withoutKey(GenerateRandom.class)
              .require(DataKeyOperations::requireNumberOfBytes)
              .notSupportedYet("CustomKeyStoreId", request -> request.customKeyStoreId() != null)
              .notSupportedYet("Recipient", request -> request.recipient() != null)
              .act(this::generateRandom);
      default -> throw new AssertionError(name);
    };
  }

  /** Requires exactly one of the two members that specify the length of the data key. */
  private static void requireOneLength(
      @Nullable DataKeySpec keySpec, @Nullable Integer numberOfBytes) {
    if ((keySpec == null) == (numberOfBytes == null)) {
      throw new ValidationException("Please specify either number of bytes or key spec.");
    }
  }

  private GenerateDataKey.Response generateDataKey(Call<GenerateDataKey> call) {
    GenerateDataKey request = call.request();
    SymmetricMaterial material = call.key().currentMaterial();
    DataKey dataKey =
        newDataKey(material, call.context(), lengthOf(request.keySpec(), request.numberOfBytes()));
    return new GenerateDataKey.Response(
        dataKey.blob(), dataKey.plaintext(), call.keyArn(), null, material.idAsHex());
  }

  private GenerateDataKeyWithoutPlaintext.Response generateDataKeyWithoutPlaintext(
      Call<GenerateDataKeyWithoutPlaintext> call) {
    GenerateDataKeyWithoutPlaintext request = call.request();
    SymmetricMaterial material = call.key().currentMaterial();
    DataKey dataKey =
        newDataKey(material, call.context(), lengthOf(request.keySpec(), request.numberOfBytes()));
    dataKey.plaintext().close();
    return new GenerateDataKeyWithoutPlaintext.Response(
        dataKey.blob(), call.keyArn(), material.idAsHex());
  }

  /** Draws a data key, together with its nonce if both come from the same source. */
  private DataKey newDataKey(SymmetricMaterial material, EncryptionContext context, int length) {
    if (hasSystemRandom) {
      SealedSecret both = BlobSealer.sealNewSecret(material, context, length);
      return new DataKey(Bytes.fromByteArray(both.sealed()), both.secret());
    }
    SecretBytes dataKey = newSecret(length);
    try {
      return new DataKey(BlobSealer.seal(material, context, dataKey), dataKey);
    } catch (RuntimeException | Error e) {
      dataKey.close();
      throw e;
    }
  }

  /**
   * Requires a number of bytes. It is optional in the service's model, but the service requires it.
   */
  private static void requireNumberOfBytes(GenerateRandom request) {
    if (request.numberOfBytes() == null) {
      throw new ValidationException("NumberOfBytes is required.");
    }
  }

  private GenerateRandom.Response generateRandom(Call<GenerateRandom> call) {
    return new GenerateRandom.Response(
        newSecret(lengthOf(null, call.request().numberOfBytes())), null);
  }

  private SecretBytes newSecret(int length) {
    return SecretBytes.filledBy(length, random::nextBytes);
  }

  private static int lengthOf(@Nullable DataKeySpec keySpec, @Nullable Integer numberOfBytes) {
    if (numberOfBytes != null) {
      return numberOfBytes;
    }
    return keySpec == DataKeySpec.AES_128 ? 16 : 32;
  }
}
