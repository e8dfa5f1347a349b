package io.github.embeddedkms.library;

import org.jspecify.annotations.Nullable;

/**
 * A library that this one calls. Optional libraries may be missing, and the build of an application
 * may select an older version of any of them than this library was built with. Both become visible
 * only when a class or a method is first used, as an error of the JVM that names only that class.
 *
 * <p>A test compares the least versions with pom.xml and the documentation, and the profile {@code
 * interop} runs this library with them.
 */
public enum Library {
  /** The AWS SDK for Java, for its clients. */
  AWS_SDK("software.amazon.awssdk:kms", "2.17.1"),
  /** Bouncy Castle, for SM4, Argon2 and the key pairs that JDK 17 does not have. */
  BOUNCY_CASTLE("org.bouncycastle:bcprov-jdk18on", "1.86"),
  /** Gson, for JSON. */
  GSON("com.google.code.gson:gson", "2.11.0"),
  /** JUnit 5 or 6, for the extension. */
  JUNIT("org.junit.jupiter:junit-jupiter-api", "5.8.1"),
  /** Picocli, for the command line. */
  PICOCLI("info.picocli:picocli", "4.7.0"),
  /** PostgreSQL's driver; the store checks its version. */
  POSTGRESQL("org.postgresql:postgresql", "42.7.2"),
  /** SnakeYAML Engine, for seed files. */
  SNAKEYAML_ENGINE("org.snakeyaml:snakeyaml-engine", "3.0.1"),
  /** SQLite's driver; the store checks its version. */
  SQLITE("org.xerial:sqlite-jdbc", "3.51.3.0"),
  /** Tink, for HKDF, and for root keys and clients in its form. */
  TINK("com.google.crypto.tink:tink", "1.15.0");

  private final String coordinates;
  private final String leastVersion;

  Library(String coordinates, String leastVersion) {
    this.coordinates = coordinates;
    this.leastVersion = leastVersion;
  }

  /**
   * Returns the coordinates of the library.
   *
   * @return group and artifact, separated by a colon
   */
  public String coordinates() {
    return coordinates;
  }

  /**
   * Returns the oldest version that this library works with.
   *
   * @return a version, for example {@code 2.11.0}
   */
  public String leastVersion() {
    return leastVersion;
  }

  /**
   * Creates the error for a library that is missing or too old.
   *
   * @param purpose what needs it, in the singular, for example {@code reading a seed file}
   * @param cause the error of the JVM
   * @return an exception whose message says what to do, for the caller to throw
   */
  public IllegalStateException missing(String purpose, @Nullable Throwable cause) {
    return new IllegalStateException("embedded-kms: " + reason(purpose), cause);
  }

  /**
   * Returns the message of {@link #missing}, without the prefix.
   *
   * @param purpose what needs the library
   * @return the message
   */
  public String reason(String purpose) {
    return purpose
        + " needs "
        + coordinates
        + " "
        + leastVersion
        + " or newer: add this dependency, or update it";
  }
}
