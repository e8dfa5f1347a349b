package io.github.embeddedkms.model;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * An alias name in a request: 1 to 256 letters, digits, colons, slashes, underscores and hyphens.
 * The prefix {@code alias/} is checked separately.
 */
@Length(min = 1, max = 256)
@Matches("^[a-zA-Z0-9:/_-]+$")
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE_USE)
public @interface AliasName {}
