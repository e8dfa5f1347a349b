package io.github.embeddedkms.local;

import static io.github.embeddedkms.model.EncryptionAlgorithmSpec.SYMMETRIC_DEFAULT;
import static io.github.embeddedkms.model.KeyUsageType.ENCRYPT_DECRYPT;

import io.github.embeddedkms.crypto.SymmetricMaterial;
import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.SecretBytes;
import io.github.embeddedkms.operation.Decrypt;
import io.github.embeddedkms.operation.Encrypt;
import io.github.embeddedkms.operation.ReEncrypt;

/** Encrypting under a KMS key, opening what it encrypted, and both at once. */
final class EncryptionOperations implements Family {

  // The two permissions of ReEncrypt, by which its two keys are also called in refusals.
  private static final String RE_ENCRYPT_FROM = "ReEncryptFrom";
  private static final String RE_ENCRYPT_TO = "ReEncryptTo";

  private final Rows rows;
  private final CiphertextOpener opener;

  EncryptionOperations(Components components) {
    this.rows = components.rows();
    this.opener =
        new CiphertextOpener(components.storage(), components.resolver(), components.authorizer());
  }

  @Override
  public Operation<?, ?> operation(String name) {
    return switch (name) {
      case "Decrypt" ->
          rows.row(Decrypt.class)
              .constraints()
              .context(Decrypt::encryptionContext)
              .check(EncryptionOperations::beginDecrypt)
              .check(opener::resolveNamedKey)
              .check(this::endDecryptIfIgnored)
              .check(opener::requireSymmetric)
              .check(opener::parse)
              .check(opener::findKey)
              .check(opener::authorizeKey)
              // The ciphertext is opened before the key's state is looked at.
              .check(opener::open)
              .check(opener::namedKeyOpened)
              .state()
              .notYet("Recipient", request -> request.recipient() != null)
              .dryRun(Decrypt::dryRun)
              .act(this::decrypt);
      case "Encrypt" ->
          rows.using(
                  Encrypt.class, Encrypt::keyId, Encrypt::encryptionContext, Encrypt::grantTokens)
              .usage(ENCRYPT_DECRYPT)
              .state()
              .algorithm(Encrypt::encryptionAlgorithm)
              .require(EncryptionOperations::plaintextIsOpen)
              .dryRun(Encrypt::dryRun)
              .act(this::encrypt);
      // Two keys. The source is treated like the ciphertext of Decrypt; all that is wrong with it
      // comes before the destination's usage and state.
      case "ReEncrypt" -> {
        KeyStates states = KeyStates.of(name);
        yield rows.row(ReEncrypt.class)
            .constraints()
            .context(ReEncrypt::sourceEncryptionContext)
            .check(EncryptionOperations::beginReEncrypt)
            .check(opener::resolveNamedKey)
            .check(this::resolveDestination)
            .check(this::endReEncryptIfIgnored)
            .check(opener::requireSymmetric)
            .check(opener::parse)
            .check(opener::findKey)
            .check(opener::authorizeKey)
            .check(this::authorizeDestination)
            .check(opener::open)
            .check(opener::namedKeyOpened)
            .state()
            .check(
                call -> Checks.usage(call.opening().destination(), ENCRYPT_DECRYPT, RE_ENCRYPT_TO))
            .check(call -> states.check(call.opening().destination()))
            .check(
                call ->
                    Checks.algorithm(
                        call.opening().destination(),
                        call.request().destinationEncryptionAlgorithm()))
            .dryRun(ReEncrypt::dryRun)
            .act(this::reEncrypt);
      }
      default -> throw new AssertionError(name);
    };
  }

  /** A closed plaintext is the caller's bug, and a dry run finds it as well. */
  private static void plaintextIsOpen(Encrypt request) {
    // Using it is what throws.
    int unused = request.plaintext().lend(bytes -> bytes.length);
  }

  private Encrypt.Response encrypt(Call<Encrypt> call) {
    Bytes blob =
        BlobSealer.seal(call.key().currentMaterial(), call.context(), call.request().plaintext());
    return new Encrypt.Response(blob, call.keyArn(), SYMMETRIC_DEFAULT);
  }

  private static void beginDecrypt(Call<Decrypt> call) {
    Decrypt request = call.request();
    CiphertextOpener.modifiersAreForDryRuns(request.dryRun(), request.dryRunModifiers());
    call.opening(
        new Opening(
            call.operation(),
            request.ciphertextBlob(),
            request.keyId(),
            request.encryptionAlgorithm(),
            request.grantTokens()));
  }

  /** A dry run without a ciphertext asks for the permission only. */
  private void endDecryptIfIgnored(Call<Decrypt> call) {
    if (call.request().ignoresCiphertext()) {
      opener.authorizeNamedKey(call);
      Checks.notDry(call.request().dryRun());
    }
  }

  private Decrypt.Response decrypt(Call<Decrypt> call) {
    Opening opening = call.opening();
    return new Decrypt.Response(
        call.keyArn(), opening.plaintext(), SYMMETRIC_DEFAULT, null, opening.material().idAsHex());
  }

  private static void beginReEncrypt(Call<ReEncrypt> call) {
    ReEncrypt request = call.request();
    CiphertextOpener.modifiersAreForDryRuns(request.dryRun(), request.dryRunModifiers());
    Opening opening =
        new Opening(
            RE_ENCRYPT_FROM,
            request.ciphertextBlob(),
            request.sourceKeyId(),
            request.sourceEncryptionAlgorithm(),
            request.grantTokens());
    opening.destinationContext = Checks.context(request.destinationEncryptionContext());
    call.opening(opening);
  }

  private void resolveDestination(Call<ReEncrypt> call) {
    ReEncrypt request = call.request();
    Opening opening = call.opening();
    opening.destination(
        opener.resolveAhead(
            call,
            RE_ENCRYPT_TO,
            request.destinationKeyId(),
            opening.destinationContext,
            request.grantTokens()));
  }

  /** The same for both keys. */
  private void endReEncryptIfIgnored(Call<ReEncrypt> call) {
    if (call.request().ignoresCiphertext()) {
      opener.authorizeNamedKey(call);
      authorizeDestination(call);
      Checks.notDry(call.request().dryRun());
    }
  }

  private void authorizeDestination(Call<ReEncrypt> call) {
    Opening opening = call.opening();
    opener.authorizeResolvedAhead(
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
