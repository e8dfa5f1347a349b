package io.github.embeddedkms.junit;

import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Parameter;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;

/**
 * Recognizes parameters that belong to the resolver of another library: of Spring, a container for
 * CDI, or Mockito. JUnit refuses a parameter that two resolvers support. All names are strings,
 * since none of these libraries is a dependency.
 */
final class OtherResolvers {

  /** Annotations of parameters, or annotations of such annotations. */
  private static final Set<String> ON_PARAMETERS =
      Set.of(
          "org.springframework.beans.factory.annotation.Autowired",
          "org.springframework.beans.factory.annotation.Qualifier",
          "org.springframework.beans.factory.annotation.Value",
          "org.springframework.test.context.bean.override.BeanOverride",
          "jakarta.inject.Inject",
          "jakarta.inject.Named",
          "jakarta.inject.Qualifier",
          "javax.inject.Inject",
          "javax.inject.Named",
          "javax.inject.Qualifier",
          "org.eclipse.microprofile.config.inject.ConfigProperty",
          "org.mockito.Mock");

  /** Annotations of a constructor all of whose parameters are injected. */
  private static final Set<String> ON_CONSTRUCTORS =
      Set.of(
          "org.springframework.beans.factory.annotation.Autowired",
          "jakarta.inject.Inject",
          "javax.inject.Inject");

  private static final String SPRING_EXTENSION =
      "org.springframework.test.context.junit.jupiter.SpringExtension";
  private static final String TEST_CONSTRUCTOR = "org.springframework.test.context.TestConstructor";

  /** The JUnit parameter or system property with the mode of classes without the annotation. */
  private static final String AUTOWIRE_MODE = "spring.test.constructor.autowire.mode";

  private OtherResolvers() {}

  /** Returns whether another library resolves this parameter of a test class. */
  static boolean resolve(Parameter parameter, ExtensionContext context) {
    Executable executable = parameter.getDeclaringExecutable();
    return isAnnotated(parameter)
        || (executable instanceof Constructor<?>
            && (hasAnnotation(executable, ON_CONSTRUCTORS) || isAutowiredBySpring(context)));
  }

  /** Returns whether the parameter itself is annotated for another library. */
  static boolean isAnnotated(Parameter parameter) {
    return hasAnnotation(parameter, ON_PARAMETERS);
  }

  /** Returns whether Spring resolves all constructor parameters of the test class. */
  private static boolean isAutowiredBySpring(ExtensionContext context) {
    if (Scope.testClasses(context).stream().noneMatch(OtherResolvers::hasSpringExtension)) {
      return false;
    }
    // The nearest annotation decides, as in Spring: the class's, or that of an enclosing class.
    return Scope.testClasses(context).stream()
        .flatMap(testClass -> mode(testClass).stream())
        .findFirst()
        .or(() -> context.getConfigurationParameter(AUTOWIRE_MODE))
        .filter("ALL"::equalsIgnoreCase)
        .isPresent();
  }

  private static boolean hasSpringExtension(Class<?> testClass) {
    return AnnotationSupport.findRepeatableAnnotations(testClass, ExtendWith.class).stream()
        .flatMap(annotation -> Arrays.stream(annotation.value()))
        .anyMatch(extension -> extension.getName().equals(SPRING_EXTENSION));
  }

  private static Optional<String> mode(Class<?> testClass) {
    for (Class<?> c = testClass; c != null; c = c.getSuperclass()) {
      Optional<Annotation> annotation = find(c, Set.of(TEST_CONSTRUCTOR), new HashSet<>());
      if (annotation.isPresent()) {
        return annotation.map(OtherResolvers::modeOf);
      }
    }
    return Optional.empty();
  }

  private static String modeOf(Annotation testConstructor) {
    try {
      return String.valueOf(
          testConstructor.annotationType().getMethod("autowireMode").invoke(testConstructor));
    } catch (ReflectiveOperationException e) {
      // Without a mode that can be read, Spring resolves annotated parameters only.
      return "ANNOTATED";
    }
  }

  private static boolean hasAnnotation(AnnotatedElement element, Set<String> names) {
    return find(element, names, new HashSet<>()).isPresent();
  }

  /** Finds an annotation by name, on the element or on its annotations, at any depth. */
  private static Optional<Annotation> find(
      AnnotatedElement element, Set<String> names, Set<Class<?>> visited) {
    return Stream.of(element.getDeclaredAnnotations())
        .filter(annotation -> visited.add(annotation.annotationType()))
        .flatMap(
            annotation ->
                names.contains(annotation.annotationType().getName())
                    ? Stream.of(annotation)
                    : find(annotation.annotationType(), names, visited).stream())
        .findFirst();
  }
}
