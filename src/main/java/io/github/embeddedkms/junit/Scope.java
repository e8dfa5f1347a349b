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
 * What says that there is a provider, and how it is to be: a method or class with the annotation, a
 * class that registers the extension, or else the outermost class, if only fields are annotated.
 *
 * @param element the method or class; providers are stored under it
 * @param testClass the class that resources are sought from
 * @param settings how the provider is to be
 */
record Scope(AnnotatedElement element, Class<?> testClass, Settings settings) {

  /** The scopes around a test or a class, the nearest first; that one is what it sees. */
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
                + " has both @EmbeddedKms and an EmbeddedKmsExtension; one of them is enough");
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

  /** The test class and those it is nested in, the innermost first. */
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
