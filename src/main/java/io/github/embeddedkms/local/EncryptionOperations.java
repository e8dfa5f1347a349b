package io.github.embeddedkms.local;

import static io.github.embeddedkms.model.EncryptionAlgorithmSpec.SYMMETRIC_DEFAULT;
import static io.github.embeddedkms.model.KeyUsageType.ENCRYPT_DECRYPT;

import io.github.embeddedkms.crypto.KeySpecTable;
import io.github.embeddedkms.crypto.SymmetricMaterial;
import io.github.embeddedkms.model.Bytes;
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
  private final CiphertextOpener opener;

  EncryptionOperations(Components components) {
    this.profiles = components.profiles();
    this.opener =
        new CiphertextOpener(components.storage(), components.resolver(), components.authorizer());
  }

  @Override
  public OperationHandler<?, ?> handler(String name) {
    return switch (name) {
      case "Decrypt" ->
          profiles
              .custom(Decrypt.class)
              .constraints()
              .context(Decrypt::encryptionContext)
              .check(EncryptionOperations::beginDecrypt)
              .check(opener::resolveNamedKey)
              .check(this::endDecryptIfCiphertextIgnored)
              .check(opener::requireSymmetric)
              .check(opener::parse)
              .check(opener::findKey)
              .check(opener::authorizeKey)
              // The ciphertext is opened before the key's state is checked.
              .check(opener::open)
              .check(opener::requireNamedKeyOpened)
              .state()
              .notSupportedYet("Recipient", request -> request.recipient() != null)
              .dryRun(Decrypt::dryRun)
              .act(this::decrypt);
      case "Encrypt" ->
          profiles
              .using(
                  Encrypt.class, Encrypt::keyId, Encrypt::encryptionContext, Encrypt::grantTokens)
              .usage(ENCRYPT_DECRYPT)
              .state()
              .algorithm(
                  request -> orDefault(request.encryptionAlgorithm()),
                  KeySpecTable.Line::encryption)
              .require(request -> requireSymmetric(request.encryptionAlgorithm()))
              .require(request -> Checks.requireOpen(request.plaintext()))
              .dryRun(Encrypt::dryRun)
              .act(this::encrypt);
      // Two keys. The source is treated like the ciphertext of Decrypt. All its errors come before
      // those of the destination's usage and state.
      case "ReEncrypt" -> {
        KeyStates states = KeyStates.of(name);
        yield profiles
            .custom(ReEncrypt.class)
            .constraints()
            .context(ReEncrypt::sourceEncryptionContext)
            .check(EncryptionOperations::beginReEncrypt)
            .check(opener::resolveNamedKey)
            .check(this::resolveDestination)
            .check(this::endReEncryptIfCiphertextIgnored)
            .check(opener::requireSymmetric)
            .check(opener::parse)
            .check(opener::findKey)
            .check(opener::authorizeKey)
            .check(this::authorizeDestination)
            .check(opener::open)
            .check(opener::requireNamedKeyOpened)
            .state()
            .check(
                call ->
                    Checks.requireUsage(
                        call.opening().destination(), ENCRYPT_DECRYPT, RE_ENCRYPT_TO))
            .check(call -> states.check(call.opening().destination()))
            .check(
                call ->
                    Checks.requireAlgorithm(
                        call.opening().destination(),
                        orDefault(call.request().destinationEncryptionAlgorithm()),
                        KeySpecTable.Line::encryption))
            .require(request -> requireSymmetric(request.destinationEncryptionAlgorithm()))
            .dryRun(ReEncrypt::dryRun)
            .act(this::reEncrypt);
      }
      default -> throw new AssertionError(name);
    };
  }

  private static EncryptionAlgorithmSpec orDefault(@Nullable EncryptionAlgorithmSpec algorithm) {
    return algorithm == null ? SYMMETRIC_DEFAULT : algorithm;
  }

  /** Rejects an asymmetric algorithm, even if the key offers it. */
  private static void requireSymmetric(@Nullable EncryptionAlgorithmSpec algorithm) {
    Checks.requireSupported(
        orDefault(algorithm) == SYMMETRIC_DEFAULT, "EncryptionAlgorithm " + algorithm);
  }

  private Encrypt.Response encrypt(Call<Encrypt> call) {
    Bytes blob =
        BlobSealer.seal(call.key().currentMaterial(), call.context(), call.request().plaintext());
    return new Encrypt.Response(blob, call.keyArn(), SYMMETRIC_DEFAULT);
  }

  private static void beginDecrypt(Call<Decrypt> call) {
    Decrypt request = call.request();
    CiphertextOpener.requireDryRunForModifiers(request.dryRun(), request.dryRunModifiers());
    call.opening(
        new Opening(
            call.operation(),
            request.ciphertextBlob(),
            request.keyId(),
            request.encryptionAlgorithm(),
            request.grantTokens()));
  }

  /** Ends a dry run that ignores the ciphertext: only the permission is checked. */
  private void endDecryptIfCiphertextIgnored(Call<Decrypt> call) {
    if (call.request().ignoresCiphertext()) {
      opener.authorizeNamedKey(call);
      Checks.stopIfDryRun(call.request().dryRun());
    }
  }

  private Decrypt.Response decrypt(Call<Decrypt> call) {
    Opening opening = call.opening();
    return new Decrypt.Response(
        call.keyArn(), opening.plaintext(), SYMMETRIC_DEFAULT, null, opening.material().idAsHex());
  }

  private static void beginReEncrypt(Call<ReEncrypt> call) {
    ReEncrypt request = call.request();
    CiphertextOpener.requireDryRunForModifiers(request.dryRun(), request.dryRunModifiers());
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

  private void resolveDestination(Call<ReEncrypt> call) {
    ReEncrypt request = call.request();
    Opening opening = call.opening();
    opening.destination(
        opener.resolveEarly(
            call,
            RE_ENCRYPT_TO,
            request.destinationKeyId(),
            opening.destinationContext,
            request.grantTokens()));
  }

  /** Ends a dry run that ignores the ciphertext: only the permissions for both keys are checked. */
  private void endReEncryptIfCiphertextIgnored(Call<ReEncrypt> call) {
    if (call.request().ignoresCiphertext()) {
      opener.authorizeNamedKey(call);
      authorizeDestination(call);
      Checks.stopIfDryRun(call.request().dryRun());
    }
  }

  private void authorizeDestination(Call<ReEncrypt> call) {
    Opening opening = call.opening();
    opener.authorizeIfOwnKey(
        call,
        RE_ENCRYPT_TO,
        opening.destination(),
        opening.destinationContext,
        opening.grantTokens);
  }

  private ReEncrypt.Response reEncrypt(Call<ReEncrypt> call) {
    Opening opening = call.opening();
    ResolvedKey destination = opening.destination();
    try (SecretBytes plaintext = opening.plaintext()) {
      SymmetricMaterial material = destination.entry().currentMaterial();
      return new ReEncrypt.Response(
          BlobSealer.seal(material, opening.destinationContext, plaintext),
          call.keyArn(),
          destination.arn().toString(),
          SYMMETRIC_DEFAULT,
          SYMMETRIC_DEFAULT,
          opening.material().idAsHex(),
          material.idAsHex());
    }
  }
}
