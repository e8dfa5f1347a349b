package io.github.embeddedkms.interop;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.embeddedkms.store.fixture.TestPostgres;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * This library with the least and with the newest version of each library that it calls. Maven
 * copies each set, with what its libraries need, to {@code target/interop}; a separate process then
 * uses them. The versions are those of pom.xml.
 *
 * <p>Run by {@code mvn verify -Pinterop}.
 */
@Tag("interop")
class LibraryVersionsIT {

  private static final Path TARGET = Path.of("target", "interop").toAbsolutePath();
  private static final Duration LIMIT = Duration.ofMinutes(10);

  /** The libraries as the properties of pom.xml name them. */
  private static final List<String> LIBRARIES =
      List.of(
          "tink",
          "gson",
          "bouncycastle",
          "awssdk",
          "junit",
          "sqlite-jdbc",
          "postgresql",
          "snakeyaml-engine",
          "picocli");

  /** The folders of the sets that were copied. */
  private static final Map<Versions, Path> COPIED = new ConcurrentHashMap<>();

  @TempDir Path folder;

  /** A set of libraries, copied when it is first needed. */
  enum Versions {
    LEAST,
    NEWEST;

    String of(String library) {
      String version = property(library + ".version");
      return this == LEAST
          ? property(library + ".least.version")
          : findProperty(library + ".newest.version", version);
    }

    Path folder() {
      return COPIED.computeIfAbsent(this, Versions::copyLibraries);
    }

    private Path copyLibraries() {
      List<String> options = new ArrayList<>();
      LIBRARIES.forEach(library -> options.add("-D" + library + ".version=" + of(library)));
      try {
        return copy(name().toLowerCase(Locale.ROOT), options, of("junit"));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void awsSdk_clientsInMemory_work(Versions versions) throws Exception {
    requireJar(versions, "kms", "awssdk");
    use(versions, "awssdk");
  }

  @ParameterizedTest
  @EnumSource
  void junit_extension_injects(Versions versions) throws Exception {
    requireJar(versions, "junit-jupiter-api", "junit");
    use(versions, "junit");
  }

  @ParameterizedTest
  @EnumSource
  void sqlite_store_isReopened(Versions versions) throws Exception {
    requireJar(versions, "sqlite-jdbc", "sqlite-jdbc");
    use(versions, "sqlite", folder.resolve("keys.db").toString());
  }

  @ParameterizedTest
  @EnumSource
  void postgresql_store_isReopened(Versions versions) throws Exception {
    requireJar(versions, "postgresql", "postgresql");
    PGSimpleDataSource database = TestPostgres.shared().newDatabase();
    String url = TestPostgres.url(database);
    String separator = url.contains("?") ? "&" : "?";
    use(versions, "postgresql", url + separator + "user=" + database.getUser());
  }

  @ParameterizedTest
  @EnumSource
  void snakeyamlEngine_seedFiles_areReadOrRefusedWithTheLine(Versions versions) throws Exception {
    requireJar(versions, "snakeyaml-engine", "snakeyaml-engine");
    use(versions, "seed");
  }

  @ParameterizedTest
  @EnumSource
  void tinkAndBouncyCastle_keysAndMessages_work(Versions versions) throws Exception {
    requireJar(versions, "tink", "tink");
    requireJar(versions, "gson", "gson");
    requireJar(versions, "bcprov-jdk18on", "bouncycastle");
    use(versions, "tink");
  }

  @ParameterizedTest
  @EnumSource
  void picocli_commands_work(Versions versions) throws Exception {
    requireJar(versions, "picocli", "picocli");
    assertThat(command(versions, "--help")).contains("generate-data-key", "serve");
    String rootKey = folder.resolve("root.key").toString();
    command(versions, "create-root-key", rootKey);
    List<String> store =
        List.of("--store", folder.resolve("keys.db").toString(), "--root-key-file", rootKey);
    command(versions, with(store, "store", "create"));
    assertThat(command(versions, with(store, "create-key", "--description", "orders")))
        .contains("\"Description\": \"orders\"");
    assertThat(command(versions, with(store, "list-keys"))).contains("\"KeyArn\"");
  }

  private static String[] with(List<String> options, String... command) {
    return Stream.concat(Stream.of(command), options.stream()).toArray(String[]::new);
  }

  private String command(Versions versions, String... arguments) {
    return java(versions.folder(), with(List.of(arguments), "io.github.embeddedkms.cli.Main"));
  }

  /** The message of a JUnit that is too old, which cannot be tested with the JUnit of this test. */
  @Test
  void junit_tooOld_isNamed() throws Exception {
    List<String> options = new ArrayList<>();
    LIBRARIES.forEach(l -> options.add("-D" + l + ".version=" + Versions.LEAST.of(l)));
    options.add("-Djunit.version=5.7.2");
    Path jars = copy("old-junit", options, "5.7.2");
    assertThat(java(jars, LibraryUse.class.getName(), "junit-extension"))
        .isEqualTo(
            "embedded-kms: @EmbeddedKms needs org.junit.jupiter:junit-jupiter-api 5.8.1 or newer:"
                + " add this dependency, or update it\n");
  }

  private void use(Versions versions, String... arguments) {
    List<String> command = new ArrayList<>(List.of(LibraryUse.class.getName()));
    command.addAll(List.of(arguments));
    assertThat(java(versions.folder(), command.toArray(String[]::new)))
        .endsWith(arguments[0] + " was used\n");
  }

  /** Runs a program with these libraries and no others. */
  private String java(Path jars, String... arguments) {
    String path =
        String.join(
            File.pathSeparator,
            Path.of("target", "classes").toAbsolutePath().toString(),
            Path.of("target", "test-classes").toAbsolutePath().toString(),
            jars.resolve("*").toString());
    List<String> command = new ArrayList<>(List.of("-Xshare:auto", "--class-path", path));
    command.addAll(List.of(arguments));
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    return new Program(java, folder).run(LIMIT, Map.of(), command.toArray(String[]::new));
  }

  private static void requireJar(Versions versions, String artifact, String library) {
    assertThat(versions.folder().resolve(artifact + "-" + versions.of(library) + ".jar")).exists();
  }

  /** Lets Maven resolve a set of libraries and copies it. */
  private static Path copy(String name, List<String> versions, String junit) throws IOException {
    Path copy = TARGET.resolve("libraries-" + name);
    if (Files.exists(copy)) {
      try (Stream<Path> old = Files.walk(copy)) {
        for (Path path : old.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(path);
        }
      }
    }
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "-B",
                "-q",
                "-f",
                Path.of("src/test/interop/java/pom.xml").toAbsolutePath().toString(),
                "org.apache.maven.plugins:maven-dependency-plugin:3.9.0:copy-dependencies",
                "-DoutputDirectory=" + copy,
                // JUnit 5.x belongs to platform 1.x; from 6 on, both have one version.
                "-Djunit-platform.version=" + junit.replaceFirst("^5\\.", "1.")));
    arguments.addAll(versions);
    Path maven = Program.find("mvn", found -> true).orElseThrow();
    new Program(maven, TARGET).run(LIMIT, Map.of(), arguments.toArray(String[]::new));
    return copy;
  }

  private static String property(String name) {
    String value = findProperty(name, "");
    assertThat(value).as(name).isNotEmpty();
    return value;
  }

  private static String findProperty(String name, String otherwise) {
    try {
      Matcher matcher =
          Pattern.compile("<" + Pattern.quote(name) + ">([^<]+)<")
              .matcher(Files.readString(Path.of("pom.xml")));
      return matcher.find() ? matcher.group(1) : otherwise;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
