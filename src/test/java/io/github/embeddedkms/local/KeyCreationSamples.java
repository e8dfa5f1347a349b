package io.github.embeddedkms.local;

import static io.github.embeddedkms.local.ConstraintCases.longer;
import static io.github.embeddedkms.local.ConstraintCases.pattern;
import static io.github.embeddedkms.local.ConstraintCases.shorter;
import static io.github.embeddedkms.local.ConstraintCases.text;

import io.github.embeddedkms.operation.CreateKeyBuilder;
import java.util.List;

/** The operations of {@link KeyCreation}. */
final class KeyCreationSamples implements FamilySamples {

  @Override
  public List<Sample> samples() {
    return List.of(Sample.of("CreateKey", f -> CreateKeyBuilder.builder().build()).writing());
  }

  @Override
  public void constraints(ConstraintCases cases) {
    cases.addPolicy("CreateKey");
    cases.addText("CreateKey", "description", text(8193), longer(8192));
    cases.addText("CreateKey", "customKeyStoreId", "", shorter());
    cases.addText("CreateKey", "customKeyStoreId", text(65), longer(64));
    String xksPattern = pattern("^[a-zA-Z0-9-_.]+$");
    cases.addText("CreateKey", "xksKeyId", "", shorter(), xksPattern);
    cases.addText("CreateKey", "xksKeyId", text(129), longer(128));
    cases.addText("CreateKey", "xksKeyId", "a b", xksPattern);
    cases.addText("CreateKey", "xksKeyId", "\u00e9", xksPattern);
    cases.addTags("CreateKey");
    cases.accept("CreateKey", "description", text(8192));
    cases.accept("CreateKey", "customKeyStoreId", text(64));
    cases.accept("CreateKey", "xksKeyId", text(128));
  }
}
