package io.github.embeddedkms.junit;

import java.lang.reflect.Field;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Refuses configurations in which concurrent tests would interfere with each other. */
final class Concurrency {

  private static final String PARALLEL = "junit.jupiter.execution.parallel.enabled";

  private Concurrency() {}

  /** Requires that no other test uses a provider while it is reset before this test. */
  static void requireNone(ExtensionContext test, ProviderResource provider) {
    if (isPossible(test, provider.owner())) {
      throw new ExtensionConfigurationException(
          "embedded-kms: the provider of "
              + provider.owner().getRequiredTestClass().getName()
              + " would be reset while other tests use it, since they run concurrently. Inject"
              + " it into parameters of the tests or instance fields, so that each test has its"
              + " own, or use @EmbeddedKms(resetBeforeEach = false) or @Execution(SAME_THREAD)");
    }
  }

  /**
   * Requires that no other class inheriting the field runs while the field is injected for this
   * class.
   */
  static void requireNone(ExtensionContext testClass, Field staticField) {
    boolean inherited = staticField.getDeclaringClass() != testClass.getRequiredTestClass();
    if (inherited && isPossible(testClass, testClass.getRoot())) {
      throw new ExtensionConfigurationException(
          "embedded-kms: "
              + Registration.nameOf(staticField)
              + " is shared by all subclasses, which run concurrently. Declare a field in each"
              + " of them, or use parameters, an instance field or @Execution(SAME_THREAD)");
    }
  }

  /** Requires that no other test sees the instance while its fields are injected for this test. */
  static void requireNone(ExtensionContext test, Object instance) {
    ExtensionContext sharing = sharing(test, instance);
    if (sharing != null && isPossible(test, sharing)) {
      throw new ExtensionConfigurationException(
          "embedded-kms: the fields of "
              + instance.getClass().getName()
              + " cannot be injected: its only instance (PER_CLASS) is shared by tests that run"
              + " concurrently. Use parameters instead, or @Execution(SAME_THREAD)");
    }
  }

  /** Returns whether tests within a context may run at the same time as this test. */
  private static boolean isPossible(ExtensionContext test, ExtensionContext within) {
    // If parallel execution is disabled, declared modes have no effect.
    if (!test.getConfigurationParameter(PARALLEL).map(Boolean::parseBoolean).orElse(false)) {
      return false;
    }
    ExtensionContext context = test;
    while (!context.getUniqueId().equals(within.getUniqueId())) {
      if (context.getExecutionMode() == ExecutionMode.CONCURRENT) {
        return true;
      }
      Optional<ExtensionContext> parent = context.getParent();
      if (parent.isEmpty()) {
        return false;
      }
      context = parent.get();
    }
    return false;
  }

  /**
   * Returns the outermost class whose tests all see this instance, or null if only one test sees
   * it.
   */
  private static @Nullable ExtensionContext sharing(ExtensionContext test, Object instance) {
    ExtensionContext found = null;
    for (Optional<ExtensionContext> c = test.getParent(); c.isPresent(); c = c.get().getParent()) {
      ExtensionContext context = c.get();
      boolean isClass = context.getTestMethod().isEmpty();
      // A shared instance of a nested class also shares the enclosing instances.
      if (isClass && context.getTestInstanceLifecycle().equals(Optional.of(Lifecycle.PER_CLASS))) {
        found = context;
      }
      if (isClass && context.getTestClass().equals(Optional.of(instance.getClass()))) {
        return found;
      }
    }
    return found;
  }
}
