package io.github.embeddedkms.local;

import static io.github.embeddedkms.model.KeyUsageType.ENCAPSULATE_DECAPSULATE;
import static io.github.embeddedkms.model.KeyUsageType.KEY_AGREEMENT;

import io.github.embeddedkms.crypto.Encapsulation;
import io.github.embeddedkms.crypto.KeySpecTable;
import io.github.embeddedkms.crypto.PrivateKeyMaterial;
import io.github.embeddedkms.exception.InvalidCiphertextException;
import io.github.embeddedkms.exception.ValidationException;
import io.github.embeddedkms.model.SecretBytes;
import io.github.embeddedkms.operation.Decapsulate;
import io.github.embeddedkms.operation.DeriveSharedSecret;
import io.github.embeddedkms.operation.Encapsulate;

/** Agrees on secrets with other parties: by Diffie-Hellman, and by key encapsulation. */
final class AgreementOperations implements Family {

  private final HandlerProfiles profiles;

  AgreementOperations(Components components) {
    this.profiles = components.profiles();
  }

  @Override
  public OperationHandler<?, ?> handler(String name) {
    return switch (name) {
      // A dry run fails for an unusable public key too.
      case "DeriveSharedSecret" ->
          profiles
              .using(
                  DeriveSharedSecret.class,
                  DeriveSharedSecret::keyId,
                  DeriveSharedSecret::grantTokens)
              .usage(KEY_AGREEMENT)
              .state()
              .algorithm(DeriveSharedSecret::keyAgreementAlgorithm, KeySpecTable.Line::agreement)
              .check(AgreementOperations::requireUsablePublicKey)
              .notSupportedYet("Recipient", request -> request.recipient() != null)
              .dryRun(DeriveSharedSecret::dryRun)
              .act(this::deriveSharedSecret);
      case "Encapsulate" ->
          profiles
              .using(Encapsulate.class, Encapsulate::keyId, Encapsulate::grantTokens)
              .usage(ENCAPSULATE_DECAPSULATE)
              .state()
              .algorithm(Encapsulate::encapsulationAlgorithm, KeySpecTable.Line::encapsulation)
              .dryRun(Encapsulate::dryRun)
              .act(this::encapsulate);
      case "Decapsulate" ->
          profiles
              .using(Decapsulate.class, Decapsulate::keyId, Decapsulate::grantTokens)
              .usage(ENCAPSULATE_DECAPSULATE)
              .state()
              .algorithm(Decapsulate::encapsulationAlgorithm, KeySpecTable.Line::encapsulation)
              .check(AgreementOperations::requireLength)
              .dryRun(Decapsulate::dryRun)
              .act(this::decapsulate);
      default -> throw new AssertionError(name);
    };
  }

  private static PrivateKeyMaterial material(Call<?> call) {
    return call.key().currentMaterial(PrivateKeyMaterial.class);
  }

  /** The service sends no message. */
  private static void requireUsablePublicKey(Call<DeriveSharedSecret> call) {
    try {
      material(call).requirePeer(call.request().publicKey());
    } catch (IllegalArgumentException e) {
      throw new ValidationException(null);
    }
  }

  private DeriveSharedSecret.Response deriveSharedSecret(Call<DeriveSharedSecret> call) {
    DeriveSharedSecret request = call.request();
    SecretBytes secret =
        MaterialUnavailable.translate(() -> material(call).agree(request.publicKey()));
    return new DeriveSharedSecret.Response(
        call.keyArn(), secret, null, request.keyAgreementAlgorithm(), call.key().origin());
  }

  private Encapsulate.Response encapsulate(Call<Encapsulate> call) {
    Encapsulation encapsulation = material(call).publicHalf().encapsulate();
    return new Encapsulate.Response(
        call.keyArn(),
        encapsulation.sharedSecret(),
        encapsulation.ciphertext(),
        call.request().encapsulationAlgorithm());
  }

  private static void requireLength(Call<Decapsulate> call) {
    int length = material(call).publicHalf().ciphertextLength();
    if (call.request().sharedSecretCiphertextBlob().length() != length) {
      throw new InvalidCiphertextException();
    }
  }

  private Decapsulate.Response decapsulate(Call<Decapsulate> call) {
    Decapsulate request = call.request();
    SecretBytes secret =
        MaterialUnavailable.translate(
            () -> material(call).decapsulate(request.sharedSecretCiphertextBlob()));
    return new Decapsulate.Response(call.keyArn(), secret, request.encapsulationAlgorithm());
  }
}
