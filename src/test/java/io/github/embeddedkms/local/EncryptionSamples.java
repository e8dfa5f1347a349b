package io.github.embeddedkms.local;

import static io.github.embeddedkms.local.ConstraintCases.NULL;
import static io.github.embeddedkms.local.ConstraintCases.bytes;
import static io.github.embeddedkms.local.ConstraintCases.longer;
import static io.github.embeddedkms.local.ConstraintCases.secret;
import static io.github.embeddedkms.local.ConstraintCases.shorter;

import io.github.embeddedkms.local.Sample.Forms;
import io.github.embeddedkms.model.SecretBytes;
import io.github.embeddedkms.operation.DecryptBuilder;
import io.github.embeddedkms.operation.EncryptBuilder;
import io.github.embeddedkms.operation.ReEncryptBuilder;
import java.util.List;

/** The operations of {@link EncryptionOperations}. */
final class EncryptionSamples implements FamilySamples {

  @Override
  public List<Sample> samples() {
    return List.of(
        Sample.of("Decrypt", f -> DecryptBuilder.builder().ciphertextBlob(f.blob).build())
            .onKey("keyId", Forms.ANY_OR_NONE, Sample.USABLE_STATES),
        Sample.using(
            "Encrypt",
            f ->
                EncryptBuilder.builder()
                    .keyId(f.keyId)
                    .plaintext(SecretBytes.fromUtf8String("secret"))
                    .build()),
        Sample.of(
                "ReEncrypt",
                f ->
                    ReEncryptBuilder.builder()
                        .ciphertextBlob(f.blob)
                        .destinationKeyId(f.otherKeyId)
                        .build())
            .onKey("sourceKeyId", Forms.ANY_OR_NONE, Sample.USABLE_STATES)
            .permittedAs("ReEncryptFrom"),
        Sample.of(
                "ReEncrypt",
                f ->
                    ReEncryptBuilder.builder()
                        .ciphertextBlob(f.otherBlob)
                        .destinationKeyId(f.keyId)
                        .build())
            .onKey("destinationKeyId", Forms.ANY, Sample.USABLE_STATES)
            .permittedAs("ReEncryptTo"));
  }

  @Override
  public void constraints(ConstraintCases cases) {
    for (String operation : List.of("Decrypt", "ReEncrypt")) {
      cases.add(operation, "ciphertextBlob", null, " null", "ciphertextBlob", NULL);
      cases.add(operation, "ciphertextBlob", bytes(0), "", "ciphertextBlob", shorter());
      cases.add(operation, "ciphertextBlob", bytes(6145), "", "ciphertextBlob", longer(6144));
      cases.addNullElement(operation, "dryRunModifiers");
    }
    for (String operation : List.of("Encrypt", "Decrypt", "ReEncrypt")) {
      cases.addGrantTokens(operation);
    }
    cases.add("Encrypt", "plaintext", null, "", "plaintext", NULL);
    cases.add("Encrypt", "plaintext", secret(0), "", "plaintext", shorter());
    cases.add("Encrypt", "plaintext", secret(4097), "", "plaintext", longer(4096));
    cases.addRecipient("Decrypt");
    cases.accept("Encrypt", "plaintext", secret(4096));
    cases.accept("Decrypt", "ciphertextBlob", bytes(6144));
    cases.accept("ReEncrypt", "ciphertextBlob", bytes(1));
  }
}
