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
 * Which of two extensions acts: where a test class registers one, an annotation on a field or a
 * method brings a second one along, which then has nothing to do.
 */
final class Registration {

  private Registration() {}

  /** The fields by which a class registers extensions of this kind. */
  static List<Field> fieldsOf(Class<?> testClass) {
    return AnnotationSupport.findAnnotatedFields(
        testClass,
        RegisterExtension.class,
        field -> EmbeddedKmsExtension.class.isAssignableFrom(field.getType()),
        HierarchyTraversalMode.TOP_DOWN);
  }

  static boolean acts(EmbeddedKmsExtension extension, ExtensionContext context) {
    Set<Field> fields = new LinkedHashSet<>();
    Scope.testClasses(context).forEach(testClass -> fields.addAll(fieldsOf(testClass)));
    if (fields.isEmpty()) {
      return true;
    }
    if (fields.size() > 1) {
      throw new ExtensionConfigurationException(
          "embedded-kms: one EmbeddedKmsExtension is enough, and there are "
              + fields.stream().map(Registration::nameOf).collect(Collectors.joining(", ")));
    }
    Field field = fields.iterator().next();
    return registered(field, context).filter(value -> value == extension).isPresent();
  }

  /** A static field would stay null if the extension comes only with the instance. */
  static void requireStatic(ExtensionContext context) {
    for (Field field : fieldsOf(context.getRequiredTestClass())) {
      if (!Modifier.isStatic(field.getModifiers())) {
        throw new ExtensionConfigurationException(
            "embedded-kms: for static fields to be injected, "
                + nameOf(field)
                + " has to be static too");
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
