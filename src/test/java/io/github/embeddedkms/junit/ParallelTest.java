package io.github.embeddedkms.junit;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.embeddedkms.KmsClient;
import io.github.embeddedkms.local.LocalKeyProvider;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * Samples whose tests wait for each other, so that they succeed only if they run at the same time.
 */
class ParallelTest {

  private static final CyclicBarrier TWO = new CyclicBarrier(2);

  private static void meet() throws Exception {
    TWO.await(1, TimeUnit.MINUTES);
  }

  /** Repairs the barrier after a failed test. */
  @BeforeEach
  void resetBarrier() {
    TWO.reset();
  }

  /** Creates a key, waits until the other test has too, and counts the keys. */
  private static void createAndCount(KmsClient kms, int keys) throws Exception {
    kms.createKey(b -> {});
    meet();
    assertThat(kms.listKeys(b -> {}).keys()).hasSize(keys);
    meet();
  }

  static class InstanceFields {

    @EmbeddedKms KmsClient kms;

    @BeforeEach
    void before(LocalKeyProvider same) {
      assertThat(same).isSameAs(kms);
    }

    @Test
    void one() throws Exception {
      createAndCount(kms, 1);
    }

    @Test
    void other() throws Exception {
      createAndCount(kms, 1);
    }
  }

  @Test
  void instanceFields_ofConcurrentTests_areSeparate() {
    Samples.succeed(2, Samples.parallel(InstanceFields.class));
  }

  static class OneClass {

    @EmbeddedKms static KmsClient kms;

    @Test
    @Execution(ExecutionMode.SAME_THREAD)
    void one() throws Exception {
      createAndCount(kms, 1);
    }
  }

  static class OtherClass {

    @EmbeddedKms static KmsClient kms;

    @Test
    @Execution(ExecutionMode.SAME_THREAD)
    void one() throws Exception {
      createAndCount(kms, 1);
    }
  }

  @Test
  void staticFields_ofConcurrentClasses_areSeparate() {
    Samples.succeed(
        2,
        Samples.parallel(OneClass.class, OtherClass.class)
            .configurationParameter(
                "junit.jupiter.execution.parallel.mode.classes.default", "concurrent"));
  }

  abstract static class Base {
    @EmbeddedKms static KmsClient inherited;
  }

  static class OneOfBase extends Base {
    @Test
    @Execution(ExecutionMode.SAME_THREAD)
    void one() {}
  }

  static class OtherOfBase extends Base {
    @Test
    @Execution(ExecutionMode.SAME_THREAD)
    void one() {}
  }

  @Test
  void staticField_inheritedByConcurrentClasses_isRefused() {
    Samples.fail(
        "embedded-kms: "
            + Base.class.getName()
            + ".inherited is shared by all subclasses, which run concurrently. Declare a field in each"
            + " of them, or use parameters, an instance field or @Execution(SAME_THREAD)",
        Samples.parallel(OneOfBase.class, OtherOfBase.class)
            .configurationParameter(
                "junit.jupiter.execution.parallel.mode.classes.default", "concurrent"));
    Samples.succeed(
        2,
        Samples.parallel(OneOfBase.class, OtherOfBase.class)
            .configurationParameter(
                "junit.jupiter.execution.parallel.mode.classes.default", "same_thread"));
  }

  @EmbeddedKms(resetBeforeEach = false)
  static class SharedWithoutReset {

    @EmbeddedKms static KmsClient kms;

    @Test
    void one() throws Exception {
      createAndCount(kms, 2);
    }

    @Test
    void other() throws Exception {
      createAndCount(kms, 2);
    }
  }

  @Test
  void staticField_withoutReset_isSharedByConcurrentTests() {
    Samples.succeed(2, Samples.parallel(SharedWithoutReset.class));
  }

  static class SharedWithReset {

    @EmbeddedKms static KmsClient kms;

    @Test
    void one() {}

    @Test
    void other() {}
  }

  static class SharedWithResetByNestedClasses {

    @EmbeddedKms static KmsClient kms;

    @Nested
    @Execution(ExecutionMode.CONCURRENT)
    class Within {

      @Test
      @Execution(ExecutionMode.SAME_THREAD)
      void one() {}
    }
  }

  @Execution(ExecutionMode.SAME_THREAD)
  static class SharedInTurns {

    @EmbeddedKms static KmsClient kms;

    @Test
    @Execution(ExecutionMode.SAME_THREAD)
    void one() {
      assertThat(kms.listKeys(b -> {}).keys()).isEmpty();
    }
  }

  @Test
  void sharedField_withReset_inConcurrentTests_isRefused() {
    for (Class<?> sample :
        new Class<?>[] {
          SharedWithReset.class, SharedWithResetByNestedClasses.class, OneInstance.class
        }) {
      Samples.fail(
          "embedded-kms: the provider of "
              + sample.getName()
              + " would be reset while other tests use it, since they run concurrently. Inject"
              + " it into parameters of the tests, or into instance fields if each test has its own"
              + " instance, or use @EmbeddedKms(resetBeforeEach = false) or @Execution(SAME_THREAD)",
          Samples.parallel(sample));
    }
    Samples.succeed(1, Samples.parallel(SharedInTurns.class));
  }

  @Test
  void staticField_withReset_withoutParallelExecution_isAccepted() {
    Samples.succeed(1, SharedWithResetByNestedClasses.class);
  }

  @Execution(ExecutionMode.CONCURRENT)
  @TestInstance(TestInstance.Lifecycle.PER_CLASS)
  static class OneInstance {

    @EmbeddedKms KmsClient kms;

    @Test
    void one() {}
  }

  @EmbeddedKms(resetBeforeEach = false)
  @Execution(ExecutionMode.CONCURRENT)
  @TestInstance(TestInstance.Lifecycle.PER_CLASS)
  static class OneInstanceWithoutReset {

    @EmbeddedKms KmsClient kms;

    @Test
    void one() throws Exception {
      createAndCount(kms, 2);
    }

    @Test
    void other() throws Exception {
      createAndCount(kms, 2);
    }
  }

  @Test
  void instanceField_withoutReset_isSharedByConcurrentTests() {
    Samples.succeed(2, Samples.parallel(OneInstanceWithoutReset.class));
  }

  @EmbeddedKms
  @Execution(ExecutionMode.CONCURRENT)
  @TestInstance(TestInstance.Lifecycle.PER_CLASS)
  static class ParametersOfOneInstance {

    @Test
    void one(KmsClient kms) throws Exception {
      createAndCount(kms, 1);
    }

    @Test
    void other(KmsClient kms) throws Exception {
      createAndCount(kms, 1);
    }
  }

  @Test
  void parameters_ofAnInstanceSharedByConcurrentTests_areSeparate() {
    Samples.succeed(2, Samples.parallel(ParametersOfOneInstance.class));
  }
}
