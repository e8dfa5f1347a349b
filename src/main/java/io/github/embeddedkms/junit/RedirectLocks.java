package io.github.embeddedkms.junit;

import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.parallel.ResourceLocksProvider;
import org.junit.jupiter.api.parallel.Resources;
import org.junit.platform.commons.support.AnnotationSupport;

/**
 * Locks the system properties while a class with redirected clients runs, so that such classes run
 * in turn. JUnit creates it, from 5.12 on. Not for use by applications.
 */
public final class RedirectLocks implements ResourceLocksProvider {

  /** Creates the provider, for JUnit. */
  public RedirectLocks() {}

  @Override
  public Set<Lock> provideForClass(Class<?> testClass) {
    return locks(testClass);
  }

  @Override
  public Set<Lock> provideForNestedClass(
      List<Class<?>> enclosingInstanceTypes, Class<?> testClass) {
    return locks(testClass);
  }

  @Override
  public Set<Lock> provideForMethod(
      List<Class<?>> enclosingInstanceTypes, Class<?> testClass, Method testMethod) {
    return Set.of();
  }

  private static Set<Lock> locks(AnnotatedElement testClass) {
    return AnnotationSupport.findAnnotation(testClass, EmbeddedKms.class)
        .filter(EmbeddedKms::redirect)
        .map(annotation -> Set.of(new Lock(Resources.SYSTEM_PROPERTIES)))
        .orElse(Set.of());
  }
}
