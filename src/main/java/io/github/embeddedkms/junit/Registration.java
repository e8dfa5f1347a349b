package io.github.embeddedkms.junit;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.platform.commons.support.AnnotationSupport;
import org.junit.platform.commons.support.HierarchyTraversalMode;
import org.junit.platform.commons.support.ReflectionSupport;

/**
 * Decides which of two extensions is active. If a test class registers an extension, an annotation
 * on a field or a method registers a second one, which then does nothing.
 */
final class Registration {

  private Registration() {}

  /** Returns the fields through which a class registers extensions of this kind. */
  static List<Field> fieldsOf(Class<?> testClass) {
    return AnnotationSupport.findAnnotatedFields(
        testClass,
        RegisterExtension.class,
        field -> EmbeddedKmsExtension.class.isAssignableFrom(field.getType()),
        HierarchyTraversalMode.TOP_DOWN);
  }

  static boolean isActive(EmbeddedKmsExtension extension, ExtensionContext context) {
    Set<Field> fields = new LinkedHashSet<>();
    Scope.testClasses(context).forEach(testClass -> fields.addAll(fieldsOf(testClass)));
    if (fields.isEmpty()) {
      return true;
    }
    if (fields.size() > 1) {
      throw new ExtensionConfigurationException(
          "embedded-kms: register only one EmbeddedKmsExtension; there are "
              + fields.stream().map(Registration::nameOf).collect(Collectors.joining(", ")));
    }
    Field field = fields.iterator().next();
    return registered(field, context).filter(value -> value == extension).isPresent();
  }

  /**
   * Requires a static registration: otherwise static fields would stay null, since the extension
   * would be registered only with the instance.
   */
  static void requireStatic(ExtensionContext context) {
    for (Field field : fieldsOf(context.getRequiredTestClass())) {
      if (!Modifier.isStatic(field.getModifiers())) {
        throw new ExtensionConfigurationException(
            "embedded-kms: for static fields to be injected, "
                + nameOf(field)
                + " must be static too");
      }
    }
  }

  static String nameOf(Field field) {
    return field.getDeclaringClass().getName() + "." + field.getName();
  }

  private static Optional<Object> registered(Field field, ExtensionContext context) {
    if (Modifier.isStatic(field.getModifiers())) {
      return ReflectionSupport.tryToReadFieldValue(field, null).toOptional();
    }
    return context
        .getTestInstances()
        .flatMap(instances -> instances.findInstance(field.getDeclaringClass()))
        .flatMap(i -> ReflectionSupport.tryToReadFieldValue(field, i).toOptional());
  }
}
