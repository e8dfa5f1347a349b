package io.github.embeddedkms.local;

import static io.github.embeddedkms.model.EncryptionAlgorithmSpec.SYMMETRIC_DEFAULT;
import static io.github.embeddedkms.model.KeyUsageType.ENCRYPT_DECRYPT;

import io.github.embeddedkms.crypto.KeySpecTable;
import io.github.embeddedkms.model.EncryptionAlgorithmSpec;
import io.github.embeddedkms.model.SecretBytes;
import io.github.embeddedkms.operation.Decrypt;
import io.github.embeddedkms.operation.Encrypt;
import io.github.embeddedkms.operation.ReEncrypt;
import org.jspecify.annotations.Nullable;

/** Encrypts and decrypts under KMS keys, and re-encrypts from one to another. */
final class EncryptionOperations implements Family {

  // The two permissions of ReEncrypt. Error messages also name its two keys by them.
  private static final String RE_ENCRYPT_FROM = "ReEncryptFrom";
  private static final String RE_ENCRYPT_TO = "ReEncryptTo";

  private final HandlerProfiles profiles;
  private final Components components;

  EncryptionOperations(Components components) {
    this.profiles = components.profiles();
    this.components = components;
  }

  @Override
  public OperationHandler<?, ?> handler(String name) {
    return switch (name) {
      case "Decrypt" -> decryptHandler(new CiphertextOpener(name, components));
      case "Encrypt" ->
          profiles
              .using(
                  Encrypt.class, Encrypt::keyId, Encrypt::encryptionContext, Encrypt::grantTokens)
              .usage(ENCRYPT_DECRYPT)
              .state()
              .algorithm(EncryptionOperations::algorithm, KeySpecTable.Line::encryption)
              .require(request -> Checks.requireOpen(request.plaintext()))
              .check(
                  call ->
                      PlaintextSealer.check(
                          call.resolved(),
                          algorithm(call.request()),
                          call.context(),
                          call.request().plaintext()))
              .dryRun(Encrypt::dryRun)
              .act(this::encrypt);
      case "ReEncrypt" -> reEncryptHandler(new CiphertextOpener(name, components));
      default -> throw new AssertionError(name);
    };
  }

  private OperationHandler<?, ?> decryptHandler(CiphertextOpener opener) {
    return profiles
        .custom(Decrypt.class)
        .constraints()
        .context(Decrypt::encryptionContext)
        .permission(EncryptionOperations::beginDecrypt)
        .permission(opener::resolveNamedKey)
        .permission(
            call -> {
              // Such a dry run checks the permission only.
              if (call.request().ignoresCiphertext()) {
                opener.authorizeNamedKey(call);
                Checks.stopIfDryRun(call.request().dryRun());
              }
            })
        .permission(opener::findKey)
        .check(opener::open)
        .notSupportedYet("Recipient", request -> request.recipient() != null)
        .dryRun(Decrypt::dryRun)
        .act(this::decrypt);
  }

  /**
   * Two keys. The source is treated like the ciphertext of Decrypt. All its errors come before
   * those of the destination's usage and state.
   */
  private OperationHandler<?, ?> reEncryptHandler(CiphertextOpener opener) {
    KeyStates states = KeyStates.of("ReEncrypt");
    return profiles
        .custom(ReEncrypt.class)
        .constraints()
        .context(ReEncrypt::sourceEncryptionContext)
        .permission(EncryptionOperations::beginReEncrypt)
        .permission(opener::resolveNamedKey)
        .permission(this::resolveDestination)
        .permission(
            call -> {
              // Such a dry run checks the permissions for both keys only.
              if (call.request().ignoresCiphertext()) {
                opener.authorizeNamedKey(call);
                authorizeDestination(call);
                Checks.stopIfDryRun(call.request().dryRun());
              }
            })
        .permission(opener::findKey)
        .permission(this::authorizeDestination)
        .check(opener::open)
        .check(
            call ->
                Checks.requireUsage(call.opening().destination(), ENCRYPT_DECRYPT, RE_ENCRYPT_TO))
        .check(call -> states.check(call.opening().destination()))
        .check(
            call ->
                Checks.requireAlgorithm(
                    call.opening().destination(),
                    destinationAlgorithm(call.request()),
                    KeySpecTable.Line::encryption))
        .check(
            call ->
                PlaintextSealer.check(
                    call.opening().destination(),
                    destinationAlgorithm(call.request()),
                    call.opening().destinationContext,
                    call.opening().plaintext()))
        .dryRun(ReEncrypt::dryRun)
        .act(this::reEncrypt);
  }

  private static EncryptionAlgorithmSpec algorithm(Encrypt request) {
    return orDefault(request.encryptionAlgorithm());
  }

  private static EncryptionAlgorithmSpec destinationAlgorithm(ReEncrypt request) {
    return orDefault(request.destinationEncryptionAlgorithm());
  }

  private static EncryptionAlgorithmSpec orDefault(@Nullable EncryptionAlgorithmSpec algorithm) {
    return algorithm == null ? SYMMETRIC_DEFAULT : algorithm;
  }

  private Encrypt.Response encrypt(Call<Encrypt> call) {
    Encrypt request = call.request();
    EncryptionAlgorithmSpec algorithm = algorithm(request);
    PlaintextSealer.Sealed sealed =
        PlaintextSealer.seal(call.key(), algorithm, call.context(), request.plaintext());
    return new Encrypt.Response(sealed.ciphertext(), call.keyArn(), algorithm);
  }

  private static void beginDecrypt(Call<Decrypt> call) {
    Decrypt request = call.request();
    CiphertextOpener.requireDryRunForModifiers(
        request.dryRun(), request.dryRunModifiers(), request.keyId());
    call.opening(
        new Opening(
            call.operation(),
            request.ciphertextBlob(),
            request.keyId(),
            request.encryptionAlgorithm(),
            request.grantTokens()));
  }

  private Decrypt.Response decrypt(Call<Decrypt> call) {
    Opening opening = call.opening();
    return new Decrypt.Response(
        call.keyArn(), opening.plaintext(), opening.algorithm, null, opening.materialId());
  }

  private static void beginReEncrypt(Call<ReEncrypt> call) {
    ReEncrypt request = call.request();
    CiphertextOpener.requireDryRunForModifiers(
        request.dryRun(), request.dryRunModifiers(), request.sourceKeyId());
    Opening opening =
        new Opening(
            RE_ENCRYPT_FROM,
            request.ciphertextBlob(),
            request.sourceKeyId(),
            request.sourceEncryptionAlgorithm(),
            request.grantTokens());
    opening.destinationContext = Checks.toEncryptionContext(request.destinationEncryptionContext());
    call.opening(opening);
  }

  /**
   * Finds the key to encrypt under. Whether there is such a key in another account must not be told
   * before the permission for the source.
   */
  private void resolveDestination(Call<ReEncrypt> call) {
    call.opening()
        .destination(
            components
                .resolver()
                .resolve(call.caller(), call.request().destinationKeyId())
                .orElse(null));
  }

  private void authorizeDestination(Call<ReEncrypt> call) {
    Opening opening = call.opening();
    ResolvedKey key = opening.destinationOrNull();
    if (key == null) {
      throw components
          .permissions()
          .missing(call, RE_ENCRYPT_TO, call.request().destinationKeyId());
    }
    ResolvedKey source = call.resolvedOrNull() == null ? opening.namedKey : call.resolved();
    components
        .permissions()
        .requireKey(
            call,
            RE_ENCRYPT_TO,
            key,
            opening.destinationContext,
            opening.grantTokens,
            () -> source == null ? null : source.arn());
  }

  private ReEncrypt.Response reEncrypt(Call<ReEncrypt> call) {
    Opening opening = call.opening();
    ResolvedKey destination = opening.destination();
    EncryptionAlgorithmSpec algorithm = destinationAlgorithm(call.request());
    try (SecretBytes plaintext = opening.plaintext()) {
      PlaintextSealer.Sealed sealed =
          PlaintextSealer.seal(
              destination.entry(), algorithm, opening.destinationContext, plaintext);
      return new ReEncrypt.Response(
          sealed.ciphertext(),
          call.keyArn(),
          destination.arn(),
          opening.algorithm,
          algorithm,
          opening.materialId(),
          sealed.materialId());
    }
  }
}
