package io.github.embeddedkms.store;

import static io.github.embeddedkms.store.AttackedStore.ENABLED;
import static io.github.embeddedkms.store.AttackedStore.NOW;
import static io.github.embeddedkms.store.AttackedStore.notOpened;
import static io.github.embeddedkms.store.AttackedStore.refused;
import static io.github.embeddedkms.store.StoreTables.ITEM;
import static io.github.embeddedkms.store.StoreTables.MATERIAL;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.embeddedkms.authorization.Policy;
import io.github.embeddedkms.crypto.Suite;
import io.github.embeddedkms.crypto.SymmetricMaterial;
import io.github.embeddedkms.model.KeyMaterialState;
import io.github.embeddedkms.model.RotationType;
import io.github.embeddedkms.store.StoreTables.Row;
import io.github.embeddedkms.store.fixture.TestPolicies;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An attacker alters a key that was rotated, has tags and a key policy. */
class TamperedRotationTest extends AttackedFile {

  private static final Policy POLICY = TestPolicies.unrestricted(AttackedStore.ACCOUNT);
  private static final String ALTERED = ENABLED.describe() + " was altered in the store";

  private Row beforeRotation;

  @BeforeEach
  void rotate() {
    beforeRotation = tables.row(ITEM, ENABLED);
    try (SealedKeyStorage storage = store.open()) {
      SymmetricMaterial next =
          SymmetricMaterial.generate(ENABLED.id(), Suite.XAES_256_GCM, new SecureRandom());
      MaterialEntry first = storage.key(ENABLED).orElseThrow().materials().get(0);
      AttackedStore.change(
          storage,
          ENABLED,
          key ->
              key.policy(POLICY)
                  .rotation(KeyEntry.Rotation.startingAt(90, NOW))
                  .materials(
                      List.of(
                          first.inState(KeyMaterialState.NON_CURRENT),
                          MaterialEntry.present(
                              next,
                              true,
                              new MaterialEntry.Rotated(NOW, RotationType.ON_DEMAND)))));
    }
  }

  @Test
  void rotatedKey_unaltered_isReadAsItWasWritten() {
    try (SealedKeyStorage storage = store.open()) {
      KeyEntry key = storage.key(ENABLED).orElseThrow();
      assertThat(key.policy()).isEqualTo(POLICY);
      assertThat(key.rotation())
          .isEqualTo(new KeyEntry.Rotation(90, NOW.plus(Duration.ofDays(90))));
      assertThat(key.materials()).hasSize(2);
      assertThat(key.materials().get(1).rotated())
          .isEqualTo(new MaterialEntry.Rotated(NOW, RotationType.ON_DEMAND));
      for (MaterialEntry material : key.materials()) {
        assertThat(material.material().<Integer, RuntimeException>lend(raw -> raw.length))
            .isEqualTo(32);
      }
    }
  }

  @Test
  void rotatedKey_byteEdited_isRefused_namingTheKey() {
    Row row = tables.row(ITEM, ENABLED);
    for (String column : List.of("document", "mac")) {
      for (Row edited : row.edits(column)) {
        assertThat(store.answersWith(ITEM, row, edited)).isEqualTo(notOpened(ALTERED));
      }
    }
  }

  /** The attacker keeps the key from being rotated, or makes it encrypt under old material. */
  @ParameterizedTest
  @CsvSource({
    "'\"PeriodInDays\":90', '\"PeriodInDays\":99'",
    "'\"Type\":\"ON_DEMAND\"', '\"Type\":\"AUTOMATIC\"'",
    "'\"Rotated\":', '\"Retated\":'",
    "'\"TagValue\":\"orders\"', '\"TagValue\":\"others\"'",
    "'\"Policy\":', '\"Polity\":'"
  })
  void rotatedKey_memberEdited_isRefused_namingTheKey(String before, String after) {
    Row row = tables.row(ITEM, ENABLED);
    String document = new String(row.bytes("document"), StandardCharsets.UTF_8);
    assertThat(document).contains(before);
    Row edited =
        row.with("document", document.replace(before, after).getBytes(StandardCharsets.UTF_8));
    assertThat(store.answersWith(ITEM, row, edited)).isEqualTo(notOpened(ALTERED));
  }

  @Test
  void rotation_undoneByTheOldRow_isRefused() {
    Row row = tables.row(ITEM, ENABLED);
    assertThat(store.answersWith(ITEM, row, beforeRotation))
        .isEqualTo(
            notOpened(
                "the store was altered: its items are not those that were written up to sequence"
                    + " 12"));
  }

  @Test
  void materials_swappedOrMissing_areRefused_eachForItself() {
    List<Row> materials =
        tables.rows(MATERIAL).stream().filter(row -> ENABLED.equals(row.address())).toList();
    assertThat(materials).hasSize(2);
    Row first = materials.get(0);
    Row second = materials.get(1);
    List<Row> all = tables.rows(MATERIAL);
    for (List<Row> pair : List.of(List.of(first, second), List.of(second, first))) {
      Row altered = pair.get(0);
      tables.replace(MATERIAL, altered, altered.with("sealed", pair.get(1).get("sealed")));
      assertOneMaterialIsRefused("was altered");
      tables.putAll(MATERIAL, all);
      tables.delete(
          MATERIAL, row -> Arrays.equals(row.bytes("material_id"), altered.bytes("material_id")));
      assertOneMaterialIsRefused("is missing");
      tables.putAll(MATERIAL, all);
    }
  }

  private void assertOneMaterialIsRefused(String fault) {
    try (SealedKeyStorage storage = store.open()) {
      List<MaterialEntry> materials = storage.key(ENABLED).orElseThrow().materials();
      List<String> results = materials.stream().map(TamperedRotationTest::use).sorted().toList();
      assertThat(results)
          .containsExactly("32", refused(ENABLED.describe() + ": a key material " + fault));
    }
    Map<String, String> answers = store.answers();
    assertThat(answers.get("key " + ENABLED)).doesNotStartWith("refused");
  }

  private static String use(MaterialEntry material) {
    try {
      return material.material().<String, RuntimeException>lend(raw -> String.valueOf(raw.length));
    } catch (KeyStorageException e) {
      return "refused: " + e.getMessage();
    }
  }

  /** Nodes that do not know rotation read on, and write nothing that would lose it. */
  @Test
  void rotatedKey_raisesTheVersionThatMayWrite() throws Exception {
    assertThat(store.readIndependently().writer()).isEqualTo(3);
  }
}
