package io.github.embeddedkms.model;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The name of an alias as a request gives it: 1 to 256 letters, digits, colons, slashes,
 * underscores and hyphens. That it begins {@code alias/} is checked apart.
 */
@Length(min = 1, max = 256)
@Matches("^[a-zA-Z0-9:/_-]+$")
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE_USE)
public @interface AliasName {}
