package io.github.embeddedkms.constraint;

import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedType;
import org.jspecify.annotations.Nullable;

/** Finds the constraint of a member, as its type declares it. */
public final class DeclaredConstraint {

  private DeclaredConstraint() {}

  /**
   * Finds an annotation on the type, or on one of its annotations, which is a named shape.
   *
   * @param wanted the class of the annotation
   * @param type the type of a record component, or of its elements
   * @param <A> the type of the annotation
   * @return the annotation, null if there is none
   */
  public static <A extends Annotation> @Nullable A find(Class<A> wanted, AnnotatedType type) {
    A direct = type.getAnnotation(wanted);
    if (direct != null) {
      return direct;
    }
    for (Annotation shape : type.getAnnotations()) {
      A declared = shape.annotationType().getAnnotation(wanted);
      if (declared != null) {
        return declared;
      }
    }
    return null;
  }
}
