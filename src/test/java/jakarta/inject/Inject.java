package jakarta.inject;

import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;

/** Stands in for the annotation of CDI, which is recognized by name. */
@Retention(RetentionPolicy.RUNTIME)
public @interface Inject {}
