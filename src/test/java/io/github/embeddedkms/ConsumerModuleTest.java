package io.github.embeddedkms;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * The library as a Java module: a user's module is compiled with it and run in a separate process,
 * with only the library and its required modules on the module path.
 */
@Timeout(value = 2, unit = TimeUnit.MINUTES, threadMode = ThreadMode.SEPARATE_THREAD)
class ConsumerModuleTest {

  private static final Pattern NEEDED =
      Pattern.compile(
          "(tink|bcprov-jdk18on|gson|protobuf-java|error_prone_annotations)-\\d[^/]*\\.jar");

  private static final String MODULE = "module consumer { requires io.github.embeddedkms; }";

  private static final String MAIN =
      """
      package consumer;

      import io.github.embeddedkms.local.LocalKeyProvider;
      import io.github.embeddedkms.model.DataKeySpec;

      public class Main {
        public static void main(String[] arguments) {
          try (LocalKeyProvider kms = LocalKeyProvider.inMemory()) {
            String keyId = kms.createKey(key -> {}).keyMetadata().keyId();
            var dataKey = kms.generateDataKey(key -> key.keyId(keyId).keySpec(DataKeySpec.AES_256));
            var opened = kms.decrypt(d -> d.ciphertextBlob(dataKey.ciphertextBlob()));
            System.out.println(kms.getClass().getModule() + " " + opened.plaintext().equals(dataKey.plaintext()));
          }
        }
      }
      """;

  @TempDir private Path folder;
  private Path classes;

  @BeforeEach
  void folders() {
    classes = folder.resolve("classes");
  }

  @Test
  void consumerModule_compilesAndRuns() throws Exception {
    assertThat(compile(MAIN)).isEmpty();
    String output =
        run(
            "--module-path",
            modulePath() + File.pathSeparator + classes,
            "--module",
            "consumer/consumer.Main");
    assertThat(output).isEqualTo("module io.github.embeddedkms true");
  }

  /**
   * Loading the first class of Bouncy Castle takes longer than everything else together, and AES
   * does not need it. This can be avoided only on the class path: with modules, the JDK itself may
   * instantiate every provider when it looks for one of its own.
   */
  @Test
  void classPath_aesOnly_loadsNoBouncyCastleClass() throws Exception {
    assertThat(compile(MAIN)).isEmpty();
    Path loaded = folder.resolve("loaded.txt");
    String output =
        run(
            "-Xlog:class+load:file=" + loaded,
            "--class-path",
            modulePath() + File.pathSeparator + classes,
            "consumer.Main");
    assertThat(output).startsWith("unnamed module").endsWith("true");
    assertThat(Files.readString(loaded))
        .contains("io.github.embeddedkms.local.LocalKeyProvider")
        .doesNotContain("org.bouncycastle.");
  }

  /** Returns the output of a separate JVM. */
  private static String run(String... arguments) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(arguments));
    Process java = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(java.getInputStream().readAllBytes(), UTF_8).strip();
    assertThat(java.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(java.exitValue()).as(output).isZero();
    return output;
  }

  @Test
  void innerRooms_areNotExported() throws Exception {
    String reachesIn =
        """
        package consumer;

        public class Main {
          io.github.embeddedkms.blob.CiphertextBlob blob;
          io.github.embeddedkms.constraint.Constraints constraints;
          io.github.embeddedkms.crypto.SymmetricMaterial material;
        }
        """;
    assertThat(compile(reachesIn))
        .contains("package io.github.embeddedkms.blob is not visible")
        .contains("package io.github.embeddedkms.constraint is not visible")
        .contains("package io.github.embeddedkms.crypto is not visible");
  }

  /** Returns the compiler's output. */
  private String compile(String main) throws IOException {
    Path sources = Files.createDirectories(folder.resolve("sources/consumer"));
    Path module = Files.writeString(sources.resolveSibling("module-info.java"), MODULE);
    Path source = Files.writeString(sources.resolve("Main.java"), main);
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    StringWriter messages = new StringWriter();
    try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
      List<String> options =
          List.of(
              "--release",
              "17",
              "-proc:none",
              "-d",
              classes.toString(),
              "--module-path",
              modulePath());
      boolean compiled =
          compiler
              .getTask(
                  messages, files, null, options, null, files.getJavaFileObjects(module, source))
              .call();
      assertThat(compiled).isEqualTo(messages.toString().isEmpty());
    }
    return messages.toString();
  }

  /** Returns the path of the library's own classes and the jars that it requires. */
  private static String modulePath() {
    List<String> path = new ArrayList<>(List.of("target/classes"));
    Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
        .filter(jar -> NEEDED.matcher(Path.of(jar).getFileName().toString()).matches())
        .forEach(path::add);
    assertThat(path).hasSizeGreaterThanOrEqualTo(4);
    return String.join(File.pathSeparator, path);
  }
}
