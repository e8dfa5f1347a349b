package io.github.embeddedkms;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonParser;
import com.tngtech.archunit.core.domain.JavaAnnotation;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import io.github.embeddedkms.operation.OperationType;
import java.io.IOException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * GraalVM's metadata name everything that is read by reflection, and every resource. The expected
 * file is written to {@code target}: to update the other one, copy it.
 */
class NativeImageMetadataTest {

  private static final Path RESOURCES = Path.of("src/main/resources");
  private static final Path METADATA =
      RESOURCES.resolve(
          "META-INF/native-image/io.github.embedded-kms/embedded-kms/reachability-metadata.json");
  private static final Path EXPECTED = Path.of("target/reachability-metadata.json");

  private static final String RECORD =
      "\"type\": \"%s\", \"allPublicConstructors\": true, \"allPublicMethods\": true";
  private static final String COMMAND =
      "\"condition\": {\"typeReached\": \"io.github.embeddedkms.cli.Main\"}, \"type\": \"%s\","
          + " \"allDeclaredConstructors\": true, \"allDeclaredFields\": true,"
          + " \"allDeclaredMethods\": true";
  private static final String CREATED =
      "\"type\": \"%s\", \"methods\": [{\"name\": \"<init>\", \"parameterTypes\": []}]";
  private static final String LOADED = "\"type\": \"%s\"";

  @Test
  void metadata_namesRecordsCommandsAndResources() throws IOException {
    Set<String> records = new TreeSet<>();
    for (OperationType operation : OperationType.values()) {
      if (operation.isSupported()) {
        addRecords(operation.request(), records);
        addRecords(operation.response(), records);
      }
    }
    classes("io.github.embeddedkms.store")
        .filter(type -> type.isRecord() && type.getSimpleName().endsWith("Document"))
        .forEach(type -> addRecords(type.reflect(), records));
    assertThat(records)
        .contains(
            "io.github.embeddedkms.operation.Decrypt",
            "io.github.embeddedkms.operation.Decrypt$Response",
            "io.github.embeddedkms.model.KeyMetadata",
            "io.github.embeddedkms.store.KeyDocument$Material");
    Stream<String> commands =
        classes("io.github.embeddedkms.cli")
            .filter(NativeImageMetadataTest::isUsedByPicocli)
            .map(JavaClass::getName)
            .sorted();
    String reflection =
        Stream.of(
                records.stream().map(RECORD::formatted),
                commands.map(COMMAND::formatted),
                Stream.of("io.github.embeddedkms.junit.KmsCallGuard", "org.sqlite.JDBC")
                    .map(CREATED::formatted),
                Stream.of("org.postgresql.Driver", "picocli.CommandLine").map(LOADED::formatted))
            .flatMap(entries -> entries)
            .collect(Collectors.joining("},\n    {", "    {", "}"));
    String globs =
        resources()
            .map("\"glob\": \"%s\""::formatted)
            .collect(Collectors.joining("},\n    {", "    {", "}"));
    String expected =
        "{\n  \"reflection\": [\n"
            + reflection
            + "\n  ],\n  \"resources\": [\n"
            + globs
            + "\n  ]\n}\n";
    assertThat(JsonParser.parseString(expected).getAsJsonObject().keySet())
        .containsExactly("reflection", "resources");
    Files.writeString(EXPECTED, expected);
    assertThat(Files.readString(METADATA)).as("see %s", EXPECTED).isEqualTo(expected);
  }

  /** Each of these classes is in the metadata, or belongs to the JUnit extension. */
  @Test
  void classesLoadedByName_areThoseThatTheMetadataNames() throws IOException {
    try (Stream<Path> sources = Files.walk(Path.of("src/main/java"))) {
      List<String> loading =
          sources
              .filter(Files::isRegularFile)
              .filter(NativeImageMetadataTest::loadsByName)
              .map(source -> source.getFileName().toString())
              .toList();
      assertThat(loading)
          .containsExactlyInAnyOrder(
              "Main.java", "RedirectProbe.java", "SqliteDriver.java", "UrlDataSource.java");
    }
  }

  private static boolean loadsByName(Path source) {
    try {
      return Files.readString(source).contains("Class.forName(");
    } catch (IOException e) {
      throw new AssertionError(source + " cannot be read", e);
    }
  }

  private static Stream<JavaClass> classes(String room) {
    return new ClassFileImporter()
        .withImportOption(new DoNotIncludeTests()).importPackages(room).stream();
  }

  /** Adds a class of records and those that its members have. */
  private static void addRecords(Type type, Set<String> records) {
    if (type instanceof ParameterizedType generic) {
      Arrays.stream(generic.getActualTypeArguments()).forEach(a -> addRecords(a, records));
    } else if (type instanceof Class<?> plain && plain.isRecord() && records.add(plain.getName())) {
      for (RecordComponent member : plain.getRecordComponents()) {
        addRecords(member.getGenericType(), records);
      }
    }
  }

  private static boolean isUsedByPicocli(JavaClass type) {
    return Stream.of(Stream.of(type), type.getFields().stream(), type.getMethods().stream())
            .flatMap(members -> members)
            .flatMap(member -> member.getAnnotations().stream())
            .map(JavaAnnotation::getRawType)
            .anyMatch(NativeImageMetadataTest::isOfPicocli)
        || type.getRawInterfaces().stream().anyMatch(NativeImageMetadataTest::isOfPicocli);
  }

  private static boolean isOfPicocli(JavaClass type) {
    return type.getPackageName().equals("picocli");
  }

  private static Stream<String> resources() throws IOException {
    try (Stream<Path> files = Files.walk(RESOURCES)) {
      return files
          .filter(Files::isRegularFile)
          .map(file -> RESOURCES.relativize(file).toString().replace('\\', '/'))
          .filter(name -> !name.startsWith("META-INF/"))
          .sorted()
          .toList()
          .stream();
    }
  }
}
