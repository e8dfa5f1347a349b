package io.github.embeddedkms.store;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;

/**
 * Marks tests that {@code mvn verify} repeats over SQLite and over PostgreSQL: those whose result
 * depends on what a storage writes, reads, or allows at the same time. They take their storage from
 * {@link TestStore}. Checks of requests, cryptography and messages run in memory only.
 */
@Documented
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@Tag(OverDatabases.TAG)
@net.jqwik.api.Tag(OverDatabases.TAG)
public @interface OverDatabases {

  /** The group that the pom selects for the two runs over databases. */
  String TAG = "databases";
}
