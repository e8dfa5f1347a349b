package io.github.embeddedkms.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.embeddedkms.LoadedClasses;
import io.github.embeddedkms.operation.Decrypt;
import io.github.embeddedkms.operation.GenerateDataKey;
import java.io.IOException;
import java.util.List;
import org.bouncycastle.crypto.params.KeyParameter;
import org.junit.jupiter.api.Test;

/** A command line runs one operation in each JVM, so the others' classes must not be loaded. */
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
    LoadedClasses loaded = LoadedClasses.of(ListKeysOnly.class);
    assertThat(loaded.contain(KeyOperations.class)).isTrue();
    for (Class<?> other : OTHERS) {
      assertThat(loaded.contain(other)).as(other.getName()).isFalse();
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
