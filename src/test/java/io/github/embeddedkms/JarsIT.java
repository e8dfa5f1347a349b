package io.github.embeddedkms;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleDescriptor.Exports;
import java.lang.module.ModuleFinder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What other programs than the JVM read in the jars: OSGi, GraalVM, and scanners of licences. */
class JarsIT {

  private static final String NAME = "embedded-kms-" + System.getProperty("project.version");
  private static final Path JAR = Path.of("target", NAME + ".jar");
  private static final Path EXECUTABLE_JAR = Path.of(System.getProperty("all.jar"));

  private static final String METADATA = "META-INF/native-image/";

  /** A package in a header of OSGi, with its attributes and directives. */
  private static final Pattern CLAUSE =
      Pattern.compile("([\\w.]+)((?:;[\\w:]+=(?:\"[^\"]*\"|[^,;]+))*),?");

  static List<Path> jars() {
    return List.of(JAR, EXECUTABLE_JAR);
  }

  @Test
  void bundle_exportsThePackagesOfTheModule() throws IOException {
    ModuleDescriptor module =
        ModuleFinder.of(JAR).find("io.github.embeddedkms").orElseThrow().descriptor();
    assertThat(packages("Export-Package").keySet())
        .containsExactlyInAnyOrderElementsOf(
            module.exports().stream().filter(e -> !e.isQualified()).map(Exports::source).toList());
    assertThat(header("Bundle-SymbolicName")).isEqualTo("io.github.embeddedkms");
    assertThat(header("Bundle-Version"))
        .isEqualTo(System.getProperty("project.version").replace("-", "."));
    assertThat(header("Require-Capability")).contains("(&(osgi.ee=JavaSE)(version=17))");
  }

  /** Those that an application must have anyway; it runs without all others. */
  @Test
  void bundle_requiresNoOptionalLibrary() throws IOException {
    Map<String, String> imports = packages("Import-Package");
    assertThat(imports)
        .containsKeys(
            "com.google.crypto.tink",
            "com.google.gson.stream",
            "org.bouncycastle.crypto",
            "org.sqlite",
            "software.amazon.awssdk.services.kms",
            "software.amazon.awssdk.services.kms.model");
    imports.forEach(
        (name, attributes) ->
            assertThat(attributes.contains("resolution:=optional"))
                .as(name)
                .isNotEqualTo(
                    name.matches(
                        "(com\\.google\\.(crypto\\.tink|gson)|org\\.bouncycastle|javax)(\\..*)?"
                            + "|io\\.github\\.embeddedkms(\\..*)?")));
  }

  /** Two builds of one commit give the same jar. */
  @Test
  void bundle_namesNoTimeOfItsBuild() throws IOException {
    try (JarFile jar = new JarFile(JAR.toFile())) {
      assertThat(jar.getManifest().getMainAttributes().keySet())
          .extracting(Object::toString)
          .doesNotContain("Bnd-LastModified", "Built-By", "Tool");
    }
  }

  @ParameterizedTest
  @MethodSource("jars")
  void jar_hasTheMetadataForNativeImages(Path file) throws IOException {
    String name = METADATA + "io.github.embedded-kms/embedded-kms/reachability-metadata.json";
    try (JarFile jar = new JarFile(file.toFile())) {
      assertThat(new String(jar.getInputStream(jar.getEntry(name)).readAllBytes(), UTF_8))
          .isEqualTo(Files.readString(Path.of("src/main/resources", name)));
    }
  }

  @Test
  void executableJar_keepsTheMetadataOfItsLibraries() throws IOException {
    try (JarFile jar = new JarFile(EXECUTABLE_JAR.toFile())) {
      assertThat(jar.stream().map(ZipEntry::getName))
          .contains(METADATA + "org.xerial/sqlite-jdbc/native-image.properties");
    }
  }

  @Test
  void billOfMaterials_namesRequiredAndOptionalLibraries() throws IOException {
    JsonObject bom =
        JsonParser.parseString(Files.readString(Path.of("target", NAME + "-cyclonedx.json")))
            .getAsJsonObject();
    assertThat(bom.get("bomFormat").getAsString()).isEqualTo("CycloneDX");
    assertThat(bom.has("serialNumber")).isFalse();
    Map<String, String> scopes = new TreeMap<>();
    for (JsonElement component : bom.getAsJsonArray("components")) {
      JsonObject library = component.getAsJsonObject();
      scopes.put(
          library.get("name").getAsString(),
          library.has("scope") ? library.get("scope").getAsString() : "required");
    }
    assertThat(scopes)
        .containsEntry("tink", "required")
        .containsEntry("gson", "required")
        .containsEntry("bcprov-jdk18on", "required")
        .containsEntry("sqlite-jdbc", "optional")
        .doesNotContainKeys("assertj-core", "junit-jupiter", "record-builder-core", "jmh-core");
  }

  private static String header(String name) throws IOException {
    try (JarFile jar = new JarFile(JAR.toFile())) {
      return jar.getManifest().getMainAttributes().getValue(name);
    }
  }

  /** Returns the packages of a header, with everything that is said about each. */
  private static Map<String, String> packages(String name) throws IOException {
    Map<String, String> packages = new TreeMap<>();
    Matcher clause = CLAUSE.matcher(header(name));
    while (clause.lookingAt()) {
      packages.put(clause.group(1), clause.group(2));
      clause.region(clause.end(), clause.regionEnd());
    }
    assertThat(clause.regionStart()).as("end of " + name).isEqualTo(clause.regionEnd());
    return packages;
  }
}
