package io.github.embeddedkms.local;

import static io.github.embeddedkms.model.KeyUsageType.GENERATE_VERIFY_MAC;

import io.github.embeddedkms.crypto.HmacMaterial;
import io.github.embeddedkms.crypto.KeySpecTable;
import io.github.embeddedkms.exception.KmsInvalidMacException;
import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.operation.GenerateMac;
import io.github.embeddedkms.operation.VerifyMac;

/** Generates and verifies message authentication codes with HMAC keys. */
final class MacOperations implements Family {

  private final HandlerProfiles profiles;

  MacOperations(Components components) {
    this.profiles = components.profiles();
  }

  @Override
  public OperationHandler<?, ?> handler(String name) {
    return switch (name) {
      case "GenerateMac" ->
          profiles
              .using(GenerateMac.class, GenerateMac::keyId, GenerateMac::grantTokens)
              .usage(GENERATE_VERIFY_MAC)
              .state()
              .algorithm(GenerateMac::macAlgorithm, KeySpecTable.Line::mac)
              .require(request -> Checks.requireOpen(request.message()))
              .dryRun(GenerateMac::dryRun)
              .act(this::generateMac);
      // A dry run fails for a wrong MAC too.
      case "VerifyMac" ->
          profiles
              .using(VerifyMac.class, VerifyMac::keyId, VerifyMac::grantTokens)
              .usage(GENERATE_VERIFY_MAC)
              .state()
              .algorithm(VerifyMac::macAlgorithm, KeySpecTable.Line::mac)
              .check(MacOperations::requireValidMac)
              .dryRun(VerifyMac::dryRun)
              .act(this::verifyMac);
      default -> throw new AssertionError(name);
    };
  }

  private GenerateMac.Response generateMac(Call<GenerateMac> call) {
    GenerateMac request = call.request();
    HmacMaterial material = call.key().currentMaterial(HmacMaterial.class);
    Bytes mac = MaterialUnavailable.translate(() -> material.mac(request.message()));
    return new GenerateMac.Response(mac, request.macAlgorithm(), call.keyArn());
  }

  private static void requireValidMac(Call<VerifyMac> call) {
    VerifyMac request = call.request();
    HmacMaterial material = call.key().currentMaterial(HmacMaterial.class);
    boolean valid =
        MaterialUnavailable.translate(() -> material.verify(request.message(), request.mac()));
    if (!valid) {
      throw new KmsInvalidMacException();
    }
  }

  private VerifyMac.Response verifyMac(Call<VerifyMac> call) {
    return new VerifyMac.Response(call.keyArn(), true, call.request().macAlgorithm());
  }
}
