package io.github.embeddedkms.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.embeddedkms.authorization.Subjects;
import io.github.embeddedkms.local.GrantRun.Kind;
import io.github.embeddedkms.local.GrantRun.Step;
import io.github.embeddedkms.store.fixture.OverDatabases;
import io.github.embeddedkms.store.fixture.TestStore;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.Tag;
import net.jqwik.api.Tuple;
import net.jqwik.api.lifecycle.AfterContainer;

/**
 * Random grants, children, retirements, revocations, policies and calls by five principals: the
 * provider and a model never disagree, neither in an answer nor in the grants that there are.
 */
@OverDatabases
class GrantProperties {

  /** The storage is reopened this often, so that many decisions depend on what was read back. */
  private static final int STEPS_UNTIL_REOPENED = 10;

  /** Without these, the tests would prove nothing about them. */
  @AfterContainer
  static void requireThatEverythingHappened() {
    assertThat(GrantRun.SEEN)
        .contains(
            "CREATE ok",
            "CREATE AccessDeniedException",
            "CREATE again",
            "CHILD ok",
            "CHILD AccessDeniedException",
            "RETIRE ok",
            "RETIRE AccessDeniedException",
            "RETIRE NotFoundException",
            "REVOKE ok",
            "REVOKE AccessDeniedException",
            "LIST ok",
            "LIST AccessDeniedException",
            "LIST_RETIRABLE true",
            "LIST_RETIRABLE false");
    for (String caller : GrantModel.CALLERS) {
      for (String action : List.of("Encrypt", "Decrypt", "DescribeKey")) {
        assertThat(GrantRun.SEEN)
            .contains(
                caller + " " + action + " ok", caller + " " + action + " AccessDeniedException");
      }
    }
    assertThat(GrantRun.SEEN).contains(Subjects.LOGS + " GenerateDataKey ok");
  }

  @Provide
  static Arbitrary<List<Step>> steps() {
    return Combinators.combine(
            Arbitraries.frequency(
                Tuple.of(8, Kind.CREATE),
                Tuple.of(6, Kind.CREATE_CHILD),
                Tuple.of(2, Kind.CREATE_AGAIN),
                Tuple.of(2, Kind.RETIRE_BY_TOKEN),
                Tuple.of(2, Kind.RETIRE_BY_ID),
                Tuple.of(2, Kind.REVOKE),
                Tuple.of(2, Kind.PUT_POLICY),
                Tuple.of(1, Kind.LIST),
                Tuple.of(1, Kind.LIST_RETIRABLE)),
            Arbitraries.integers().between(0, GrantModel.CALLERS.size() - 1),
            Arbitraries.integers().between(0, 1_000_000))
        .as(Step::new)
        .list()
        .ofMinSize(20)
        .ofMaxSize(50);
  }

  /** The number of tries is jqwik's default, which is lower for the databases. */
  @Property(edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.BOUNDED)
  void providerAndModel_neverDisagree(@ForAll("steps") List<Step> steps) {
    compare(steps);
  }

  @Tag("thorough")
  @Property(tries = 2_000, edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.BOUNDED)
  void providerAndModel_manyTries_neverDisagree(@ForAll("steps") List<Step> steps) {
    compare(steps);
  }

  private static void compare(List<Step> steps) {
    try (TestStore store = TestStore.create()) {
      Fixture.CountingStorage storage = new Fixture.CountingStorage(store.open());
      try (GrantRun run = new GrantRun(storage)) {
        for (int i = 0; i < steps.size(); i++) {
          if (i % STEPS_UNTIL_REOPENED == 0) {
            storage.reopen(store);
          }
          run.step(steps.get(i));
        }
      }
    }
  }
}
