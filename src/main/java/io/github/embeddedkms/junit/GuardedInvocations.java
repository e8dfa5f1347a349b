package io.github.embeddedkms.junit;

import java.lang.reflect.Method;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.DynamicTestInvocationContext;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;

/**
 * Lets the threads that run the parts of a test count as threads of the test: they cannot call AWS,
 * and refusals in them belong to the test. They can be other threads than that of the callbacks: a
 * {@code @Timeout} can run a method in a separate thread, and tests of a factory can run in
 * parallel. JUnit calls the interceptor of {@code @Timeout} first, so that this one runs in the
 * same thread as the method.
 */
interface GuardedInvocations extends InvocationInterceptor {

  @Override
  default void interceptBeforeEachMethod(
      Invocation<@Nullable Void> invocation,
      ReflectiveInvocationContext<Method> method,
      ExtensionContext context)
      throws Throwable {
    run(invocation, context);
  }

  @Override
  default void interceptTestMethod(
      Invocation<@Nullable Void> invocation,
      ReflectiveInvocationContext<Method> method,
      ExtensionContext context)
      throws Throwable {
    run(invocation, context);
  }

  @Override
  default void interceptTestTemplateMethod(
      Invocation<@Nullable Void> invocation,
      ReflectiveInvocationContext<Method> method,
      ExtensionContext context)
      throws Throwable {
    run(invocation, context);
  }

  @Override
  default <T> T interceptTestFactoryMethod(
      Invocation<T> invocation,
      ReflectiveInvocationContext<Method> method,
      ExtensionContext context)
      throws Throwable {
    return run(invocation, context);
  }

  /** Also shows the refusals: watchers do not learn of the tests of a factory. */
  @Override
  default void interceptDynamicTest(
      Invocation<@Nullable Void> invocation,
      DynamicTestInvocationContext dynamicTest,
      ExtensionContext context)
      throws Throwable {
    try {
      run(invocation, context);
    } catch (Throwable e) {
      RefusalsOfTest refusals = RefusalsOfTest.of(context);
      if (refusals != null) {
        refusals.addTo(e);
      }
      throw e;
    }
  }

  @Override
  default void interceptAfterEachMethod(
      Invocation<@Nullable Void> invocation,
      ReflectiveInvocationContext<Method> method,
      ExtensionContext context)
      throws Throwable {
    run(invocation, context);
  }

  private static <T extends @Nullable Object> T run(
      Invocation<T> invocation, ExtensionContext context) throws Throwable {
    RefusalsOfTest refusals = RefusalsOfTest.of(context);
    if (refusals == null) {
      // Another extension is active.
      return invocation.proceed();
    }
    boolean isOtherThread = refusals.addThread();
    AwsCalls.beginTest();
    try {
      return invocation.proceed();
    } finally {
      AwsCalls.endTest();
      if (isOtherThread) {
        refusals.removeThread();
      }
    }
  }
}
