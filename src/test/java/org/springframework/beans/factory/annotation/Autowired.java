package org.springframework.beans.factory.annotation;

import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;

/** Stands in for Spring's annotation, which is recognized by name. */
@Retention(RetentionPolicy.RUNTIME)
public @interface Autowired {}
