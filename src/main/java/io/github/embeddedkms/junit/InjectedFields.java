package io.github.embeddedkms.junit;

import java.lang.reflect.Field;
import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;
import org.junit.platform.commons.support.HierarchyTraversalMode;

/**
 * The fields that are injected for one test or one class. They are set to null again when its
 * context ends, so that the next test or subclass finds them unassigned. Used by one thread.
 */
// JUnit before 5.13 closes a CloseableResource, later versions close an AutoCloseable.
@SuppressWarnings("deprecation")
final class InjectedFields implements ExtensionContext.Store.CloseableResource, AutoCloseable {

  private record Assigned(Field field, @Nullable Object instance) {}

  private final @Nullable InjectedFields ofEnclosingContext;
  private final List<Assigned> assigned = new ArrayList<>();

  InjectedFields(@Nullable InjectedFields ofEnclosingContext) {
    this.ofEnclosingContext = ofEnclosingContext;
  }

  /** Returns whether fields of an instance have been injected, for this or an enclosing context. */
  boolean haveInjected(Object instance) {
    return assigned.stream().anyMatch(one -> one.instance() == instance)
        || (ofEnclosingContext != null && ofEnclosingContext.haveInjected(instance));
  }

  static List<Field> staticOf(Class<?> testClass) {
    return AnnotationSupport.findAnnotatedFields(
        testClass,
        EmbeddedKms.class,
        field -> Modifier.isStatic(field.getModifiers()),
        HierarchyTraversalMode.TOP_DOWN);
  }

  static List<Field> ofInstance(Class<?> testClass) {
    return AnnotationSupport.findAnnotatedFields(
        testClass,
        EmbeddedKms.class,
        field -> !Modifier.isStatic(field.getModifiers()),
        HierarchyTraversalMode.TOP_DOWN);
  }

  /** Injects a field. The field is checked before a provider is created. */
  void inject(Field field, @Nullable Object instance, Supplier<ProviderResource> provider) {
    Injectable type =
        Injectable.of(field.getType())
            .orElseThrow(
                () ->
                    refused(
                        field, "cannot be injected; the types that can are " + Injectable.types()));
    if (Modifier.isFinal(field.getModifiers())) {
      throw refused(field, "is final");
    }
    Optional<EmbeddedKms> annotation = AnnotationSupport.findAnnotation(field, EmbeddedKms.class);
    if (!annotation.map(Settings::of).equals(Optional.of(Settings.DEFAULT))) {
      throw refused(
          field, "has attributes in its annotation, which belong on the class or the method");
    }
    try {
      field.setAccessible(true);
      if (field.get(instance) != null) {
        throw refused(field, "is already assigned");
      }
      field.set(instance, provider.get().get(type));
      assigned.add(new Assigned(field, instance));
    } catch (InaccessibleObjectException | IllegalAccessException e) {
      throw new ExtensionConfigurationException(
          refused(field, "is not accessible").getMessage(), e);
    }
  }

  private static ExtensionConfigurationException refused(Field field, String why) {
    return new ExtensionConfigurationException(
        "embedded-kms: " + Registration.nameOf(field) + " " + why);
  }

  @Override
  public void close() throws IllegalAccessException {
    for (Assigned one : assigned) {
      one.field().set(one.instance(), null);
    }
  }
}
