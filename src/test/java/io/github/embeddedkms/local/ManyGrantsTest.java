package io.github.embeddedkms.local;

import static io.github.embeddedkms.authorization.Subjects.ALICE;
import static io.github.embeddedkms.authorization.Subjects.B;
import static io.github.embeddedkms.authorization.Subjects.DEFAULT;
import static io.github.embeddedkms.model.GrantOperation.ENCRYPT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.embeddedkms.KmsClient;
import io.github.embeddedkms.authorization.Considered;
import io.github.embeddedkms.authorization.Explanation;
import io.github.embeddedkms.authorization.Place;
import io.github.embeddedkms.exception.AccessDeniedException;
import io.github.embeddedkms.model.GrantConstraints;
import io.github.embeddedkms.model.GrantOperation;
import io.github.embeddedkms.model.SecretBytes;
import io.github.embeddedkms.operation.EncryptBuilder;
import io.github.embeddedkms.operation.KmsRequest;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which of many grants are found, and which are shown. */
class ManyGrantsTest {

  private static String grant(
      World world, String grantee, GrantOperation operation, GrantConstraints constraints) {
    return world
        .kms
        .createGrant(
            b ->
                b.keyId(world.keyId)
                    .granteePrincipal(grantee)
                    .operations(List.of(operation))
                    .constraints(constraints))
        .grantId();
  }

  private static GrantConstraints subset(String key, String value) {
    return new GrantConstraints(Map.of(key, value), null, null);
  }

  private static KmsRequest<?> encryption(World world, Map<String, String> context) {
    return EncryptBuilder.builder()
        .keyId(world.keyId)
        .plaintext(SecretBytes.fromUtf8String("x"))
        .encryptionContext(context)
        .build();
  }

  /** Few grants of a caller are read one by one; of many, those that the context can meet. */
  @ParameterizedTest
  @ValueSource(ints = {1, 16, 17, 40})
  void grants_ofOneGranteeForDifferentContexts_permitTheirs(int count) {
    try (World world = new World(DEFAULT, Map.of(ALICE, List.of()))) {
      for (int i = 0; i < count; i++) {
        String tenant = "t" + i;
        grant(
            world,
            ALICE,
            ENCRYPT,
            i % 2 == 0
                ? subset("Tenant", tenant)
                : new GrantConstraints(null, Map.of("tenant", tenant, "a", "b"), null));
      }
      KmsClient alice = world.as(ALICE);
      for (int i = 0; i < count; i++) {
        Map<String, String> context = Map.of("tenant", "t" + i, "a", "b");
        assertThat(alice.call(encryption(world, context))).isNotNull();
        Map<String, String> larger = Map.of("tenant", "t" + i, "a", "b", "c", "d");
        assertThat(catchThrowable(() -> alice.call(encryption(world, larger))) == null)
            .isEqualTo(i % 2 == 0);
      }
      for (Map<String, String> other :
          List.of(Map.of("tenant", "t" + count, "a", "b"), Map.of("a", "b"), Map.of("b", "t0"))) {
        assertThat(catchThrowable(() -> alice.call(encryption(world, other))))
            .isExactlyInstanceOf(AccessDeniedException.class);
      }
    }
  }

  @Test
  void explanation_callersGrants_comeBeforeThoseOfOthers() {
    try (World world = new World(DEFAULT, Map.of(ALICE, List.of()))) {
      for (int i = 0; i < 150; i++) {
        grant(world, "arn:aws:iam::" + B + ":role/r" + i, ENCRYPT, null);
      }
      String near = grant(world, ALICE, ENCRYPT, subset("Dept", "IT"));
      String other = grant(world, ALICE, GrantOperation.DECRYPT, null);
      Explanation explanation =
          world.kms.explain(World.caller(ALICE), encryption(world, Map.of("Dept", "it"))).get(0);
      assertThat(explanation.allowed()).isFalse();
      assertThat(explanation.considered())
          .extracting(Considered::place)
          .filteredOn(place -> place.source() == Place.Source.GRANT)
          .hasSize(100)
          .extracting(Place::of)
          .startsWith(near, other);
      assertThat(explanation.toString())
          .contains(
              "near: grant "
                  + near
                  + ": its constraint EncryptionContextSubset is [Dept=IT], there is [Dept=it] (the"
                  + " value differs only in case)");
    }
  }
}
