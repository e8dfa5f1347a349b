package io.github.embeddedkms.model;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A string that identifies a KMS key: 1 to 2048 ASCII characters. Each member documents which of
 * the four forms (key id, key ARN, alias name, alias ARN) its operation accepts.
 */
@Length(min = 1, max = 2048)
@Matches("^\\p{ASCII}+$")
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE_USE)
public @interface KeyIdentifier {}
