package example;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.CALLS_REAL_METHODS;
import static org.mockito.Mockito.doReturn;
import static org.mockito.Mockito.mock;

import io.github.embeddedkms.KmsClient;
import io.github.embeddedkms.awssdk.AwsSdk;
import io.github.embeddedkms.endpoint.KmsEndpoint;
import io.github.embeddedkms.exception.InvalidCiphertextException;
import io.github.embeddedkms.exception.NotFoundException;
import io.github.embeddedkms.local.KmsClock;
import io.github.embeddedkms.local.LocalKeyProvider;
import io.github.embeddedkms.local.Seed;
import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.DataKeySpec;
import io.github.embeddedkms.model.EncryptionAlgorithmSpec;
import io.github.embeddedkms.model.KeyListEntry;
import io.github.embeddedkms.model.SecretBytes;
import io.github.embeddedkms.operation.Decrypt;
import io.github.embeddedkms.operation.DecryptResponseBuilder;
import io.github.embeddedkms.operation.GenerateDataKey;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import javax.crypto.SecretKey;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.SdkBytes;

/**
 * Examples of the README and the site pages, run as a user would write them. Every Java block of
 * those pages is in a file of this package, which {@code DocumentedExamplesTest} checks.
 */
class ReadmeExamplesTest {

  @Test
  void dataKeyExample_decrypt_returnsTheSameKey() {
    try (LocalKeyProvider kms = LocalKeyProvider.inMemory()) {
      String keyId = kms.createKey(key -> key.description("orders")).keyMetadata().keyId();
      GenerateDataKey.Response dataKey =
          kms.generateDataKey(key -> key.keyId(keyId).keySpec(DataKeySpec.AES_256));
      SecretKey aesKey = dataKey.plaintext().toSecretKey("AES"); // encrypt with this key …
      Bytes blob = dataKey.ciphertextBlob(); // … and store this blob next to the data
      SecretBytes sameKey = kms.decrypt(d -> d.ciphertextBlob(blob)).plaintext();
      assertThat(sameKey.toSecretKey("AES")).isEqualTo(aesKey);
    }
  }

  private SecretKey lastKey;

  private void encryptWith(SecretKey key) {
    lastKey = key;
  }

  @Test
  void contextExample_wrongContext_isRefused() {
    try (LocalKeyProvider kms = LocalKeyProvider.inMemory()) {
      String keyId = kms.createKey(key -> {}).keyMetadata().keyId();

      Map<String, String> context = Map.of("tenant", "acme", "table", "orders");
      kms.createAlias(alias -> alias.aliasName("alias/orders").targetKeyId(keyId));
      GenerateDataKey.Response dataKey =
          kms.generateDataKey(
              key ->
                  key.keyId("alias/orders")
                      .keySpec(DataKeySpec.AES_256)
                      .encryptionContext(context));
      try (SecretBytes plaintextKey = dataKey.plaintext()) {
        encryptWith(plaintextKey.toSecretKey("AES"));
      } // wiped here

      Bytes blob = dataKey.ciphertextBlob();
      SecretBytes again =
          kms.decrypt(d -> d.ciphertextBlob(blob).encryptionContext(context)).plaintext();
      assertThat(again.toSecretKey("AES")).isEqualTo(lastKey);

      try {
        kms.decrypt(d -> d.ciphertextBlob(blob).encryptionContext(Map.of("tenant", "other")));
      } catch (InvalidCiphertextException e) {
        // no message and no cause: the service does not say what is wrong
        assertThat(e).hasMessage(null).hasNoCause();
        return;
      }
      fail("the wrong context was accepted");
    }
  }

  @Test
  void errorExample_missingAlias_hasTheServicesMessage() {
    try (LocalKeyProvider kms = LocalKeyProvider.inMemory()) {
      try {
        kms.encrypt(e -> e.keyId("alias/missing").plaintext(SecretBytes.fromUtf8String("hello")));
      } catch (NotFoundException e) {
        // Alias arn:aws:kms:us-east-1:000000000000:alias/missing is not found.
        assertThat(e)
            .hasMessage("Alias arn:aws:kms:us-east-1:000000000000:alias/missing is not found.");
        return;
      }
      fail("the alias was found");
    }
  }

  @Test
  void regionsExample_key_isVisibleInItsOwnRegionAndAccountOnly() {
    LocalKeyProvider kms =
        LocalKeyProvider.builder()
            .region("eu-central-1")
            .account("111122223333")
            .clock(() -> Instant.parse("2026-01-01T00:00:00Z"))
            .build();
    KmsClient frankfurt = kms;
    KmsClient ireland = kms.inRegion("eu-west-1");
    KmsClient otherAccount = kms.inAccount("444455556666");

    var key = frankfurt.createKey(k -> {}).keyMetadata();
    assertThat(key.creationDate()).isEqualTo("2026-01-01T00:00:00Z");
    assertThat(key.arn()).startsWith("arn:aws:kms:eu-central-1:111122223333:key/");
    assertThat(isVisibleTo(frankfurt, key.keyId())).isTrue();
    assertThat(isVisibleTo(ireland, key.keyId())).isFalse();
    assertThat(isVisibleTo(otherAccount, key.keyId())).isFalse();
    kms.close();
  }

  private static boolean isVisibleTo(KmsClient kms, String keyId) {
    try {
      kms.describeKey(d -> d.keyId(keyId));
      return true;
    } catch (NotFoundException e) {
      return false;
    }
  }

  @Test
  void deletionExample_atTheDeletionDate_keyIsGone() {
    AtomicReference<Instant> time = new AtomicReference<>(Instant.parse("2026-01-01T00:00:00Z"));
    try (LocalKeyProvider kms = LocalKeyProvider.builder().clock(time::get).build()) {
      String keyId = kms.createKey(k -> {}).keyMetadata().keyId();

      List<String> keyIds =
          kms.listKeysPages(list -> list.limit(100)).items().map(KeyListEntry::keyId).toList();

      assertThat(keyIds).containsExactly(keyId);

      Instant deletionDate =
          kms.scheduleKeyDeletion(s -> s.keyId(keyId).pendingWindowInDays(7)).deletionDate();
      time.set(deletionDate);
      int deleted = kms.purge();

      assertThat(deletionDate).isEqualTo("2026-01-08T00:00:00Z");
      assertThat(deleted).isEqualTo(1);
      assertThat(isVisibleTo(kms, keyId)).isFalse();
    }
  }

  @Test
  void clockExample_afterTheWaitingPeriod_keyIsGone() {

    KmsClock clock = KmsClock.frozenAt(Instant.parse("2026-01-01T00:00:00Z"));
    LocalKeyProvider kms = LocalKeyProvider.builder().clock(clock).build();
    String keyId = kms.createKey(key -> {}).keyMetadata().keyId();
    kms.scheduleKeyDeletion(key -> key.keyId(keyId).pendingWindowInDays(7));
    clock.advance(Duration.ofDays(7)); // from now on, the key is not found

    try (kms) {
      assertThat(isVisibleTo(kms, keyId)).isFalse();
    }
  }

  @Test
  void rotationExample_afterThePeriod_oldBlobDecryptsUnderOldMaterial() {
    KmsClock clock = KmsClock.frozenAt(Instant.parse("2026-01-01T00:00:00Z"));
    try (LocalKeyProvider kms = LocalKeyProvider.builder().clock(clock).build()) {
      String keyId = kms.createKey(key -> {}).keyMetadata().keyId();

      kms.enableKeyRotation(key -> key.keyId(keyId).rotationPeriodInDays(90));
      Bytes blob =
          kms.generateDataKey(key -> key.keyId(keyId).keySpec(DataKeySpec.AES_256))
              .ciphertextBlob();
      clock.advance(Duration.ofDays(90)); // a KmsClock
      String newMaterial =
          kms.describeKey(key -> key.keyId(keyId)).keyMetadata().currentKeyMaterialId();
      String oldMaterial = kms.decrypt(d -> d.ciphertextBlob(blob)).keyMaterialId();

      assertThat(newMaterial).isNotEqualTo(oldMaterial);
      assertThat(kms.listKeyRotations(list -> list.keyId(keyId)).rotations())
          .singleElement()
          .satisfies(
              rotation -> assertThat(rotation.rotationDate()).isEqualTo("2026-04-01T00:00:00Z"));
    }
  }

  @Test
  void mockitoExample_stubbedClient_servesTheUsersClass() {
    Bytes blob = Bytes.fromUtf8String("any blob");

    KmsClient kms = mock(KmsClient.class, CALLS_REAL_METHODS);
    doReturn(
            DecryptResponseBuilder.builder()
                .keyId("arn:aws:kms:us-east-1:000000000000:key/example")
                .plaintext(SecretBytes.fromUtf8String("s3cret"))
                .encryptionAlgorithm(EncryptionAlgorithmSpec.SYMMETRIC_DEFAULT)
                .build())
        .when(kms)
        .call(any(Decrypt.class));

    assertThat(new Passwords(kms).open(blob)).isEqualTo("s3cret");
  }

  @Test
  void awsSdkExample_decrypt_returnsThePlaintext() {
    try (LocalKeyProvider provider = LocalKeyProvider.inMemory();
        software.amazon.awssdk.services.kms.KmsClient sdk = AwsSdk.client(provider)) {
      String keyId = sdk.createKey().keyMetadata().keyId();
      SdkBytes blob =
          sdk.encrypt(e -> e.keyId(keyId).plaintext(SdkBytes.fromUtf8String("hello")))
              .ciphertextBlob();
      assertThat(sdk.decrypt(d -> d.ciphertextBlob(blob)).plaintext().asUtf8String())
          .isEqualTo("hello");
    }
  }

  @Test
  void endpointExample_url_isServed() throws IOException {
    try (LocalKeyProvider provider = LocalKeyProvider.inMemory()) {

      try (KmsEndpoint endpoint = KmsEndpoint.start(provider)) {
        ProcessBuilder program = new ProcessBuilder("aws", "kms", "list-keys");
        program.environment().put("AWS_ENDPOINT_URL_KMS", endpoint.url().toString());
        assertThat(statusAt(program.environment().get("AWS_ENDPOINT_URL_KMS"))).isEqualTo(200);
      }
    }
  }

  private static int statusAt(String url) throws IOException {
    return ((HttpURLConnection) URI.create(url + "/health").toURL().openConnection())
        .getResponseCode();
  }

  @Test
  void seedExample_key_hasTheSeededId() {

    Seed seed =
        Seed.builder()
            .key(
                "bc436485-5092-42b8-92a3-0aa8b93536dc",
                key ->
                    key.backingKey(
                            "5cdaead27fe7da2de47945d73cd6d79e36494e73802f3cd3869f1d2cb0b5d7a9")
                        .alias("alias/orders"))
            .build();
    LocalKeyProvider kms = LocalKeyProvider.builder().seed(seed).build();

    try (kms) {
      assertThat(kms.describeKey(d -> d.keyId("alias/orders")).keyMetadata().keyId())
          .isEqualTo("bc436485-5092-42b8-92a3-0aa8b93536dc");
    }
  }
}
