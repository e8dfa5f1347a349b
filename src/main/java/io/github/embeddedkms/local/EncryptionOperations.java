package io.github.embeddedkms.local;

import static io.github.embeddedkms.model.EncryptionAlgorithmSpec.SYMMETRIC_DEFAULT;

import io.github.embeddedkms.crypto.SymmetricMaterial;
import io.github.embeddedkms.local.CiphertextOpener.Opened;
import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.EncryptionContext;
import io.github.embeddedkms.model.KeyUsageType;
import io.github.embeddedkms.operation.Decrypt;
import io.github.embeddedkms.operation.Encrypt;
import io.github.embeddedkms.operation.ReEncrypt;
import io.github.embeddedkms.store.KeyEntry;

/** Encrypting under a KMS key, opening what it encrypted, and both at once. */
final class EncryptionOperations {

  // The two permissions of ReEncrypt; its destination is also called so in refusals.
  private static final String RE_ENCRYPT_FROM = "ReEncryptFrom";
  private static final String RE_ENCRYPT_TO = "ReEncryptTo";

  private final CiphertextOpener opener;
  private final KeyResolver resolver;

  EncryptionOperations(CiphertextOpener opener, KeyResolver resolver) {
    this.opener = opener;
    this.resolver = resolver;
  }

  /** A closed plaintext is the caller's bug, and a dry run finds it as well. */
  static void plaintextIsOpen(Call<Encrypt> call) {
    // Using it is what throws.
    int unused = call.request().plaintext().use(bytes -> bytes.length);
  }

  Encrypt.Response encrypt(Call<Encrypt> call) {
    Bytes blob =
        BlobSealer.seal(call.key().currentMaterial(), call.context(), call.request().plaintext());
    return new Encrypt.Response(blob, call.keyArn(), SYMMETRIC_DEFAULT);
  }

  Decrypt.Response decrypt(Call<Decrypt> call) {
    Decrypt request = call.request();
    CiphertextOpener.modifiersAreForDryRuns(request.dryRun(), request.dryRunModifiers());
    var opening =
        new CiphertextOpener.Request(
            call.caller(),
            call.operation(),
            request.ciphertextBlob(),
            call.context(),
            request.keyId(),
            request.encryptionAlgorithm(),
            request.grantTokens());
    KeyEntry named = opener.namedKey(opening);
    if (request.ignoresCiphertext()) {
      Checks.authorized(request.grantTokens());
      Checks.notDry(request.dryRun());
    }
    Opened opened = opener.open(opening, named);
    try {
      Checks.supported(request.recipient() == null, "Recipient");
      Checks.notDry(request.dryRun());
    } catch (RuntimeException | Error e) {
      opened.close();
      throw e;
    }
    return new Decrypt.Response(
        Names.arnOf(call.caller(), opened.key()),
        opened.plaintext(),
        SYMMETRIC_DEFAULT,
        null,
        opened.material().idAsHex());
  }

  ReEncrypt.Response reEncrypt(Call<ReEncrypt> call) {
    ReEncrypt request = call.request();
    CiphertextOpener.modifiersAreForDryRuns(request.dryRun(), request.dryRunModifiers());
    EncryptionContext newContext = Checks.context(request.destinationEncryptionContext());
    var opening =
        new CiphertextOpener.Request(
            call.caller(),
            RE_ENCRYPT_FROM,
            request.ciphertextBlob(),
            call.context(),
            request.sourceKeyId(),
            request.sourceEncryptionAlgorithm(),
            request.grantTokens());
    KeyEntry named = opener.namedKey(opening);
    KeyEntry destination =
        resolver.resolve(call.caller(), RE_ENCRYPT_TO, request.destinationKeyId());
    if (request.ignoresCiphertext()) {
      Checks.authorized(request.grantTokens());
      Checks.notDry(request.dryRun());
    }
    try (Opened opened = opener.open(opening, named)) {
      destinationCanEncrypt(call, destination);
      Checks.notDry(request.dryRun());
      SymmetricMaterial material = destination.currentMaterial();
      return new ReEncrypt.Response(
          BlobSealer.seal(material, newContext, opened.plaintext()),
          Names.arnOf(call.caller(), opened.key()),
          Names.arnOf(call.caller(), destination),
          SYMMETRIC_DEFAULT,
          SYMMETRIC_DEFAULT,
          opened.material().idAsHex(),
          material.idAsHex());
    }
  }

  private static void destinationCanEncrypt(Call<ReEncrypt> call, KeyEntry destination) {
    Checks.usage(call.caller(), destination, KeyUsageType.ENCRYPT_DECRYPT, RE_ENCRYPT_TO);
    StateRule.CRYPTOGRAPHIC.check(call.caller(), destination);
    Checks.algorithm(destination, call.request().destinationEncryptionAlgorithm());
  }
}
