package io.github.embeddedkms.junit;

import java.lang.reflect.Field;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Refuses what tests that run at the same time would take from each other. */
final class Concurrency {

  private static final String PARALLEL = "junit.jupiter.execution.parallel.enabled";

  private Concurrency() {}

  /** No other test of a provider runs while it is reset before this one. */
  static void requireNone(ExtensionContext test, ProviderResource provider) {
    if (isPossible(test, provider.owner())) {
      throw new ExtensionConfigurationException(
          "embedded-kms: the provider of "
              + provider.owner().getRequiredTestClass().getName()
              + " would be reset while other tests use it, since they run concurrently. Take it by"
              + " parameters of the tests or by instance fields, so that each test has its own, or"
              + " say @EmbeddedKms(resetBeforeEach = false), or @Execution(SAME_THREAD)");
    }
  }

  /** No other class that inherits the field runs while it is this one's. */
  static void requireNone(ExtensionContext testClass, Field staticField) {
    boolean inherited = staticField.getDeclaringClass() != testClass.getRequiredTestClass();
    if (inherited && isPossible(testClass, testClass.getRoot())) {
      throw new ExtensionConfigurationException(
          "embedded-kms: "
              + Registration.nameOf(staticField)
              + " is one field for all subclasses, which run concurrently. Declare one in each of"
              + " them, or take parameters or an instance field, or say @Execution(SAME_THREAD)");
    }
  }

  /** No other test sees the instance while its fields are this test's. */
  static void requireNone(ExtensionContext test, Object instance) {
    ExtensionContext sharing = sharing(test, instance);
    if (sharing != null && isPossible(test, sharing)) {
      throw new ExtensionConfigurationException(
          "embedded-kms: the fields of "
              + instance.getClass().getName()
              + " cannot be injected: its one instance (PER_CLASS) is shared by tests that run"
              + " concurrently. Take parameters instead, or say @Execution(SAME_THREAD)");
    }
  }

  /** Whether tests within one context may run at the same time as this one. */
  private static boolean isPossible(ExtensionContext test, ExtensionContext within) {
    // Without this, a mode may be declared and means nothing.
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

  /** The outermost class all of whose tests see this instance, if there is more than one test. */
  private static @Nullable ExtensionContext sharing(ExtensionContext test, Object instance) {
    ExtensionContext found = null;
    for (Optional<ExtensionContext> c = test.getParent(); c.isPresent(); c = c.get().getParent()) {
      ExtensionContext context = c.get();
      boolean isClass = context.getTestMethod().isEmpty();
      // An instance of a nested class that is shared shares those around it.
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
