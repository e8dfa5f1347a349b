package io.github.embeddedkms.local;

import static io.github.embeddedkms.local.ConstraintCases.bytes;
import static io.github.embeddedkms.local.ConstraintCases.longer;
import static io.github.embeddedkms.local.ConstraintCases.shorter;
import static io.github.embeddedkms.local.ConstraintCases.text;

import io.github.embeddedkms.model.DataKeySpec;
import io.github.embeddedkms.model.RecipientInfo;
import io.github.embeddedkms.operation.GenerateDataKeyBuilder;
import io.github.embeddedkms.operation.GenerateDataKeyWithoutPlaintextBuilder;
import io.github.embeddedkms.operation.GenerateRandom;
import java.util.List;

/** The operations of {@link DataKeyOperations}. */
final class DataKeySamples implements FamilySamples {

  @Override
  public List<Sample> samples() {
    return List.of(
        Sample.using(
            "GenerateDataKey",
            f ->
                GenerateDataKeyBuilder.builder()
                    .keyId(f.keyId)
                    .keySpec(DataKeySpec.AES_256)
                    .build()),
        Sample.using(
            "GenerateDataKeyWithoutPlaintext",
            f ->
                GenerateDataKeyWithoutPlaintextBuilder.builder()
                    .keyId(f.keyId)
                    .numberOfBytes(24)
                    .build()),
        Sample.of("GenerateRandom", f -> new GenerateRandom(32, null, null)));
  }

  @Override
  public void constraints(ConstraintCases cases) {
    for (String operation : List.of("GenerateDataKey", "GenerateDataKeyWithoutPlaintext")) {
      cases.addRange(operation, "numberOfBytes", 1, 1024);
      cases.addGrantTokens(operation);
    }
    cases.addRange("GenerateRandom", "numberOfBytes", 1, 1024);
    cases.addText("GenerateRandom", "customKeyStoreId", "", shorter());
    cases.addText("GenerateRandom", "customKeyStoreId", text(65), longer(64));
    cases.addRecipient("GenerateDataKey");
    cases.addRecipient("GenerateRandom");
    cases.accept("GenerateDataKey", "numberOfBytes", 1);
    cases.accept("GenerateDataKeyWithoutPlaintext", "numberOfBytes", 1024);
    cases.accept("GenerateRandom", "numberOfBytes", 1024);
    cases.accept("GenerateRandom", "customKeyStoreId", text(64));
    cases.accept("GenerateRandom", "recipient", new RecipientInfo(null, bytes(262_144)));
  }
}
