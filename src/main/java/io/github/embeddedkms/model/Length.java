package io.github.embeddedkms.model;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The allowed length of a member: characters (UTF-16 code units) of a string, bytes of binary data,
 * or elements of a list. An absent member satisfies this constraint.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE_USE, ElementType.ANNOTATION_TYPE})
public @interface Length {

  /**
   * Returns the minimum length.
   *
   * @return 0 or more
   */
  int min() default 0;

  /**
   * Returns the maximum length.
   *
   * @return {@link #min()} or more
   */
  int max();
}
