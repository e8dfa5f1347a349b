package io.github.embeddedkms.model;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The allowed range of a number, both bounds included. An absent member satisfies this constraint.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE_USE, ElementType.ANNOTATION_TYPE})
public @interface Range {

  /**
   * Returns the minimum.
   *
   * @return the lower bound
   */
  int min();

  /**
   * Returns the maximum.
   *
   * @return the upper bound
   */
  int max();
}
