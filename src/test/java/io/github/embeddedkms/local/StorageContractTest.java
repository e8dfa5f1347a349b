package io.github.embeddedkms.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.embeddedkms.model.IncludeKeyMaterial;
import io.github.embeddedkms.model.KeyMetadata;
import io.github.embeddedkms.model.KeySpec;
import io.github.embeddedkms.model.KeyState;
import io.github.embeddedkms.store.fixture.OverDatabases;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every operation that writes, and one reading operation of each kind, with the storage of this
 * run.
 */
@OverDatabases
class StorageContractTest {

  static List<Sample> samples() {
    return Sample.overStorage();
  }

  @ParameterizedTest
  @MethodSource("samples")
  void operation_validRequest_changesAsItsSampleDeclares_andIsPersisted(Sample sample) {
    try (Fixture fixture = sample.fixture()) {
      List<Object> before = contents(fixture);
      fixture.kms.call(sample.valid().apply(fixture));
      List<Object> after = contents(fixture);
      assertThat(fixture.storage.changes > 0).isEqualTo(sample.writes());
      assertThat(after.equals(before)).isEqualTo(!sample.writes());
      fixture.reopen();
      assertThat(contents(fixture)).isEqualTo(after);
    }
  }

  /** Returns everything that can be read through the service. */
  private static List<Object> contents(Fixture fixture) {
    List<Object> contents = new ArrayList<>();
    fixture
        .kms
        .listKeysPages(list -> {})
        .items()
        .forEach(key -> addContents(fixture, key.keyId(), contents));
    fixture.kms.listAliasesPages(list -> {}).items().forEach(contents::add);
    fixture
        .kms
        .listRetirableGrantsPages(list -> list.retiringPrincipal(Fixture.GRANTEE))
        .items()
        .forEach(contents::add);
    return contents;
  }

  private static void addContents(Fixture fixture, String keyId, List<Object> contents) {
    KeyMetadata metadata = fixture.kms.describeKey(describe -> describe.keyId(keyId)).keyMetadata();
    contents.add(metadata);
    contents.add(fixture.kms.listResourceTags(list -> list.keyId(keyId)).tags());
    contents.add(fixture.kms.getKeyPolicy(get -> get.keyId(keyId)).policy());
    contents.add(fixture.kms.listGrants(list -> list.keyId(keyId)).grants());
    if (metadata.keyState() != KeyState.PENDING_IMPORT) {
      contents.add(fixture.kms.getKeyRotationStatus(get -> get.keyId(keyId)));
    }
    if (metadata.keySpec() == KeySpec.SYMMETRIC_DEFAULT) {
      contents.add(
          fixture
              .kms
              .listKeyRotations(
                  list -> list.keyId(keyId).includeKeyMaterial(IncludeKeyMaterial.ALL_KEY_MATERIAL))
              .rotations());
    }
  }
}
