package io.github.embeddedkms.local;

import static io.github.embeddedkms.model.KeyUsageType.SIGN_VERIFY;

import io.github.embeddedkms.crypto.KeySpecTable;
import io.github.embeddedkms.crypto.PrivateKeyMaterial;
import io.github.embeddedkms.exception.KmsInvalidSignatureException;
import io.github.embeddedkms.exception.UnsupportedOperationException;
import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.MessageType;
import io.github.embeddedkms.model.SecretBytes;
import io.github.embeddedkms.model.SigningAlgorithmSpec;
import io.github.embeddedkms.operation.GetPublicKey;
import io.github.embeddedkms.operation.Sign;
import io.github.embeddedkms.operation.Verify;
import io.github.embeddedkms.store.KeyEntry;
import io.github.embeddedkms.store.MaterialEntry;
import org.jspecify.annotations.Nullable;

/** Signs and verifies with asymmetric keys, and returns their public keys. */
final class SigningOperations implements Family {

  private final HandlerProfiles profiles;

  SigningOperations(Components components) {
    this.profiles = components.profiles();
  }

  @Override
  public OperationHandler<?, ?> handler(String name) {
    return switch (name) {
      // For keys of every usage, and also while they are disabled.
      case "GetPublicKey" ->
          profiles
              .using(GetPublicKey.class, GetPublicKey::keyId, GetPublicKey::grantTokens)
              .state()
              .act(this::getPublicKey);
      case "Sign" ->
          profiles
              .using(Sign.class, Sign::keyId, Sign::grantTokens)
              .usage(SIGN_VERIFY)
              .state()
              .algorithm(Sign::signingAlgorithm, KeySpecTable.Line::signing)
              .require(request -> Checks.requireOpen(request.message()))
              .check(
                  call ->
                      requireMessage(
                          call,
                          call.request().signingAlgorithm(),
                          call.request().messageType(),
                          call.request().message()))
              .dryRun(Sign::dryRun)
              .act(this::sign);
      // A dry run fails for an invalid signature too.
      case "Verify" ->
          profiles
              .using(Verify.class, Verify::keyId, Verify::grantTokens)
              .usage(SIGN_VERIFY)
              .state()
              .algorithm(Verify::signingAlgorithm, KeySpecTable.Line::signing)
              .check(
                  call ->
                      requireMessage(
                          call,
                          call.request().signingAlgorithm(),
                          call.request().messageType(),
                          call.request().message()))
              .check(SigningOperations::requireValidSignature)
              .dryRun(Verify::dryRun)
              .act(this::verify);
      default -> throw new AssertionError(name);
    };
  }

  private static void requireMessage(
      Call<?> call,
      SigningAlgorithmSpec algorithm,
      @Nullable MessageType type,
      SecretBytes message) {
    MessageChecks.require(call.key().keySpec(), algorithm, orDefault(type), message);
  }

  private static MessageType orDefault(@Nullable MessageType type) {
    return type == null ? MessageType.RAW : type;
  }

  private GetPublicKey.Response getPublicKey(Call<GetPublicKey> call) {
    KeyEntry key = call.key();
    Bytes publicKey = key.current().map(MaterialEntry::publicKey).orElse(null);
    if (publicKey == null) {
      // A symmetric encryption key or an HMAC key. The service sends no message.
      throw new UnsupportedOperationException(null);
    }
    KeyAlgorithms algorithms = KeyAlgorithms.of(key);
    return new GetPublicKey.Response(
        call.keyArn(),
        publicKey,
        KeySpecs.olderNameOf(key.keySpec()),
        key.keySpec(),
        key.keyUsage(),
        algorithms.encryption(),
        algorithms.signing(),
        algorithms.agreement(),
        algorithms.encapsulation());
  }

  private Sign.Response sign(Call<Sign> call) {
    Sign request = call.request();
    PrivateKeyMaterial material = call.key().currentMaterial(PrivateKeyMaterial.class);
    Bytes signature =
        MaterialUnavailable.translate(
            () ->
                material.sign(
                    request.signingAlgorithm(),
                    orDefault(request.messageType()),
                    request.message()));
    return new Sign.Response(call.keyArn(), signature, request.signingAlgorithm());
  }

  private static void requireValidSignature(Call<Verify> call) {
    Verify request = call.request();
    boolean valid =
        call.key()
            .currentMaterial(PrivateKeyMaterial.class)
            .publicHalf()
            .verify(
                request.signingAlgorithm(),
                orDefault(request.messageType()),
                request.message(),
                request.signature());
    if (!valid) {
      throw new KmsInvalidSignatureException();
    }
  }

  private Verify.Response verify(Call<Verify> call) {
    return new Verify.Response(call.keyArn(), true, call.request().signingAlgorithm());
  }
}
