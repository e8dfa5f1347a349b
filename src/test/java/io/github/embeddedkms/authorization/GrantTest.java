package io.github.embeddedkms.authorization;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.embeddedkms.model.GrantConstraints;
import io.github.embeddedkms.model.GrantOperation;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** When two grants of a name are the same for CreateGrant. */
class GrantTest {

  private static Grant grant(
      String id, String name, GrantConstraints constraints, GrantOperation... operations) {
    return new Grant(
        id,
        name,
        Instant.EPOCH,
        Subjects.A,
        Subjects.ALICE,
        null,
        null,
        null,
        List.of(operations),
        constraints);
  }

  private static String fingerprint(GrantConstraints constraints, GrantOperation... operations) {
    return grant("1", "n", constraints, operations).fingerprint();
  }

  private static GrantConstraints equal(Map<String, String> pairs) {
    return new GrantConstraints(null, pairs, null);
  }

  @Test
  void fingerprint_sameParameters_isTheSame() {
    assertThat(fingerprint(null, GrantOperation.DECRYPT, GrantOperation.ENCRYPT))
        .isEqualTo(fingerprint(null, GrantOperation.ENCRYPT, GrantOperation.DECRYPT))
        .isEqualTo(
            fingerprint(
                new GrantConstraints(Map.of(), null, null),
                GrantOperation.DECRYPT,
                GrantOperation.ENCRYPT))
        .isEqualTo(
            grant("2", "n", null, GrantOperation.DECRYPT, GrantOperation.ENCRYPT).fingerprint());
    assertThat(grant("1", null, null, GrantOperation.DECRYPT).fingerprint()).isNull();
  }

  /** Pairs can have the names of operations, and of what separates them from operations. */
  @Test
  void fingerprint_otherParameters_isAnother() {
    GrantOperation decrypt = GrantOperation.DECRYPT;
    GrantOperation encrypt = GrantOperation.ENCRYPT;
    Set<String> all = new HashSet<>();
    List<String> each =
        List.of(
            fingerprint(null, decrypt),
            fingerprint(null, decrypt, encrypt),
            fingerprint(equal(Map.of("A", "B")), decrypt, encrypt),
            fingerprint(equal(Map.of("A", "B", "Decrypt", "Encrypt")), decrypt, encrypt),
            fingerprint(equal(Map.of("A", "B", "operations", "Decrypt")), encrypt),
            fingerprint(equal(Map.of("A", "B", "Decrypt", "Encrypt")), encrypt),
            fingerprint(new GrantConstraints(Map.of("A", "B"), null, null), decrypt, encrypt),
            fingerprint(new GrantConstraints(null, null, "A"), decrypt),
            grant("1", "m", null, decrypt).fingerprint());
    all.addAll(each);
    assertThat(all).hasSameSizeAs(each);
  }
}
