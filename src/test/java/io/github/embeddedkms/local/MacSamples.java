package io.github.embeddedkms.local;

import static io.github.embeddedkms.local.ConstraintCases.NULL;
import static io.github.embeddedkms.local.ConstraintCases.bytes;
import static io.github.embeddedkms.local.ConstraintCases.longer;
import static io.github.embeddedkms.local.ConstraintCases.shorter;

import io.github.embeddedkms.model.KeySpec;
import io.github.embeddedkms.model.KeyUsageType;
import io.github.embeddedkms.model.MacAlgorithmSpec;
import io.github.embeddedkms.model.SecretBytes;
import io.github.embeddedkms.operation.GenerateMacBuilder;
import io.github.embeddedkms.operation.VerifyMacBuilder;
import java.util.List;

/** The operations of {@link MacOperations}. */
final class MacSamples implements FamilySamples {

  @Override
  public List<Sample> samples() {
    return List.of(
        Sample.using(
                "GenerateMac",
                f ->
                    GenerateMacBuilder.builder()
                        .keyId(f.keyId)
                        .message(SecretBytes.fromUtf8String(Fixture.PLAINTEXT))
                        .macAlgorithm(MacAlgorithmSpec.HMAC_SHA_256)
                        .build())
            .withKey(KeySpec.HMAC_256, KeyUsageType.GENERATE_VERIFY_MAC),
        Sample.using(
                "VerifyMac",
                f ->
                    VerifyMacBuilder.builder()
                        .keyId(f.keyId)
                        .message(SecretBytes.fromUtf8String(Fixture.PLAINTEXT))
                        .macAlgorithm(MacAlgorithmSpec.HMAC_SHA_384)
                        .mac(f.blob)
                        .build())
            .withKey(KeySpec.HMAC_384, KeyUsageType.GENERATE_VERIFY_MAC));
  }

  @Override
  public void constraints(ConstraintCases cases) {
    for (String operation : List.of("GenerateMac", "VerifyMac")) {
      cases.addMessage(operation);
      cases.addText(operation, "macAlgorithm", null, NULL);
      cases.addGrantTokens(operation);
    }
    cases.add("VerifyMac", "mac", null, " null", "mac", NULL);
    cases.add("VerifyMac", "mac", bytes(0), "", "mac", shorter());
    cases.add("VerifyMac", "mac", bytes(6145), "", "mac", longer(6144));
    cases.accept("VerifyMac", "mac", bytes(6144));
  }
}
