package io.github.embeddedkms.junit;

import io.github.embeddedkms.authorization.Explanation;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/**
 * Assigns the refusals of a provider to the tests that use it. Safe for use by several threads.
 *
 * <p>Several tests can share a provider and run at the same time. A refusal in the thread of a test
 * belongs to that test. In another thread, for example of an endpoint, it may belong to any of
 * them, and is assigned to all.
 */
final class Refusals implements Consumer<Explanation> {

  private final List<RefusalsOfTest> running = new CopyOnWriteArrayList<>();

  /** Those of {@code @BeforeAll} methods, for example, or of an application that starts. */
  private final RefusalsOfTest outsideTests = new RefusalsOfTest();

  Refusals() {}

  /** Assigns refusals to a test from now on, and those that occurred outside of tests. */
  void begin(RefusalsOfTest test) {
    test.addAll(outsideTests);
    running.add(test);
  }

  void end(RefusalsOfTest test) {
    running.remove(test);
  }

  /** Forgets the refusals outside of tests, whose keys were discarded. */
  void reset() {
    outsideTests.clear();
  }

  /** Returns the refusals that occurred when no test was running. */
  RefusalsOfTest outsideTests() {
    return outsideTests;
  }

  @Override
  public void accept(Explanation refusal) {
    List<RefusalsOfTest> here = running.stream().filter(RefusalsOfTest::runsInThisThread).toList();
    if (!here.isEmpty()) {
      // While a test waits, its thread may run another one, which began later.
      here.get(here.size() - 1).add(refusal);
    } else if (running.isEmpty()) {
      outsideTests.add(refusal);
    } else {
      running.forEach(test -> test.add(refusal));
    }
  }
}
