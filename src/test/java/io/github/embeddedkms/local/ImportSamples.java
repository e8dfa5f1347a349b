package io.github.embeddedkms.local;

import static io.github.embeddedkms.local.ConstraintCases.NULL;
import static io.github.embeddedkms.local.ConstraintCases.bytes;
import static io.github.embeddedkms.local.ConstraintCases.longer;
import static io.github.embeddedkms.local.ConstraintCases.pattern;
import static io.github.embeddedkms.local.ConstraintCases.shorter;
import static io.github.embeddedkms.local.ConstraintCases.text;
import static io.github.embeddedkms.model.KeyState.DISABLED;
import static io.github.embeddedkms.model.KeyState.ENABLED;
import static io.github.embeddedkms.model.KeyState.PENDING_DELETION;
import static io.github.embeddedkms.model.KeyState.PENDING_IMPORT;
import static io.github.embeddedkms.model.KeyState.PENDING_REPLICA_DELETION;
import static io.github.embeddedkms.model.KeyState.UPDATING;

import io.github.embeddedkms.crypto.KeyPair;
import io.github.embeddedkms.crypto.KeyPairType;
import io.github.embeddedkms.model.AlgorithmSpec;
import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.ImportType;
import io.github.embeddedkms.model.WrappingKeySpec;
import io.github.embeddedkms.operation.DeleteImportedKeyMaterial;
import io.github.embeddedkms.operation.GetParametersForImport;
import io.github.embeddedkms.operation.ImportKeyMaterial;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;

/** The operations of {@link ImportOperations}. */
final class ImportSamples implements FamilySamples {

  private static final AlgorithmSpec ALGORITHM = AlgorithmSpec.RSAES_OAEP_SHA_256;

  /** The samples are used hundreds of times, and an RSA key takes long. */
  private static final class Wrapping {
    static final KeyPair KEY = KeyPair.generate(KeyPairType.RSA_2048, new SecureRandom());
    static final Bytes MATERIAL = WrappedMaterial.wrap(KEY.publicKey(), ALGORITHM, new byte[32]);
  }

  private static ImportKeyMaterial importKeyMaterial(Fixture fixture) {
    Bytes token =
        new ImportTokens(fixture.storage)
            .seal(
                fixture.keyArn,
                fixture.now.plus(Duration.ofHours(1)),
                ALGORITHM,
                Wrapping.KEY.privateKey());
    return new ImportKeyMaterial(
        fixture.keyId,
        token,
        Wrapping.MATERIAL,
        fixture.now.plus(Duration.ofDays(365)),
        null,
        ImportType.NEW_KEY_MATERIAL,
        "another material",
        null);
  }

  @Override
  public List<Sample> samples() {
    return List.of(
        Sample.managing(
                "DeleteImportedKeyMaterial",
                f -> new DeleteImportedKeyMaterial(f.keyId, null),
                EnumSet.of(
                    DISABLED, ENABLED, PENDING_DELETION, PENDING_IMPORT, PENDING_REPLICA_DELETION))
            .withImportedMaterial(),
        Sample.of(
                "GetParametersForImport",
                f -> new GetParametersForImport(f.keyId, ALGORITHM, WrappingKeySpec.RSA_2048))
            .onKey("keyId", Sample.Forms.KEY_ONLY, EnumSet.of(DISABLED, ENABLED, PENDING_IMPORT))
            .withImportedMaterial(),
        Sample.managing(
                "ImportKeyMaterial",
                ImportSamples::importKeyMaterial,
                EnumSet.of(DISABLED, ENABLED, PENDING_IMPORT, UPDATING))
            .withImportedMaterial());
  }

  @Override
  public void constraints(ConstraintCases cases) {
    addKeyMaterialId(cases, "DeleteImportedKeyMaterial");
    cases.addText("GetParametersForImport", "wrappingAlgorithm", null, NULL);
    cases.addText("GetParametersForImport", "wrappingKeySpec", null, NULL);
    String operation = "ImportKeyMaterial";
    addKeyMaterialId(cases, operation);
    for (String member : List.of("importToken", "encryptedKeyMaterial")) {
      cases.addText(operation, member, null, NULL);
      cases.add(operation, member, bytes(0), "", member, shorter());
      cases.add(operation, member, bytes(6145), "", member, longer(6144));
      cases.accept(operation, member, bytes(6144));
    }
    String member = "keyMaterialDescription";
    String pattern = pattern("^[a-zA-Z0-9:/_\\s.-]+$");
    cases.addText(operation, member, "", pattern);
    cases.addText(operation, member, "a+b", pattern);
    cases.addText(operation, member, text(257), longer(256));
    cases.accept(operation, member, text(256));
    cases.accept(operation, member, "aZ09:/_ \t.-");
  }

  private static void addKeyMaterialId(ConstraintCases cases, String operation) {
    String member = "keyMaterialId";
    String pattern = pattern("^[a-f0-9]+$");
    cases.addText(operation, member, "a".repeat(63), shorter(64));
    cases.addText(operation, member, "a".repeat(65), longer(64));
    cases.addText(operation, member, "A".repeat(64), pattern);
    cases.addText(operation, member, "", shorter(64), pattern);
    cases.accept(operation, member, "0123456789abcdef".repeat(4));
  }
}
