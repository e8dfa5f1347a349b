package io.github.embeddedkms.junit;

import java.lang.reflect.Field;
import java.util.Optional;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.platform.commons.support.ReflectionSupport;

/** Refuses configurations in which concurrent tests would interfere with each other. */
final class Concurrency {

  private static final String PARALLEL = "junit.jupiter.execution.parallel.enabled";
  private static final String LOCKS_PROVIDER =
      "org.junit.jupiter.api.parallel.ResourceLocksProvider";

  private Concurrency() {}

  /** Requires that no other test uses a provider while it is reset before this test. */
  static void requireNone(ExtensionContext test, ProviderResource provider) {
    if (isPossible(test, provider.owner())) {
      throw new ExtensionConfigurationException(
          "embedded-kms: the provider of "
              + provider.owner().getRequiredTestClass().getName()
              + " would be reset while other tests use it, since they run concurrently. Inject"
              + " it into parameters of the tests, or into instance fields if each test has its own"
              + " instance, or use @EmbeddedKms(resetBeforeEach = false) or @Execution(SAME_THREAD)");
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

  /** Requires a JUnit that can make classes with redirected clients run in turn. */
  static void requireResourceLocks(ExtensionContext testClass) {
    if (isEnabled(testClass)
        && ReflectionSupport.tryToLoadClass(LOCKS_PROVIDER).toOptional().isEmpty()) {
      throw new ExtensionConfigurationException(
          "embedded-kms: redirect = true with parallel execution requires JUnit 5.12 or newer");
    }
  }

  /** Returns whether tests within a context may run at the same time as this test. */
  private static boolean isPossible(ExtensionContext test, ExtensionContext within) {
    // If parallel execution is disabled, declared modes have no effect.
    if (!isEnabled(test)) {
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

  private static boolean isEnabled(ExtensionContext context) {
    return context.getConfigurationParameter(PARALLEL).map(Boolean::parseBoolean).orElse(false);
  }
}
