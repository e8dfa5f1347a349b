package io.github.embeddedkms.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;

/**
 * Random sequences of calls and turns of the clock: the provider and the model never disagree,
 * neither in an answer nor in what there is at the end.
 */
class ModelProperties {

  private static final AtomicInteger DELETIONS = new AtomicInteger();

  /** A model of deletion that never sees one would agree with anything. */
  @AfterContainer
  static void deletionsWereReached() {
    assertThat(DELETIONS).hasPositiveValue();
  }

  @Provide
  Arbitrary<List<ModelStep>> sequences() {
    return ModelStep.sequences();
  }

  @Property(tries = 400)
  void providerAndModel_neverDisagree(@ForAll("sequences") List<ModelStep> steps) {
    try (ModelRun run =
        new ModelRun(now -> List.of(LocalKeyProvider.builder().clock(now::get).build()))) {
      steps.forEach(run::step);
      run.compareEverything();
      DELETIONS.addAndGet(run.deletions());
    }
  }
}
