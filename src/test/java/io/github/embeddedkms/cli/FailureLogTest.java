package io.github.embeddedkms.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.embeddedkms.local.LocalKeyProvider;
import io.github.embeddedkms.store.RootKey;
import io.github.embeddedkms.store.SealedKeyStorage;
import io.github.embeddedkms.wire.WireServer;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a server prints of the failures of its provider and of its endpoint. */
class FailureLogTest {

  private final StringWriter err = new StringWriter();
  private final FailureLog log = new FailureLog(new PrintWriter(err));

  /** Calls an operation as the endpoint does it, and returns the status of its response. */
  private int status(LocalKeyProvider provider, @Nullable String target) {
    return new WireServer(provider, log::ofEndpoint)
        .answer(target, "{}".getBytes(UTF_8), provider.defaultCaller())
        .status();
  }

  @Test
  void failureOfTheStore_isPrinted(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("keys.db");
    RootKey.createFile(folder.resolve("root.key"));
    try (RootKey rootKey = RootKey.fromFile(folder.resolve("root.key"));
        LocalKeyProvider provider =
            LocalKeyProvider.builder()
                .storage(SealedKeyStorage.builder(file).rootKey(rootKey).open())
                .failureListener(log::ofProvider)
                .build()) {
      assertThat(status(provider, "TrentService.CreateKey")).isEqualTo(200);
      assertThat(err.toString()).isEmpty();
      try (Connection database = DriverManager.getConnection("jdbc:sqlite:" + file);
          Statement statement = database.createStatement()) {
        statement.execute("ALTER TABLE kms_item RENAME TO away");
      }
      assertThat(status(provider, "TrentService.CreateKey")).isEqualTo(500);
      assertThat(err)
          .hasToString(
              "embedded-kms: the store's tables were altered: there is no table kms_item\n");
    }
  }

  /** The provider reports it, and throws it: then the endpoint reports it too. */
  @Test
  void failureOfTheProvider_isPrintedOnce() {
    AtomicReference<RuntimeException> broken = new AtomicReference<>();
    SecureRandom random =
        new SecureRandom() {
          @Override
          public void nextBytes(byte[] bytes) {
            if (broken.get() != null) {
              throw broken.get();
            }
            super.nextBytes(bytes);
          }
        };
    try (LocalKeyProvider provider =
        LocalKeyProvider.builder().random(random).failureListener(log::ofProvider).build()) {
      broken.set(new IllegalArgumentException("embedded-kms: no entropy"));
      for (int i = 0; i < 2; i++) {
        assertThat(status(provider, "TrentService.CreateKey")).isEqualTo(500);
      }
    }
    // Once for each request.
    assertThat(err).hasToString("embedded-kms: no entropy\n".repeat(2));
  }

  @Test
  void failureOfTheEndpoint_isPrinted() {
    log.ofProvider("Decrypt", new IllegalStateException("embedded-kms: first"));
    log.ofEndpoint("Decrypt", new IllegalStateException("embedded-kms: second"));
    assertThat(err).hasToString("embedded-kms: first\nembedded-kms: second\n");
  }
}
