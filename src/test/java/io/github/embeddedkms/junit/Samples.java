package io.github.embeddedkms.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.util.List;
import java.util.stream.Stream;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Events;

/** Runs small test classes with JUnit's engine. */
final class Samples {

  private Samples() {}

  static EngineTestKit.Builder kit(Class<?>... samples) {
    EngineTestKit.Builder kit = EngineTestKit.engine("junit-jupiter");
    for (Class<?> sample : samples) {
      kit.selectors(selectClass(sample));
    }
    return kit;
  }

  static EngineTestKit.Builder parallel(Class<?>... samples) {
    return kit(samples)
        .configurationParameter("junit.jupiter.execution.parallel.enabled", "true")
        .configurationParameter("junit.jupiter.execution.parallel.mode.default", "concurrent")
        .configurationParameter("junit.jupiter.execution.parallel.config.strategy", "fixed")
        .configurationParameter("junit.jupiter.execution.parallel.config.fixed.parallelism", "4");
  }

  static void succeed(int tests, Class<?>... samples) {
    succeed(tests, kit(samples));
  }

  static void succeed(int tests, EngineTestKit.Builder kit) {
    var results = kit.execute();
    assertThat(failures(results.allEvents())).isEmpty();
    assertThat(results.testEvents().succeeded().count()).isEqualTo(tests);
  }

  /** Asserts that every test of the sample, or the sample as a whole, fails with this message. */
  static void fail(String message, Class<?>... samples) {
    fail(message, kit(samples));
  }

  static void fail(String message, EngineTestKit.Builder kit) {
    var results = kit.execute();
    assertThat(results.testEvents().succeeded().count()).isZero();
    assertThat(failures(results.allEvents()))
        .isNotEmpty()
        .allSatisfy(failure -> assertThat(messages(failure)).contains(message));
  }

  private static List<Throwable> failures(Events events) {
    return events.failed().stream()
        .map(event -> event.getRequiredPayload(TestExecutionResult.class))
        .flatMap(result -> result.getThrowable().stream())
        .toList();
  }

  /**
   * Returns the messages of a failure and its causes; JUnit wraps exceptions of parameter
   * resolvers.
   */
  static List<String> messages(Throwable failure) {
    return Stream.iterate(failure, t -> t != null, Throwable::getCause)
        .map(Throwable::getMessage)
        .toList();
  }
}
