package io.github.embeddedkms.local;

import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;

/** One call: what, on which node, key, alias and blob (by number), and how many days. */
record ModelStep(Kind kind, int node, int key, int alias, int blob, int days) {

  enum Kind {
    CREATE_KEY,
    CREATE_ALIAS,
    UPDATE_ALIAS,
    DELETE_ALIAS,
    ENABLE,
    DISABLE,
    SCHEDULE,
    CANCEL,
    TURN_CLOCK,
    ENCRYPT,
    ENCRYPT_BY_ALIAS,
    GENERATE_DATA_KEY,
    DECRYPT,
    DECRYPT_WITH_ANOTHER_CONTEXT,
    DECRYPT_NAMING_A_KEY,
    RE_ENCRYPT,
    DESCRIBE_BY_ALIAS
  }

  static Arbitrary<List<ModelStep>> sequences() {
    Arbitrary<Integer> number = Arbitraries.integers().between(0, 5);
    return Combinators.combine(
            Arbitraries.of(Kind.class),
            number,
            number,
            number,
            Arbitraries.integers().between(0, 20),
            Arbitraries.integers().between(7, 30))
        .as(ModelStep::new)
        .list()
        .ofMinSize(10)
        .ofMaxSize(80);
  }
}
