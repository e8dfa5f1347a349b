package io.github.embeddedkms.local;

import static io.github.embeddedkms.local.ConstraintCases.NULL;

import io.github.embeddedkms.model.DataKeyPairSpec;
import io.github.embeddedkms.model.RecipientInfo;
import io.github.embeddedkms.operation.GenerateDataKeyPairBuilder;
import io.github.embeddedkms.operation.GenerateDataKeyPairWithoutPlaintextBuilder;
import java.util.List;

/** The operations of {@link DataKeyPairOperations}. */
final class DataKeyPairSamples implements FamilySamples {

  @Override
  public List<Sample> samples() {
    return List.of(
        Sample.using(
            "GenerateDataKeyPair",
            f ->
                GenerateDataKeyPairBuilder.builder()
                    .keyId(f.keyId)
                    .keyPairSpec(DataKeyPairSpec.ECC_NIST_EDWARDS25519)
                    .build()),
        Sample.using(
            "GenerateDataKeyPairWithoutPlaintext",
            f ->
                GenerateDataKeyPairWithoutPlaintextBuilder.builder()
                    .keyId(f.keyId)
                    .keyPairSpec(DataKeyPairSpec.ML_KEM_768)
                    .build()));
  }

  @Override
  public void constraints(ConstraintCases cases) {
    for (String operation : List.of("GenerateDataKeyPair", "GenerateDataKeyPairWithoutPlaintext")) {
      cases.addText(operation, "keyPairSpec", null, NULL);
      cases.addGrantTokens(operation);
    }
    cases.addRecipient("GenerateDataKeyPair");
    cases.accept("GenerateDataKeyPair", "recipient", new RecipientInfo(null, null));
  }
}
