package io.github.embeddedkms.local;

import static io.github.embeddedkms.local.ConstraintCases.NULL;
import static io.github.embeddedkms.local.ConstraintCases.bytes;
import static io.github.embeddedkms.local.ConstraintCases.longer;
import static io.github.embeddedkms.local.ConstraintCases.shorter;
import static io.github.embeddedkms.model.KeyUsageType.ENCAPSULATE_DECAPSULATE;
import static io.github.embeddedkms.model.KeyUsageType.KEY_AGREEMENT;

import io.github.embeddedkms.model.EncapsulationAlgorithmSpec;
import io.github.embeddedkms.model.KeyAgreementAlgorithmSpec;
import io.github.embeddedkms.model.KeySpec;
import io.github.embeddedkms.operation.DecapsulateBuilder;
import io.github.embeddedkms.operation.DeriveSharedSecretBuilder;
import io.github.embeddedkms.operation.EncapsulateBuilder;
import java.util.List;

/** The operations of {@link AgreementOperations}. */
final class AgreementSamples implements FamilySamples {

  @Override
  public List<Sample> samples() {
    return List.of(
        Sample.using(
                "DeriveSharedSecret",
                f ->
                    DeriveSharedSecretBuilder.builder()
                        .keyId(f.keyId)
                        .publicKey(f.blob)
                        .keyAgreementAlgorithm(KeyAgreementAlgorithmSpec.ECDH)
                        .build())
            .withKey(KeySpec.ECC_NIST_P256, KEY_AGREEMENT),
        Sample.using(
                "Encapsulate",
                f ->
                    EncapsulateBuilder.builder()
                        .keyId(f.keyId)
                        .encapsulationAlgorithm(EncapsulationAlgorithmSpec.ML_KEM)
                        .build())
            .withKey(KeySpec.ML_KEM_512, ENCAPSULATE_DECAPSULATE),
        Sample.using(
                "Decapsulate",
                f ->
                    DecapsulateBuilder.builder()
                        .keyId(f.keyId)
                        .sharedSecretCiphertextBlob(f.blob)
                        .encapsulationAlgorithm(EncapsulationAlgorithmSpec.ML_KEM)
                        .build())
            .withKey(KeySpec.ML_KEM_768, ENCAPSULATE_DECAPSULATE));
  }

  @Override
  public void constraints(ConstraintCases cases) {
    for (String operation : List.of("DeriveSharedSecret", "Encapsulate", "Decapsulate")) {
      cases.addGrantTokens(operation);
    }
    cases.addText("DeriveSharedSecret", "keyAgreementAlgorithm", null, NULL);
    cases.addText("Encapsulate", "encapsulationAlgorithm", null, NULL);
    cases.addText("Decapsulate", "encapsulationAlgorithm", null, NULL);
    cases.add("DeriveSharedSecret", "publicKey", null, " null", "publicKey", NULL);
    cases.add("DeriveSharedSecret", "publicKey", bytes(0), "", "publicKey", shorter());
    cases.add("DeriveSharedSecret", "publicKey", bytes(8193), "", "publicKey", longer(8192));
    cases.accept("DeriveSharedSecret", "publicKey", bytes(8192));
    cases.addRecipient("DeriveSharedSecret");
    String blob = "sharedSecretCiphertextBlob";
    cases.add("Decapsulate", blob, null, " null", blob, NULL);
    cases.add("Decapsulate", blob, bytes(0), "", blob, shorter());
    cases.add("Decapsulate", blob, bytes(6145), "", blob, longer(6144));
    cases.accept("Decapsulate", blob, bytes(6144));
  }
}
