package io.github.embeddedkms.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.embeddedkms.Caller;
import io.github.embeddedkms.KmsClient;
import io.github.embeddedkms.exception.ServiceClosedException;
import io.github.embeddedkms.model.DataKeySpec;
import io.github.embeddedkms.model.SecretBytes;
import io.github.embeddedkms.operation.CreateKey;
import io.github.embeddedkms.operation.CreateKeyBuilder;
import io.github.embeddedkms.operation.KmsRequest;
import io.github.embeddedkms.store.Address;
import io.github.embeddedkms.store.AliasEntry;
import io.github.embeddedkms.store.KeyStorage;
import io.github.embeddedkms.store.fixture.OverDatabases;
import java.security.SecureRandom;
import java.security.Security;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LocalKeyProviderTest {

  @Test
  void inMemory_defaults() {
    try (LocalKeyProvider kms = LocalKeyProvider.inMemory()) {
      assertThat(kms.defaultCaller())
          .isEqualTo(
              new Caller("aws", "us-east-1", "000000000000", "arn:aws:iam::000000000000:root"));
      assertThat(kms).hasToString("LocalKeyProvider[us-east-1, 000000000000]");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "us-east-1, aws",
    "cn-north-1, aws-cn",
    "us-gov-west-1, aws-us-gov",
    "us-iso-east-1, aws-iso",
    "us-isob-east-1, aws-iso-b",
    "eu-isoe-west-1, aws-iso-e",
    "us-isof-south-1, aws-iso-f",
    "eusc-de-east-1, aws-eusc"
  })
  void partition_isTheRegionsOwn(String region, String partition) {
    try (LocalKeyProvider kms = LocalKeyProvider.builder().region(region).build()) {
      assertThat(kms.defaultCaller().partition()).isEqualTo(partition);
      assertThat(Caller.of("us-east-1", "000000000000").inRegion(region).partition())
          .isEqualTo(partition);
    }
  }

  @Test
  void partition_set_isInArnsAndKeptInItsRegions() {
    try (LocalKeyProvider kms = LocalKeyProvider.builder().partition("aws-test").build()) {
      CreateKey request = CreateKeyBuilder.builder().build();
      assertThat(kms.call(request).keyMetadata().arn()).startsWith("arn:aws-test:kms:us-east-1:");
      assertThat(kms.inRegion("eu-west-1").call(request).keyMetadata().arn())
          .startsWith("arn:aws-test:kms:eu-west-1:");
      assertThat(kms.inAccount("111122223333").call(request).keyMetadata().arn())
          .startsWith("arn:aws-test:kms:us-east-1:111122223333:");
    }
  }

  @Test
  void client_ofAnyCaller_sharesTheState() {
    try (LocalKeyProvider kms = LocalKeyProvider.inMemory()) {
      Caller alice =
          new Caller("aws", "eu-west-3", "111122223333", "arn:aws:iam::111122223333:user/alice");
      KmsClient client = kms.client(alice);
      String keyId = client.createKey(b -> {}).keyMetadata().keyId();
      assertThat(
              kms.client(alice.inRegion("eu-west-3"))
                  .describeKey(b -> b.keyId(keyId))
                  .keyMetadata()
                  .arn())
          .isEqualTo("arn:aws:kms:eu-west-3:111122223333:key/" + keyId);
      String foreign = "arn:aws:kms:eu-west-3:444455556666:key/" + keyId;
      assertThat(catchThrowable(() -> client.describeKey(b -> b.keyId(foreign))))
          .hasMessageStartingWith(
              "User: arn:aws:iam::111122223333:user/alice is not authorized to perform:"
                  + " kms:DescribeKey on this resource because the resource does not exist");
    }
  }

  @Test
  void settings_malformed_areRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LocalKeyProvider.builder().region("nowhere").build())
        .withMessage("not a Region: nowhere");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LocalKeyProvider.builder().account("123").build())
        .withMessage("not an account id: 123");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LocalKeyProvider.builder().partition("gcp").build())
        .withMessage("not a partition: gcp");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Caller("aws", "us-east-1", "000000000000", "alice"))
        .withMessage("not a principal: alice");
  }

  @Test
  void random_repeatingItself_isRefused() {
    SecureRandom stuck =
        new SecureRandom() {
          private static final long serialVersionUID = 1L;

          @Override
          public void nextBytes(byte[] bytes) {
            Arrays.fill(bytes, (byte) 4);
          }
        };
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LocalKeyProvider.builder().random(stuck).build())
        .withMessage("embedded-kms: the source of randomness gives the same bytes twice");
  }

  @Test
  void random_set_isTheSourceOfKeys() {
    List<Integer> drawn = new ArrayList<>();
    SecureRandom counting =
        new SecureRandom() {
          private static final long serialVersionUID = 1L;

          @Override
          public void nextBytes(byte[] bytes) {
            drawn.add(bytes.length);
            super.nextBytes(bytes);
          }
        };
    try (LocalKeyProvider kms = LocalKeyProvider.builder().random(counting).build()) {
      drawn.clear();
      String keyId = kms.createKey(b -> {}).keyMetadata().keyId();
      assertThat(drawn).contains(32);
      drawn.clear();
      kms.generateDataKey(b -> b.keyId(keyId).numberOfBytes(77));
      assertThat(drawn).containsExactly(77);
    }
  }

  @Test
  void nullRequest_throwsNullPointer() {
    try (LocalKeyProvider kms = LocalKeyProvider.inMemory()) {
      assertThatExceptionOfType(NullPointerException.class)
          .isThrownBy(() -> kms.call(null))
          .withMessage("request");
      assertThatExceptionOfType(NullPointerException.class)
          .isThrownBy(() -> kms.client(null))
          .withMessage("caller");
    }
  }

  @OverDatabases
  @Test
  void closed_everyCallThrowsClosed_andClosingAgainDoesNothing() {
    Fixture fixture = new Fixture();
    KmsClient other = fixture.kms.inRegion("eu-west-1");
    // The storage that some requests need is closed with the provider.
    List<KmsRequest<?>> requests = new ArrayList<>();
    for (Sample sample : Sample.all()) {
      requests.add(sample.valid().apply(fixture));
    }
    fixture.kms.close();
    fixture.kms.close();
    for (KmsRequest<?> request : requests) {
      for (KmsClient client : List.of(fixture.kms, other)) {
        assertThat(catchThrowable(() -> client.call(request)))
            .isExactlyInstanceOf(ServiceClosedException.class)
            .hasMessage("embedded-kms: the provider is closed");
      }
    }
  }

  @OverDatabases
  @Test
  void close_wipesTheKeyMaterial() {
    Fixture fixture = new Fixture();
    var material = fixture.key().currentMaterial();
    SecretBytes plaintext = SecretBytes.fromUtf8String("x");
    assertThat(material.seal(plaintext, new byte[0])).isNotEmpty();
    fixture.kms.close();
    assertThat(catchThrowable(() -> material.seal(plaintext, new byte[0])))
        .isInstanceOf(IllegalStateException.class);
  }

  /** Creates a storage that fails when it reads an alias. */
  private static KeyStorage failing(RuntimeException failure) {
    return new Fixture.CountingStorage(KeyStorage.inMemory()) {
      @Override
      public Optional<AliasEntry> alias(Address address) {
        throw failure;
      }
    };
  }

  @Test
  void failureListener_receivesFailures_notServiceErrors() {
    List<String> reported = new ArrayList<>();
    IllegalStateException broken = new IllegalStateException("disk gone");
    try (LocalKeyProvider kms =
        LocalKeyProvider.builder()
            .storage(failing(broken))
            .failureListener(
                (operation, failure) -> {
                  reported.add(operation + ": " + failure.getMessage());
                  throw new IllegalArgumentException("listener broken too");
                })
            .build()) {
      assertThat(catchThrowable(() -> kms.describeKey(b -> b.keyId("nobody")))).isNotNull();
      assertThat(catchThrowable(() -> kms.createKey(b -> b.xksKeyId("key")))).isNotNull();
      assertThat(catchThrowable(() -> kms.call(null))).isNotNull();
      assertThat(reported).isEmpty();
      assertThat(catchThrowable(() -> kms.describeKey(b -> b.keyId("alias/x")))).isSameAs(broken);
      assertThat(reported).containsExactly("DescribeKey: disk gone");
      assertThat(broken.getSuppressed()[0]).hasMessage("listener broken too");
    }
  }

  @Test
  void failureListener_rethrowsTheFailure_doesNotReplaceIt() {
    UnsupportedOperationException bug = new UnsupportedOperationException("immutable list");
    try (LocalKeyProvider kms =
        LocalKeyProvider.builder()
            .storage(failing(bug))
            .failureListener(
                (operation, failure) -> {
                  throw (RuntimeException) failure;
                })
            .build()) {
      assertThat(catchThrowable(() -> kms.describeKey(b -> b.keyId("alias/x")))).isSameAs(bug);
      assertThat(bug).hasNoSuppressedExceptions();
    }
  }

  @Test
  void providers_shareNothing() {
    try (LocalKeyProvider one = LocalKeyProvider.inMemory();
        LocalKeyProvider other = LocalKeyProvider.inMemory()) {
      String keyId = one.createKey(b -> {}).keyMetadata().keyId();
      assertThat(catchThrowable(() -> other.describeKey(b -> b.keyId(keyId))))
          .hasMessage("Key 'arn:aws:kms:us-east-1:000000000000:key/" + keyId + "' does not exist");
    }
  }

  @Test
  void bouncyCastleRegisteredFirst_blobsDecryptWithBothProviders() throws Exception {
    try (LocalKeyProvider kms = LocalKeyProvider.inMemory()) {
      String keyId = kms.createKey(b -> {}).keyMetadata().keyId();
      var before = kms.generateDataKey(b -> b.keyId(keyId).keySpec(DataKeySpec.AES_256));
      Security.insertProviderAt(new BouncyCastleProvider(), 1);
      try {
        // A new thread, because this thread's ciphers were created before.
        var after =
            CompletableFuture.supplyAsync(
                    () -> kms.generateDataKey(b -> b.keyId(keyId).keySpec(DataKeySpec.AES_256)),
                    task -> new Thread(task).start())
                .get();
        for (var dataKey : List.of(before, after)) {
          assertThat(kms.decrypt(b -> b.ciphertextBlob(dataKey.ciphertextBlob())).plaintext())
              .isEqualTo(dataKey.plaintext());
        }
      } finally {
        Security.removeProvider(BouncyCastleProvider.PROVIDER_NAME);
      }
    }
  }
}
