package io.github.embeddedkms.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class GrantConstraintsTest {

  @Test
  void emptyMaps_areTakenForAbsentOnes() {
    assertThat(new GrantConstraints(Map.of(), Map.of(), null))
        .isEqualTo(new GrantConstraints(null, null, null));
    assertThat(new GrantConstraints(Map.of("a", "b"), Map.of(), null).encryptionContextEquals())
        .isNull();
  }

  @Test
  void maps_areCopiedInTheirOrder() {
    Map<String, String> pairs = new LinkedHashMap<>();
    pairs.put("b", "1");
    pairs.put("a", "2");
    GrantConstraints constraints = new GrantConstraints(pairs, null, null);
    pairs.clear();
    assertThat(List.copyOf(constraints.encryptionContextSubset().keySet()))
        .containsExactly("b", "a");
    assertThatThrownBy(() -> constraints.encryptionContextSubset().put("c", "3"))
        .isInstanceOf(UnsupportedOperationException.class);
  }

  /** The service reports it. */
  @Test
  void maps_nullValue_isKept() {
    Map<String, String> pairs = new HashMap<>();
    pairs.put("a", null);
    assertThat(new GrantConstraints(null, pairs, null).encryptionContextEquals())
        .containsEntry("a", null);
  }
}
