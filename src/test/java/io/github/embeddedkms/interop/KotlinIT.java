package io.github.embeddedkms.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Code in Kotlin that uses this library: the project in {@code src/test/interop/kotlin} is copied
 * to {@code target/interop} and its tests are compiled and run there by Maven, with the jar of this
 * build in a local repository of their own. Warnings of the Kotlin compiler are errors there.
 *
 * <p>Run by {@code mvn verify -Pinterop}. Without {@code mvn} on the path, the test is skipped with
 * a message, but never if the environment variable {@code CI} is {@code true}.
 */
@Tag("interop")
class KotlinIT {

  private static final Path SOURCES = Path.of("src/test/interop/kotlin").toAbsolutePath();
  private static final Path PROJECT = Path.of("target/interop/kotlin").toAbsolutePath();
  private static final Path REPOSITORY =
      Path.of("target/interop/kotlin-repository").toAbsolutePath();
  private static final Duration LIMIT = Duration.ofMinutes(10);

  @Test
  void codeInKotlin_compilesWithoutWarnings_andPasses() throws IOException {
    String version = System.getProperty("project.version");
    copyProject();
    maven(
        "org.apache.maven.plugins:maven-install-plugin:3.2.0:install-file",
        "-Dfile=" + Path.of("target/embedded-kms-" + version + ".jar").toAbsolutePath(),
        "-DpomFile=" + Path.of("pom.xml").toAbsolutePath(),
        "-DlocalRepositoryPath=" + REPOSITORY);
    String output =
        maven(
            "test",
            "-Dmaven.repo.local=" + REPOSITORY,
            "-Dmain-build.repository=" + Path.of(System.getProperty("user.home"), ".m2/repository"),
            "-Dembedded-kms.version=" + version);
    assertThat(output).contains("Tests run: 13, Failures: 0, Errors: 0, Skipped: 0");
  }

  private static String maven(String... arguments) {
    Path mvn = Program.find("mvn", found -> true).or(KotlinIT::missing).orElseThrow();
    return new Program(mvn, PROJECT)
        .run(
            LIMIT,
            Map.of(),
            Stream.concat(
                    List.of("--batch-mode", "--no-transfer-progress").stream(),
                    Stream.of(arguments))
                .toArray(String[]::new));
  }

  private static Optional<Path> missing() {
    String reason = "mvn is needed for this test and was not found on the path";
    if ("true".equals(System.getenv("CI"))) {
      return Assertions.fail(reason);
    }
    System.out.println("Skipped: " + reason);
    return Assumptions.abort(reason);
  }

  /** Copies the project over what an earlier run has left there, without its classes. */
  private static void copyProject() throws IOException {
    if (Files.exists(PROJECT)) {
      Files.walkFileTree(PROJECT, new Deletion());
    }
    Files.createDirectories(PROJECT.getParent());
    try (Stream<Path> files = Files.walk(SOURCES)) {
      for (Path file : files.filter(file -> !file.startsWith(SOURCES.resolve("target"))).toList()) {
        Files.copy(file, PROJECT.resolve(SOURCES.relativize(file)));
      }
    }
  }

  private static final class Deletion extends SimpleFileVisitor<Path> {

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
      Files.delete(file);
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path folder, IOException e) throws IOException {
      Files.delete(folder);
      return FileVisitResult.CONTINUE;
    }
  }
}
