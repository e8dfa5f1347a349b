package io.github.embeddedkms.model;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Where a listing goes on: 1 to 1024 characters that a page before this one gave as its {@code
 * nextMarker}. What is in it is nobody's business but the service's.
 */
@Length(min = 1, max = 1024)
@Matches("[\\u0020-\\u00FF]*")
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE_USE)
public @interface Marker {}
