package io.github.embeddedkms.junit;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.embeddedkms.KmsClient;
import io.github.embeddedkms.authorization.Identities;
import io.github.embeddedkms.authorization.Identity;
import io.github.embeddedkms.exception.AccessDeniedException;
import io.github.embeddedkms.local.LocalKeyProvider;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.extension.TestInstancePostProcessor;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.testkit.engine.EngineTestKit;

/** What a user sees of refused calls, when a test with the annotation fails. */
class RefusalReportTest {

  /** No principal has an identity policy. */
  static final class NoPolicies implements Identities {
    @Override
    public Identity of(String principal) {
      return Identity.none();
    }
  }

  private static final CyclicBarrier TWO = new CyclicBarrier(2);

  @BeforeEach
  void resetBarrier() {
    TWO.reset();
  }

  private static KmsClient as(LocalKeyProvider kms, String user) {
    return kms.client(kms.defaultCaller().actingAs("arn:aws:iam::000000000000:user/" + user));
  }

  private static String denied(String action, String user) {
    return "DENIED kms:" + action + " on * for arn:aws:iam::000000000000:user/" + user + "\n";
  }

  /** Makes a call that is refused, and continues as an application with a fallback would. */
  private static void refuse(LocalKeyProvider kms, String user) {
    try {
      as(kms, user).listKeys(b -> {});
    } catch (AccessDeniedException expected) {
      return;
    }
    throw new IllegalStateException("not refused");
  }

  /** Returns what is printed below the failure of each test, by its display name. */
  private static Map<String, List<String>> printed(EngineTestKit.Builder kit) {
    return kit.execute().allEvents().failed().stream()
        .collect(
            Collectors.toMap(
                event -> event.getTestDescriptor().getDisplayName(),
                event ->
                    event
                        .getRequiredPayload(TestExecutionResult.class)
                        .getThrowable()
                        .map(Throwable::getSuppressed)
                        .map(suppressed -> Stream.of(suppressed).map(Throwable::getMessage))
                        .orElseThrow()
                        .toList()));
  }

  private static Map<String, List<String>> printed(Class<?> sample) {
    return printed(Samples.kit(sample));
  }

  private static void assertOne(List<String> printed, String explanation) {
    assertThat(printed).hasSize(1);
    assertThat(printed.get(0)).startsWith("a call was refused in this test\n" + explanation);
  }

  @EmbeddedKms(identities = NoPolicies.class)
  static class Factory {

    @TestFactory
    List<DynamicTest> orders(LocalKeyProvider kms) {
      return List.of(
          DynamicTest.dynamicTest(
              "fails",
              () -> {
                refuse(kms, "alice");
                throw new AssertionError("no orders");
              }),
          DynamicTest.dynamicTest("succeeds", () -> refuse(kms, "bob")));
    }
  }

  @Test
  void testOfAFactory_fails_showsItsRefusal() {
    Map<String, List<String>> printed = printed(Factory.class);
    assertThat(printed).containsOnlyKeys("fails");
    assertOne(printed.get("fails"), denied("ListKeys", "alice"));
  }

  /** The annotation registers a second extension, which is not active. */
  static class FactoryWithTwoExtensions {

    @RegisterExtension final EmbeddedKmsExtension extension = new EmbeddedKmsExtension();

    @TestFactory
    @EmbeddedKms(identities = NoPolicies.class)
    DynamicTest orders(LocalKeyProvider kms) {
      return DynamicTest.dynamicTest(
          "fails",
          () -> {
            refuse(kms, "alice");
            throw new AssertionError("no orders");
          });
    }
  }

  @Test
  void testOfAFactory_withTwoExtensions_showsItsRefusalOnce() {
    assertOne(printed(FactoryWithTwoExtensions.class).get("fails"), denied("ListKeys", "alice"));
  }

  @EmbeddedKms(identities = NoPolicies.class)
  static class OwnProviders {

    @Test
    void fails(LocalKeyProvider kms) {
      refuse(kms, "alice");
      throw new AssertionError("no orders");
    }

    @Test
    void succeeds(LocalKeyProvider kms) {
      refuse(kms, "bob");
    }

    @Test
    void failsWithoutRefusal(LocalKeyProvider kms) {
      throw new AssertionError("no orders");
    }

    @Test
    void throwsTheRefusal(LocalKeyProvider kms) {
      as(kms, "carol").listKeys(b -> {});
    }
  }

  @Test
  void failedTest_showsItsRefusals_andNoOthers() {
    Map<String, List<String>> printed = printed(OwnProviders.class);
    assertThat(printed.keySet())
        .containsExactlyInAnyOrder(
            "fails(LocalKeyProvider)",
            "failsWithoutRefusal(LocalKeyProvider)",
            "throwsTheRefusal(LocalKeyProvider)");
    assertOne(printed.get("fails(LocalKeyProvider)"), denied("ListKeys", "alice"));
    assertOne(printed.get("throwsTheRefusal(LocalKeyProvider)"), denied("ListKeys", "carol"));
    assertThat(printed.get("failsWithoutRefusal(LocalKeyProvider)")).isEmpty();
  }

  @EmbeddedKms(identities = NoPolicies.class)
  static class Succeeding {

    @Test
    void succeeds(LocalKeyProvider kms) {
      refuse(kms, "bob");
    }
  }

  @Test
  void succeedingTest_printsNothing() {
    PrintStream out = System.out;
    PrintStream err = System.err;
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    PrintStream printed = new PrintStream(all, true, StandardCharsets.UTF_8);
    try {
      System.setOut(printed);
      System.setErr(printed);
      Samples.succeed(1, Succeeding.class);
    } finally {
      System.setOut(out);
      System.setErr(err);
    }
    assertThat(all.toString(StandardCharsets.UTF_8)).doesNotContain("DENIED");
  }

  @EmbeddedKms(identities = NoPolicies.class)
  static class InCallbacks {

    @BeforeEach
    void before(LocalKeyProvider kms) {
      refuse(kms, "alice");
      throw new AssertionError("before");
    }

    @Test
    void one() {}
  }

  @EmbeddedKms(identities = NoPolicies.class)
  static class BeforeTheClass {

    @BeforeAll
    static void before(LocalKeyProvider kms) {
      refuse(kms, "alice");
      throw new AssertionError("before");
    }

    @Test
    void one() {}
  }

  /** As an application that is started for the instance of a test. */
  static final class Application implements TestInstancePostProcessor {
    @Override
    public void postProcessTestInstance(Object instance, ExtensionContext context) {
      refuse(ApplicationStart.kms, "alice");
      throw new IllegalStateException("cannot start");
    }
  }

  @EmbeddedKms(identities = NoPolicies.class)
  @ExtendWith(Application.class)
  static class ApplicationStart {

    @EmbeddedKms static LocalKeyProvider kms;

    @Test
    void one() {}
  }

  @EmbeddedKms(identities = NoPolicies.class)
  static class InTheConstructor {

    InTheConstructor(LocalKeyProvider kms) {
      refuse(kms, "alice");
      throw new AssertionError("constructor");
    }

    @Test
    void one() {}
  }

  @Test
  void failureBeforeTheTest_showsRefusals() {
    for (Class<?> sample :
        List.of(
            InCallbacks.class,
            BeforeTheClass.class,
            ApplicationStart.class,
            InTheConstructor.class)) {
      Map<String, List<String>> printed = printed(sample);
      assertThat(printed).as(sample.getSimpleName()).hasSize(1);
      assertOne(printed.values().iterator().next(), denied("ListKeys", "alice"));
    }
  }

  @EmbeddedKms(identities = NoPolicies.class)
  static class OneProvider {

    @EmbeddedKms static LocalKeyProvider kms;

    @Test
    void one() {
      refuse(kms, "alice");
      throw new AssertionError("one");
    }

    @Test
    void other() {
      refuse(kms, "bob");
      throw new AssertionError("other");
    }
  }

  static class RegisteredInAnInstance {

    @RegisterExtension
    final EmbeddedKmsExtension extension =
        EmbeddedKmsExtension.builder().identities(principal -> Identity.none()).build();

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"one", "other"})
    @EmbeddedKms(identities = NoPolicies.class)
    void test(String name, LocalKeyProvider kms) {
      refuse(kms, name.equals("one") ? "alice" : "bob");
      throw new AssertionError(name);
    }
  }

  @Test
  void failedTests_inTurn_showTheirOwnRefusals() {
    for (Class<?> sample : List.of(OneProvider.class, RegisteredInAnInstance.class)) {
      Map<String, List<String>> printed = printed(sample);
      assertOne(get(printed, "one"), denied("ListKeys", "alice"));
      assertOne(get(printed, "other"), denied("ListKeys", "bob"));
    }
  }

  private static List<String> get(Map<String, List<String>> printed, String name) {
    // Of a method, or of an argument, which JUnit 6 shows in quotation marks.
    return Stream.of(name, name + "()", "\"" + name + "\"")
        .filter(printed::containsKey)
        .map(printed::get)
        .findFirst()
        .orElse(List.of());
  }

  @EmbeddedKms(identities = NoPolicies.class, resetBeforeEach = false)
  @Execution(ExecutionMode.CONCURRENT)
  @TestInstance(TestInstance.Lifecycle.PER_CLASS)
  static class SharedInParallel {

    @EmbeddedKms LocalKeyProvider kms;

    private void meet(String user) throws Exception {
      TWO.await(1, TimeUnit.MINUTES);
      refuse(kms, user);
      TWO.await(1, TimeUnit.MINUTES);
      throw new AssertionError(user);
    }

    @Test
    void one() throws Exception {
      meet("alice");
    }

    @Test
    void other() throws Exception {
      meet("bob");
    }
  }

  @Test
  void failedTests_atTheSameTime_showTheirOwnRefusals() {
    Map<String, List<String>> printed = printed(Samples.parallel(SharedInParallel.class));
    assertOne(printed.get("one()"), denied("ListKeys", "alice"));
    assertOne(printed.get("other()"), denied("ListKeys", "bob"));
  }

  @Timeout(value = 1, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  static class SharedInThreadsOfTimeouts extends SharedInParallel {}

  @Test
  void failedTests_inThreadsOfTimeouts_showTheirOwnRefusals() {
    Map<String, List<String>> printed = printed(Samples.parallel(SharedInThreadsOfTimeouts.class));
    assertOne(printed.get("one()"), denied("ListKeys", "alice"));
    assertOne(printed.get("other()"), denied("ListKeys", "bob"));
  }
}
