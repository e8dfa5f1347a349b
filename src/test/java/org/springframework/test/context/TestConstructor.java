package org.springframework.test.context;

import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;

/** Stands in for Spring's annotation, which is recognized by name. */
@Inherited
@Retention(RetentionPolicy.RUNTIME)
public @interface TestConstructor {

  /** Which constructor parameters Spring resolves. */
  AutowireMode autowireMode();

  /** All of them, or those that are annotated. */
  enum AutowireMode {
    ALL,
    ANNOTATED
  }
}
