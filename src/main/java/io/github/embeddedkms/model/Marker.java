package io.github.embeddedkms.model;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The point at which a listing continues: 1 to 1024 characters that an earlier page returned as its
 * {@code nextMarker}. The content of a marker is internal to the service.
 */
@Length(min = 1, max = 1024)
@Matches("[\\u0020-\\u00FF]*")
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE_USE)
public @interface Marker {}
