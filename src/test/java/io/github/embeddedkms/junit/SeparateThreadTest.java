package io.github.embeddedkms.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import software.amazon.awssdk.auth.credentials.AnonymousCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.kms.KmsClient;

/** Tests whose methods run in other threads than the callbacks before them cannot call AWS. */
class SeparateThreadTest {

  private static final CyclicBarrier TWO = new CyclicBarrier(2);

  /** Repairs the barrier after a failed test. */
  @BeforeEach
  void resetBarrier() {
    TWO.reset();
  }

  private static void meet() throws Exception {
    TWO.await(1, TimeUnit.MINUTES);
  }

  /** Asserts that a client as an application creates it is refused. */
  private static void callAws() {
    try (KmsClient kms =
        KmsClient.builder()
            .region(Region.EU_WEST_1)
            .credentialsProvider(AnonymousCredentialsProvider.create())
            .build()) {
      assertThatExceptionOfType(SdkClientException.class)
          .isThrownBy(kms::listKeys)
          .withMessageStartingWith("embedded-kms: this test would have called AWS: ");
    }
  }

  @EmbeddedKms
  @Timeout(value = 1, unit = TimeUnit.MINUTES, threadMode = ThreadMode.SEPARATE_THREAD)
  static class Timeouts {

    private final Thread threadOfCallbacks = Thread.currentThread();

    private void requireGuardHere() {
      assertThat(Thread.currentThread()).isNotSameAs(threadOfCallbacks);
      assertThat(AwsCalls.areRefusedHere()).isTrue();
    }

    @BeforeEach
    @Timeout(value = 1, unit = TimeUnit.MINUTES, threadMode = ThreadMode.SEPARATE_THREAD)
    void before() {
      requireGuardHere();
    }

    @BeforeEach
    void beforeInTheThreadOfCallbacks() {
      assertThat(Thread.currentThread()).isSameAs(threadOfCallbacks);
      assertThat(AwsCalls.areRefusedHere()).isTrue();
    }

    @Test
    void one() {
      requireGuardHere();
      callAws();
    }

    @RepeatedTest(2)
    void many() {
      requireGuardHere();
    }

    @TestFactory
    List<DynamicTest> factory() {
      requireGuardHere();
      return List.of(dynamicTest("one", SeparateThreadTest::callAws));
    }

    @AfterEach
    void afterInTheThreadOfCallbacks() {
      assertThat(Thread.currentThread()).isSameAs(threadOfCallbacks);
      assertThat(AwsCalls.areRefusedHere()).isTrue();
    }

    @AfterEach
    @Timeout(value = 1, unit = TimeUnit.MINUTES, threadMode = ThreadMode.SEPARATE_THREAD)
    void after() {
      requireGuardHere();
    }
  }

  @Test
  void methodsInTheThreadOfATimeout_cannotCallAws() {
    Samples.succeed(4, Timeouts.class);
    assertThat(AwsCalls.areRefusedHere()).isFalse();
  }

  @EmbeddedKms
  static class ParallelFactory {

    /** Each waits for the other, so that one of them is in another thread than the factory. */
    private static void meetAndCallAws() throws Exception {
      meet();
      callAws();
    }

    @TestFactory
    List<DynamicTest> factory() {
      return List.of(
          dynamicTest("one", ParallelFactory::meetAndCallAws),
          dynamicTest("other", ParallelFactory::meetAndCallAws));
    }
  }

  @Test
  void testsOfAFactory_inParallel_cannotCallAws() {
    Samples.succeed(2, Samples.parallel(ParallelFactory.class));
  }
}
