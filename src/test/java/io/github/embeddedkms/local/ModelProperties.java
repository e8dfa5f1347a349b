package io.github.embeddedkms.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.embeddedkms.store.OverDatabases;
import io.github.embeddedkms.store.TestStore;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.lifecycle.AfterContainer;

/**
 * Random sequences of calls and turns of the clock: the provider and the model never disagree,
 * neither in an answer nor in what there is at the end.
 */
@OverDatabases
class ModelProperties {

  /** So that much of what is decided rests on what was written and read again. */
  private static final int STEPS_UNTIL_REOPENED = 10;

  private static final AtomicInteger DELETIONS = new AtomicInteger();

  /** A model of deletion that never sees one would agree with anything. */
  @AfterContainer
  static void deletionsWereReached() {
    assertThat(DELETIONS).hasPositiveValue();
  }

  /** How often is jqwik's default, which the databases set lower. */
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
