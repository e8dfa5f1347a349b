package io.github.embeddedkms.model;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** The pattern that the entire string must match. An absent member satisfies this constraint. */
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE_USE, ElementType.ANNOTATION_TYPE})
public @interface Matches {

  /**
   * Returns the pattern, exactly as the service prints it.
   *
   * @return a regular expression of {@link java.util.regex.Pattern}
   */
  String value();
}
