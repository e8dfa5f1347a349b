package io.github.embeddedkms;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Names of the public API in Kotlin, whose compiler only the profile "interop" runs. */
class KotlinNamesTest {

  /** Kotlin's hard keywords: as names they need backticks. */
  private static final Set<String> KEYWORDS =
      Set.of(
          ("as break class continue do else false for fun if in interface is null object package"
                  + " return super this throw true try typealias typeof val var when while")
              .split(" "));

  /**
   * Functions that Kotlin's standard library adds to every object. They take a lambda, so only a
   * member that takes one too hides them.
   */
  private static final Set<String> ADDED_TO_ALL =
      Set.of("also", "apply", "let", "run", "runCatching", "takeIf", "takeUnless", "use");

  private static final Pattern EXPORT = Pattern.compile("exports ([a-z.]+);");

  @Test
  void publicNames_areNoKeywordsOfKotlin_andHideNoneOfItsFunctions() throws Exception {
    List<String> exported =
        EXPORT
            .matcher(Files.readString(Path.of("src/main/java/module-info.java")))
            .results()
            .map(match -> match.group(1))
            .toList();
    List<JavaClass> classes =
        new ClassFileImporter()
            .withImportOption(new DoNotIncludeTests()).importPackages(exported).stream()
                .filter(type -> exported.contains(type.getPackageName()))
                .filter(type -> type.getModifiers().contains(JavaModifier.PUBLIC))
                .toList();
    assertThat(classes).hasSizeGreaterThan(100);
    assertThat(classes.stream().flatMap(KotlinNamesTest::names))
        .contains("SecretBytes", "SecretBytes.lendTo", "CreateKeyBuilder.keyUsage")
        .noneMatch(name -> isOneOf(KEYWORDS, name));
    assertThat(classes.stream().flatMap(type -> type.getMethods().stream()))
        .filteredOn(KotlinNamesTest::isForUsers)
        .filteredOn(KotlinNamesTest::takesLambda)
        .extracting(JavaMethod::getName)
        .contains("lend", "createKey")
        .doesNotContainAnyElementsOf(ADDED_TO_ALL);
  }

  private static Stream<String> names(JavaClass type) {
    return Stream.concat(
        Stream.of(type.getSimpleName()),
        type.getMembers().stream()
            .filter(KotlinNamesTest::isForUsers)
            .map(member -> type.getSimpleName() + "." + member.getName()));
  }

  private static boolean takesLambda(JavaMethod method) {
    return method.getRawParameterTypes().size() == 1
        && method.getRawParameterTypes().get(0).isInterface();
  }

  private static boolean isForUsers(JavaMember member) {
    return member.getModifiers().contains(JavaModifier.PUBLIC)
        || member.getModifiers().contains(JavaModifier.PROTECTED);
  }

  private static boolean isOneOf(Set<String> names, String name) {
    return names.contains(name.substring(name.lastIndexOf('.') + 1));
  }
}
