package io.github.embeddedkms.model;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Between which numbers a member may be, both included. An absent member satisfies it. */
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE_USE, ElementType.ANNOTATION_TYPE})
public @interface Range {

  /**
   * The least number allowed.
   *
   * @return the lower bound
   */
  int min();

  /**
   * The greatest number allowed.
   *
   * @return the upper bound
   */
  int max();
}
