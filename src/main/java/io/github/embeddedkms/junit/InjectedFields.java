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

  private record Assigned(
      Field field, @Nullable Object instance, Class<?> testClass, ProviderResource provider) {}

  private final Class<?> testClass;
  private final @Nullable InjectedFields ofEnclosingContext;
  private final List<Assigned> assigned = new ArrayList<>();

  /**
   * Creates an empty list.
   *
   * @param testClass the class, or that of the test
   * @param ofEnclosingContext the fields of the class around it, or of the class of the test
   */
  InjectedFields(Class<?> testClass, @Nullable InjectedFields ofEnclosingContext) {
    this.testClass = testClass;
    this.ofEnclosingContext = ofEnclosingContext;
  }

  /** Returns whether fields of an instance have been injected, for this or an enclosing context. */
  boolean haveInjected(Object instance) {
    return assigned.stream().anyMatch(one -> one.instance() == instance)
        || (ofEnclosingContext != null && ofEnclosingContext.haveInjected(instance));
  }

  /**
   * Returns whether a static field is injected for an enclosing class, which inherits it too. Then
   * it stays as it is, since both classes use one provider.
   */
  boolean isSharedWithEnclosingClass(Field field, ProviderResource provider) {
    Assigned known = ofEnclosingContext == null ? null : ofEnclosingContext.find(field);
    if (known != null && known.provider() != provider) {
      throw refused(
          field,
          "is assigned for the enclosing class "
              + known.testClass().getName()
              + ", and "
              + testClass.getName()
              + " has its own provider. Use parameters or an instance field instead");
    }
    return known != null;
  }

  private @Nullable Assigned find(Field staticField) {
    for (Assigned one : assigned) {
      if (one.field().equals(staticField)) {
        return one;
      }
    }
    return ofEnclosingContext == null ? null : ofEnclosingContext.find(staticField);
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
      ProviderResource source = provider.get();
      field.set(instance, source.get(type));
      assigned.add(new Assigned(field, instance, testClass, source));
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
