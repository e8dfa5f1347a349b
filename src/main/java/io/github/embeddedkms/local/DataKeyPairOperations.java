package io.github.embeddedkms.local;

import static io.github.embeddedkms.model.KeyUsageType.ENCRYPT_DECRYPT;

import io.github.embeddedkms.crypto.KeyPair;
import io.github.embeddedkms.crypto.KeyPairType;
import io.github.embeddedkms.crypto.SymmetricMaterial;
import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.DataKeyPairSpec;
import io.github.embeddedkms.operation.GenerateDataKeyPair;
import io.github.embeddedkms.operation.GenerateDataKeyPairWithoutPlaintext;
import java.security.SecureRandom;

/**
 * Generates key pairs for use outside of the service, their private keys encrypted under a KMS key.
 *
 * <p>No lock is held while a pair is generated, which can take seconds.
 */
final class DataKeyPairOperations implements Family {

  // The service's message is recorded for data keys only.
  private static final String ASYMMETRIC_KEY =
      "embedded-kms: a data key pair cannot be encrypted under an asymmetric key";

  private final HandlerProfiles profiles;
  private final SecureRandom random;

  DataKeyPairOperations(Components components) {
    this.profiles = components.profiles();
    this.random = components.random();
  }

  @Override
  public OperationHandler<?, ?> handler(String name) {
    return switch (name) {
      case "GenerateDataKeyPair" ->
          profiles
              .using(
                  GenerateDataKeyPair.class,
                  GenerateDataKeyPair::keyId,
                  GenerateDataKeyPair::encryptionContext,
                  GenerateDataKeyPair::grantTokens)
              .usage(ENCRYPT_DECRYPT)
              .state()
              .check(call -> Checks.requireSymmetric(call.resolved(), ASYMMETRIC_KEY))
              .check(call -> requireAvailable(call, call.request().keyPairSpec()))
              .notSupportedYet("Recipient", request -> request.recipient() != null)
              .dryRun(GenerateDataKeyPair::dryRun)
              .act(this::generateDataKeyPair);
      case "GenerateDataKeyPairWithoutPlaintext" ->
          profiles
              .using(
                  GenerateDataKeyPairWithoutPlaintext.class,
                  GenerateDataKeyPairWithoutPlaintext::keyId,
                  GenerateDataKeyPairWithoutPlaintext::encryptionContext,
                  GenerateDataKeyPairWithoutPlaintext::grantTokens)
              .usage(ENCRYPT_DECRYPT)
              .state()
              .check(call -> Checks.requireSymmetric(call.resolved(), ASYMMETRIC_KEY))
              .check(call -> requireAvailable(call, call.request().keyPairSpec()))
              .dryRun(GenerateDataKeyPairWithoutPlaintext::dryRun)
              .act(this::generateDataKeyPairWithoutPlaintext);
      default -> throw new AssertionError(name);
    };
  }

  private static void requireAvailable(Call<?> call, DataKeyPairSpec spec) {
    KeySpecs.requireAvailable(call.caller(), KeySpecs.of(spec), "KeyPairSpec");
  }

  private GenerateDataKeyPair.Response generateDataKeyPair(Call<GenerateDataKeyPair> call) {
    DataKeyPairSpec spec = call.request().keyPairSpec();
    SymmetricMaterial material = call.key().currentMaterial();
    KeyPair pair = newPair(spec);
    try {
      Bytes blob = BlobSealer.seal(material, call.context(), pair.privateKey());
      return new GenerateDataKeyPair.Response(
          blob, pair.privateKey(), pair.publicKey(), call.keyArn(), spec, null, material.idAsHex());
    } catch (RuntimeException | Error e) {
      pair.close();
      throw e;
    }
  }

  private GenerateDataKeyPairWithoutPlaintext.Response generateDataKeyPairWithoutPlaintext(
      Call<GenerateDataKeyPairWithoutPlaintext> call) {
    DataKeyPairSpec spec = call.request().keyPairSpec();
    SymmetricMaterial material = call.key().currentMaterial();
    try (KeyPair pair = newPair(spec)) {
      Bytes blob = BlobSealer.seal(material, call.context(), pair.privateKey());
      return new GenerateDataKeyPairWithoutPlaintext.Response(
          blob, pair.publicKey(), call.keyArn(), spec, material.idAsHex());
    }
  }

  private KeyPair newPair(DataKeyPairSpec spec) {
    return KeyPair.generate(KeyPairType.ofWireValue(spec.toString()), random);
  }
}
