package io.github.embeddedkms.junit;

import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;

/**
 * The element that declares a provider and its settings: a method or class with the annotation, a
 * class that registers the extension, or the outermost class if only fields are annotated.
 *
 * @param element the method or class, which is the key of the stored provider
 * @param testClass the class that resources are relative to
 * @param settings the settings of the provider
 */
record Scope(AnnotatedElement element, Class<?> testClass, Settings settings) {

  /**
   * Returns the scopes around a test or a class, the nearest first. The test or class uses the
   * nearest.
   */
  static List<Scope> around(ExtensionContext context, Settings ofExtension) {
    List<Scope> scopes = new ArrayList<>();
    if (context.getTestMethod().isPresent()) {
      Method method = context.getRequiredTestMethod();
      annotationOn(method)
          .map(a -> new Scope(method, context.getRequiredTestClass(), Settings.of(a)))
          .ifPresent(scopes::add);
    }
    Class<?> outermost = context.getRequiredTestClass();
    for (Class<?> testClass : testClasses(context)) {
      boolean registers = !Registration.fieldsOf(testClass).isEmpty();
      Optional<EmbeddedKms> annotation = annotationOn(testClass);
      if (registers && annotation.isPresent()) {
        throw new ExtensionConfigurationException(
            "embedded-kms: "
                + testClass.getName()
                + " has both @EmbeddedKms and an EmbeddedKmsExtension; use only one of them");
      }
      annotation
          .map(Settings::of)
          .or(() -> registers ? Optional.of(ofExtension) : Optional.empty())
          .map(settings -> new Scope(testClass, testClass, settings))
          .ifPresent(scopes::add);
      outermost = testClass;
    }
    if (scopes.isEmpty()) {
      scopes.add(new Scope(outermost, outermost, ofExtension));
    }
    return scopes;
  }

  /**
   * Returns the context of the element, around or equal to a context inside it. A parameterized or
   * repeated method has a context around those of its invocations, all with the same element.
   */
  ExtensionContext contextOfElement(ExtensionContext inside) {
    ExtensionContext owner = inside;
    while (!isFor(owner)) {
      owner = owner.getParent().orElseThrow();
    }
    Optional<ExtensionContext> around = owner.getParent();
    while (around.isPresent() && isFor(around.get())) {
      owner = around.get();
      around = owner.getParent();
    }
    return owner;
  }

  private boolean isFor(ExtensionContext context) {
    return context.getElement().equals(Optional.of(element));
  }

  /** Returns the test class and its enclosing classes, the innermost first. */
  static Set<Class<?>> testClasses(ExtensionContext context) {
    Set<Class<?>> classes = new LinkedHashSet<>();
    for (Optional<ExtensionContext> c = Optional.of(context); c.isPresent(); ) {
      c.get().getTestClass().ifPresent(classes::add);
      c = c.get().getParent();
    }
    return classes;
  }

  private static Optional<EmbeddedKms> annotationOn(AnnotatedElement element) {
    return AnnotationSupport.findAnnotation(element, EmbeddedKms.class);
  }
}
