package io.github.embeddedkms.interop;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/**
 * The programs of this machine that tests need. Without one of them, its tests are skipped and the
 * reason is printed, but never where the environment variable {@code CI} is {@code true}.
 */
final class Machine {

  private static final Path FOLDER = Path.of("target/interop").toAbsolutePath();
  private static final Duration LIMIT = Duration.ofMinutes(2);

  private Machine() {}

  /** Version 2 of the AWS CLI; asked once, since a program takes a second to tell its version. */
  private static final class VersionTwo {
    static final Optional<Path> FOUND = Program.find("aws", VersionTwo::isVersion2);

    private static boolean isVersion2(Path aws) {
      try {
        return new Program(aws, FOLDER).run(LIMIT, Map.of(), "--version").startsWith("aws-cli/2.");
      } catch (AssertionError e) {
        // One that does not even tell its version is not it.
        return false;
      }
    }
  }

  /** The AWS CLI of this machine; aborts the test if there is none of version 2. */
  static Path commandLineVersion2() {
    return needed("version 2 of the AWS CLI", VersionTwo.FOUND);
  }

  /** A program on the path; aborts the test if there is none of this name. */
  static Path needed(String name) {
    return needed(name, Program.find(name, found -> true));
  }

  /**
   * Aborts the test if something was not found.
   *
   * @param what what it is, for the message
   * @param found where it is
   */
  static Path needed(String what, Optional<Path> found) {
    if (found.isPresent()) {
      return found.get();
    }
    String reason = what + " is needed for these tests and was not found on this machine";
    if ("true".equals(System.getenv("CI"))) {
      return Assertions.fail(reason);
    }
    System.out.println("Skipped: " + reason);
    return Assumptions.abort(reason);
  }
}
