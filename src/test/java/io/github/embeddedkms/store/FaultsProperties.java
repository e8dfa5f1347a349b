package io.github.embeddedkms.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.embeddedkms.store.FaultyConnections.Fault;
import io.github.embeddedkms.store.FaultyNode.Action;
import io.github.embeddedkms.store.FaultyNode.Storage;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.Tag;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterContainer;

/**
 * A random fault at a random step of a random operation, on each storage: the call ends within its
 * time limit, the store is completely as before or completely as after the operation, and the next
 * call works without a restart.
 */
class FaultsProperties {

  /**
   * One case.
   *
   * @param cold whether the node's connections are new, so that opening them also counts as steps
   * @param part the position of the faulty step among the steps that the action takes without a
   *     fault, from 0 to 1
   * @param cleanups the number of cleanup calls that fail afterwards
   */
  private record Case(
      Storage storage, Action action, boolean cold, Fault fault, double part, int cleanups) {}

  /** Far fewer steps than a change of the root key has on any storage. */
  private static final int FEWEST_ROOT_KEY_STEPS = 10;

  private static final int STRIDE = 7;

  private static final Map<Storage, FaultyNode> NODES = new EnumMap<>(Storage.class);

  @AfterContainer
  static void closeNodes() throws Exception {
    for (FaultyNode node : NODES.values()) {
      node.close();
    }
  }

  @Provide
  Arbitrary<Case> cases() {
    return cases(5, Arbitraries.of(Storage.class));
  }

  /**
   * Hanging calls take the whole timeout, and a server takes long for each connection, so both are
   * rarer among many cases.
   */
  @Provide
  Arbitrary<Case> thoroughCases() {
    return cases(
        1,
        Arbitraries.frequency(
            Tuple.of(5, Storage.FILE),
            Tuple.of(5, Storage.SQLITE_SOURCE),
            Tuple.of(2, Storage.POSTGRESQL)));
  }

  private static Arbitrary<Case> cases(int hanging, Arbitrary<Storage> storages) {
    Arbitrary<Fault> faults =
        Arbitraries.frequencyOf(
            Tuple.of(hanging, Arbitraries.just(Fault.HANG)),
            Tuple.of(50, Arbitraries.of(EnumSet.complementOf(EnumSet.of(Fault.HANG)))));
    return Combinators.combine(
            storages,
            Arbitraries.of(Action.class),
            Arbitraries.of(true, false, false, false),
            faults,
            Arbitraries.doubles().between(0, 0.999).ofScale(4),
            Arbitraries.frequencyOf(
                Tuple.of(3, Arbitraries.just(0)),
                Tuple.of(2, Arbitraries.integers().between(1, 4))))
        .as(Case::new);
  }

  @Property(tries = 60, edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.OFF)
  void call_faultAtAnyStep_storeIsConsistent_andNextCallWorks(@ForAll("cases") Case tried)
      throws Exception {
    run(tried);
  }

  @Tag("thorough")
  @Property(tries = 300, edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.OFF)
  void call_faultAtAnyStep_moreCases_storeIsConsistent(@ForAll("cases") Case tried)
      throws Exception {
    run(tried);
  }

  @Tag("thorough")
  @Tag("by-hand")
  @Property(tries = 20_000, edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.OFF)
  void call_faultAtAnyStep_manyCases_storeIsConsistent(@ForAll("thoroughCases") Case tried)
      throws Exception {
    run(tried);
  }

  /**
   * Covers errors after the commit too: a root key that is in use by then must not be closed. A
   * seventh of the steps, another one in each run.
   */
  @Property(tries = 1, edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.OFF)
  void changeRootKey_errorAtSomeSteps_newEpochsCanBegin(
      @ForAll @IntRange(min = 1, max = STRIDE) int first) throws Exception {
    changeRootKeyWithErrors(first, STRIDE);
  }

  @Tag("thorough")
  @Example
  void changeRootKey_errorAtEachStep_newEpochsCanBegin() throws Exception {
    changeRootKeyWithErrors(1, 1);
  }

  private static void changeRootKeyWithErrors(int first, int stride) throws Exception {
    for (Storage storage : Storage.values()) {
      FaultyNode node = node(storage);
      int step = first;
      while (node.reachesFaultAtStep(Action.CHANGE_ROOT, false, Fault.NO_MEMORY, step, 0)) {
        node.reachesFaultAtStep(Action.RESEAL, false, Fault.INTERRUPT, 1, 0);
        step += stride;
      }
      assertThat(step).as(storage.name()).isGreaterThan(FEWEST_ROOT_KEY_STEPS);
    }
  }

  /** The random cases above may leave some of these out. */
  @Example
  void call_eachFaultOnEachStorage_reachesTheFault() throws Exception {
    for (Storage storage : Storage.values()) {
      for (Fault fault : Fault.values()) {
        assertThat(node(storage).reachesFault(Action.CREATE, false, fault, 0.3, 0))
            .as(storage + " " + fault)
            .isTrue();
      }
    }
  }

  private static FaultyNode node(Storage storage) throws Exception {
    FaultyNode node = NODES.get(storage);
    if (node == null) {
      node = new FaultyNode(storage);
      NODES.put(storage, node);
    }
    return node;
  }

  private static void run(Case tried) throws Exception {
    node(tried.storage)
        .reachesFault(tried.action, tried.cold, tried.fault, tried.part, tried.cleanups);
  }
}
