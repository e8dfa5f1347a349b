package io.github.embeddedkms.local;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.embeddedkms.operation.Decrypt;
import io.github.embeddedkms.operation.GenerateDataKey;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.bouncycastle.crypto.params.KeyParameter;
import org.junit.jupiter.api.Test;

/**
 * A command line runs one operation in each JVM, so the others' classes must not be loaded. Class
 * loading is observed in a child JVM, in which nothing else has loaded them.
 */
class FirstUseTest {

  /** The families of operations other than that of ListKeys, and what only cryptography needs. */
  private static final List<Class<?>> OTHERS =
      List.of(
          AliasOperations.class,
          DataKeyOperations.class,
          EncryptionOperations.class,
          KeyCreation.class,
          KeyDeletion.class,
          Decrypt.class,
          GenerateDataKey.class,
          KeyParameter.class);

  @Test
  void listKeys_inANewJvm_loadsNoClassOfOtherOperations() throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xlog:class+load:stdout",
                "-cp",
                System.getProperty("java.class.path"),
                ListKeysOnly.class.getName())
            .redirectErrorStream(true)
            .start();
    List<String> loaded =
        new String(process.getInputStream().readAllBytes(), UTF_8).lines().toList();
    assertThat(process.waitFor()).isZero();
    assertThat(loaded).anyMatch(line -> line.contains(KeyOperations.class.getName() + " "));
    for (Class<?> other : OTHERS) {
      assertThat(loaded)
          .as(other.getName())
          .noneMatch(line -> line.contains(other.getName() + " "));
    }
  }

  /** The child JVM's program. */
  static final class ListKeysOnly {
    public static void main(String[] arguments) {
      try (LocalKeyProvider kms = LocalKeyProvider.inMemory()) {
        System.out.println(kms.listKeys(request -> {}).keys());
      }
    }
  }
}
