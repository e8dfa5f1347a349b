package io.github.embeddedkms.model;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * How long a member may be: characters of a text (UTF-16 code units), bytes of binary data,
 * elements of a list. An absent member has no length and satisfies it.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE_USE, ElementType.ANNOTATION_TYPE})
public @interface Length {

  /**
   * The least length allowed.
   *
   * @return 0 or more
   */
  int min() default 0;

  /**
   * The greatest length allowed.
   *
   * @return {@link #min()} or more
   */
  int max();
}
