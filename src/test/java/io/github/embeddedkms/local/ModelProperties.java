package io.github.embeddedkms.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.embeddedkms.store.fixture.OverDatabases;
import io.github.embeddedkms.store.fixture.TestStore;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.lifecycle.AfterContainer;

/**
 * Random sequences of calls and clock changes: the provider and the model never disagree, neither
 * in a result nor in the final state.
 */
@OverDatabases
class ModelProperties {

  /** The storage is reopened this often, so that many results depend on data that was read back. */
  private static final int STEPS_UNTIL_REOPENED = 10;

  private static final AtomicInteger DELETIONS = new AtomicInteger();

  /** Without any deletion, the test would prove nothing about deletions. */
  @AfterContainer
  static void requireDeletions() {
    assertThat(DELETIONS).hasPositiveValue();
  }

  /** The number of tries is jqwik's default, which is lower for the databases. */
  @Property
  void providerAndModel_neverDisagree(
      @ForAll(supplier = ModelStep.Sequences.class) List<ModelStep> steps) {
    try (TestStore store = TestStore.create()) {
      Fixture.CountingStorage storage = new Fixture.CountingStorage(store.open());
      ModelClock clock = new ModelClock();
      LocalKeyProvider kms = LocalKeyProvider.builder().clock(clock::now).storage(storage).build();
      try (ModelRun run = new ModelRun(clock, List.of(ModelNode.of(kms)))) {
        for (int i = 0; i < steps.size(); i++) {
          if (i % STEPS_UNTIL_REOPENED == 0) {
            storage.reopen(store);
          }
          run.step(steps.get(i));
        }
        run.compareEverything();
        DELETIONS.addAndGet(run.history().deletions());
      }
    }
  }
}
