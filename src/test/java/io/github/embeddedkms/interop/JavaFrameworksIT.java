package io.github.embeddedkms.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Small applications of Java frameworks, code in Kotlin and libraries for encryption, whose tests
 * use this library as a user's would. The projects in {@code src/test/interop} are copied to {@code
 * target/interop} and built there by Maven, with the jar of this build in a local repository of
 * their own. They take what this build has downloaded already from its repository, and everything
 * else from Maven Central.
 *
 * <p>Run by {@code mvn verify -Pinterop}. Without {@code mvn} on the path, the tests are skipped
 * with a message, but never if the environment variable {@code CI} is {@code true}.
 */
@Tag("interop")
class JavaFrameworksIT {

  private static final Path SOURCES = Path.of("src/test/interop").toAbsolutePath();
  private static final Path TARGET = Path.of("target/interop").toAbsolutePath();
  private static final Path REPOSITORY = TARGET.resolve("maven-repository");
  private static final String SPRING_BOOT_3 = "3.5.7";
  private static final String SPRING_BOOT_4 = "4.0.7";
  private static final Duration LIMIT = Duration.ofMinutes(10);

  /** Credentials must never come from this machine: the JVM's own settings decide. */
  private static final Map<String, String> ENVIRONMENT =
      Map.of(
          "AWS_EC2_METADATA_DISABLED",
          "true",
          "AWS_CONFIG_FILE",
          TARGET.resolve("no-configuration").toString(),
          "AWS_SHARED_CREDENTIALS_FILE",
          TARGET.resolve("no-credentials").toString());

  @BeforeAll
  static void installJar() throws IOException {
    Files.createDirectories(TARGET);
    String version = System.getProperty("project.version");
    maven(
        TARGET,
        "org.apache.maven.plugins:maven-install-plugin:3.1.4:install-file",
        "-Dfile=" + Path.of("target/embedded-kms-" + version + ".jar").toAbsolutePath(),
        "-DpomFile=" + Path.of("pom.xml").toAbsolutePath(),
        "-DlocalRepositoryPath=" + REPOSITORY);
  }

  @ParameterizedTest
  @ValueSource(strings = {SPRING_BOOT_3, SPRING_BOOT_4})
  void springBoot_application_isTested(String version) throws IOException {
    Path project = copied("spring", "spring-" + version);
    assertThat(build(project, "-Dspring-boot.version=" + version))
        .contains("Tests run: 9, Failures: 0, Errors: 0, Skipped: 0")
        .contains(":: Spring Boot ::")
        .contains("(v" + version + ")");
    InteropReport.ran(
        version.equals(SPRING_BOOT_3) ? RealProgram.SPRING_BOOT_3 : RealProgram.SPRING_BOOT_4,
        version);
  }

  @Test
  void quarkus_application_isTested() throws IOException {
    assertThat(build(copied("quarkus", "quarkus")))
        .contains("Tests run: 3, Failures: 0, Errors: 0, Skipped: 0")
        .contains("powered by Quarkus " + RealProgram.QUARKUS.version());
    InteropReport.ran(RealProgram.QUARKUS);
  }

  /** Warnings of the Kotlin compiler are errors there. */
  @Test
  void kotlin_code_compilesAndIsTested() throws IOException {
    assertThat(build(copied("kotlin", "kotlin")))
        .contains("Tests run: 13, Failures: 0, Errors: 0, Skipped: 0");
    InteropReport.ran(RealProgram.KOTLIN);
  }

  @Test
  void encryptionLibraries_encryptAndDecrypt() throws IOException {
    assertThat(build(copied("encryption", "encryption")))
        .contains("Tests run: 8, Failures: 0, Errors: 0, Skipped: 0");
    InteropReport.ran(RealProgram.ENCRYPTION_SDK_JAVA);
    InteropReport.ran(RealProgram.S3_ENCRYPTION_CLIENT);
    InteropReport.ran(RealProgram.DATABASE_ENCRYPTION_SDK);
    InteropReport.ran(RealProgram.ICEBERG);
  }

  /** Runs the tests of a project and returns what Maven printed. */
  private static String build(Path project, String... options) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "test",
                "-Dmaven.repo.local=" + REPOSITORY,
                "-Dmain-build.repository="
                    + Path.of(System.getProperty("user.home"), ".m2/repository"),
                "-Dembedded-kms.version=" + System.getProperty("project.version")));
    arguments.addAll(List.of(options));
    return maven(project, arguments.toArray(String[]::new));
  }

  private static String maven(Path folder, String... arguments) {
    Path mvn = Machine.needed("mvn");
    List<String> all = new ArrayList<>(List.of("--batch-mode", "--no-transfer-progress"));
    all.addAll(List.of(arguments));
    return new Program(mvn, folder).run(LIMIT, ENVIRONMENT, all.toArray(String[]::new));
  }

  /** Copies a project, without what an earlier run has left there. */
  private static Path copied(String name, String as) throws IOException {
    Path copy = TARGET.resolve(as);
    if (Files.exists(copy)) {
      try (Stream<Path> old = Files.walk(copy)) {
        for (Path path : old.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(path);
        }
      }
    }
    Path project = SOURCES.resolve(name);
    try (Stream<Path> files = Files.walk(project)) {
      for (Path file : files.toList()) {
        Files.copy(file, copy.resolve(project.relativize(file)));
      }
    }
    return copy;
  }
}
