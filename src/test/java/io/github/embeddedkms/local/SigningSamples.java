package io.github.embeddedkms.local;

import static io.github.embeddedkms.local.ConstraintCases.NULL;
import static io.github.embeddedkms.local.ConstraintCases.bytes;
import static io.github.embeddedkms.local.ConstraintCases.longer;
import static io.github.embeddedkms.local.ConstraintCases.shorter;
import static io.github.embeddedkms.model.KeyUsageType.SIGN_VERIFY;

import io.github.embeddedkms.local.Sample.Forms;
import io.github.embeddedkms.model.KeySpec;
import io.github.embeddedkms.model.KeyState;
import io.github.embeddedkms.model.KeyUsageType;
import io.github.embeddedkms.model.SecretBytes;
import io.github.embeddedkms.model.SigningAlgorithmSpec;
import io.github.embeddedkms.operation.GetPublicKey;
import io.github.embeddedkms.operation.SignBuilder;
import io.github.embeddedkms.operation.VerifyBuilder;
import java.util.EnumSet;
import java.util.List;

/** The operations of {@link SigningOperations}. Signatures of Ed25519 all have the same length. */
final class SigningSamples implements FamilySamples {

  @Override
  public List<Sample> samples() {
    return List.of(
        Sample.of("GetPublicKey", f -> new GetPublicKey(f.keyId, null))
            .onKey(
                "keyId",
                Forms.ANY,
                EnumSet.of(KeyState.ENABLED, KeyState.DISABLED, KeyState.UPDATING))
            .withKey(KeySpec.ECC_NIST_P256, KeyUsageType.KEY_AGREEMENT),
        Sample.using(
                "Sign",
                f ->
                    SignBuilder.builder()
                        .keyId(f.keyId)
                        .message(SecretBytes.fromUtf8String(Fixture.PLAINTEXT))
                        .signingAlgorithm(SigningAlgorithmSpec.ED25519_SHA_512)
                        .build())
            .withKey(KeySpec.ECC_NIST_EDWARDS25519, SIGN_VERIFY),
        Sample.using(
                "Verify",
                f ->
                    VerifyBuilder.builder()
                        .keyId(f.keyId)
                        .message(SecretBytes.fromUtf8String(Fixture.PLAINTEXT))
                        .signature(f.blob)
                        .signingAlgorithm(SigningAlgorithmSpec.ECDSA_SHA_256)
                        .build())
            .withKey(KeySpec.ECC_SECG_P256_K1, SIGN_VERIFY));
  }

  @Override
  public void constraints(ConstraintCases cases) {
    cases.addGrantTokens("GetPublicKey");
    for (String operation : List.of("Sign", "Verify")) {
      cases.addMessage(operation);
      cases.addText(operation, "signingAlgorithm", null, NULL);
      cases.addGrantTokens(operation);
    }
    cases.add("Verify", "signature", null, " null", "signature", NULL);
    cases.add("Verify", "signature", bytes(0), "", "signature", shorter());
    cases.add("Verify", "signature", bytes(6145), "", "signature", longer(6144));
    cases.accept("Verify", "signature", bytes(6144));
  }
}
