package io.github.embeddedkms.local;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ArbitrarySupplier;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;

/**
 * A call: its kind, the numbers of its node, key, alias and blob, and a number of days or
 * milliseconds.
 */
record ModelStep(Kind kind, int node, int key, int alias, int blob, int days, int milliseconds) {

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
    PASS_TIME,
    ENCRYPT,
    ENCRYPT_BY_ALIAS,
    GENERATE_DATA_KEY,
    DECRYPT,
    DECRYPT_WITH_ANOTHER_CONTEXT,
    DECRYPT_NAMING_A_KEY,
    RE_ENCRYPT,
    DESCRIBE_BY_ALIAS;

    private static final Set<Kind> CHANGES = EnumSet.range(CREATE_KEY, CANCEL);

    /** Returns whether it changes keys or aliases. */
    boolean changes() {
      return CHANGES.contains(this);
    }

    /** Returns whether repeating it succeeds and changes nothing. */
    boolean isIdempotent() {
      return this == ENABLE || this == DISABLE;
    }
  }

  /**
   * Sequences of steps, for the parameter of a property. Random steps alone rarely delete a key or
   * force a node to give up its copy, so some sequences of a few steps that do so are among them.
   */
  static final class Sequences implements ArbitrarySupplier<List<ModelStep>> {

    @Override
    public Arbitrary<List<ModelStep>> get() {
      Arbitrary<Integer> number = Arbitraries.integers().between(0, 5);
      Arbitrary<List<ModelStep>> anyStep =
          Combinators.combine(
                  Arbitraries.of(Kind.class),
                  number,
                  number,
                  number,
                  Arbitraries.integers().between(0, 20),
                  Arbitraries.integers().between(7, 30),
                  Arbitraries.of(1, 299, 300, 700, 999, 1000))
              .as(ModelStep::new)
              .map(List::of);
      return Arbitraries.frequencyOf(
              Tuple.of(18, anyStep),
              Tuple.of(1, number.map(Sequences::deletion)),
              Tuple.of(1, number.map(Sequences::endOfStaleness)))
          .list()
          .ofMinSize(10)
          .ofMaxSize(70)
          .map(parts -> parts.stream().flatMap(List::stream).toList());
    }

    private static List<ModelStep> deletion(int key) {
      return List.of(
          onKey(Kind.SCHEDULE, 0, key), new ModelStep(Kind.TURN_CLOCK, 0, 0, 0, 0, 30, 0));
    }

    /** The second node reads a key, which the first one changes, and reads it later again. */
    private static List<ModelStep> endOfStaleness(int key) {
      return List.of(
          onKey(Kind.ENABLE, 1, key),
          onKey(Kind.GENERATE_DATA_KEY, 1, key),
          onKey(Kind.DISABLE, 0, key),
          new ModelStep(Kind.PASS_TIME, 0, 0, 0, 0, 7, 1000),
          onKey(Kind.GENERATE_DATA_KEY, 1, key));
    }

    private static ModelStep onKey(Kind kind, int node, int key) {
      return new ModelStep(kind, node, key, 0, 0, 7, 1);
    }
  }
}
