package io.github.embeddedkms.awssdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.embeddedkms.CallbackService;
import io.github.embeddedkms.Caller;
import io.github.embeddedkms.FailureListener;
import io.github.embeddedkms.KmsService;
import io.github.embeddedkms.local.LocalKeyProvider;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import software.amazon.awssdk.auth.credentials.AnonymousCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.kms.KmsAsyncClient;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.kms.model.DataKeySpec;
import software.amazon.awssdk.services.kms.model.DecryptResponse;
import software.amazon.awssdk.services.kms.model.DisabledException;
import software.amazon.awssdk.services.kms.model.GenerateDataKeyResponse;
import software.amazon.awssdk.services.kms.model.InvalidCiphertextException;
import software.amazon.awssdk.services.kms.model.KeyListEntry;
import software.amazon.awssdk.services.kms.model.KeyMetadata;
import software.amazon.awssdk.services.kms.model.KmsException;
import software.amazon.awssdk.services.kms.model.KmsInternalException;
import software.amazon.awssdk.services.kms.model.NotFoundException;

@Timeout(value = 1, unit = TimeUnit.MINUTES)
class AwsSdkTest {

  private final LocalKeyProvider provider =
      LocalKeyProvider.builder()
          .region("eu-central-1")
          .account("111122223333")
          .clock(() -> Instant.parse("2026-03-04T05:06:07.089Z"))
          .build();
  private final KmsClient kms = AwsSdk.client(provider);

  @AfterEach
  void close() {
    kms.close();
    provider.close();
  }

  @Test
  void client_dataKey_roundTrip() {
    KeyMetadata key = kms.createKey(b -> b.description("orders")).keyMetadata();
    assertThat(key.arn()).startsWith("arn:aws:kms:eu-central-1:111122223333:key/");
    assertThat(key.creationDate()).isEqualTo("2026-03-04T05:06:07.089Z");
    kms.createAlias(b -> b.aliasName("alias/orders").targetKeyId(key.keyId()));
    Map<String, String> context = Map.of("tenant", "acme");
    GenerateDataKeyResponse dataKey =
        kms.generateDataKey(
            b -> b.keyId("alias/orders").keySpec(DataKeySpec.AES_256).encryptionContext(context));
    DecryptResponse opened =
        kms.decrypt(b -> b.ciphertextBlob(dataKey.ciphertextBlob()).encryptionContext(context));
    assertThat(opened.plaintext()).isEqualTo(dataKey.plaintext());
    assertThat(opened.keyId()).isEqualTo(key.arn());
    assertThat(opened.responseMetadata().requestId()).matches("[0-9a-f-]{36}");
    kms.disableKey(b -> b.keyId(key.keyId()));
    assertThatExceptionOfType(DisabledException.class)
        .isThrownBy(
            () ->
                kms.decrypt(
                    b -> b.ciphertextBlob(dataKey.ciphertextBlob()).encryptionContext(context)))
        .satisfies(
            e ->
                assertThat(e.awsErrorDetails().errorMessage())
                    .isEqualTo(key.arn() + " is disabled."));
  }

  @Test
  void errors_haveTheSdksClasses() {
    NotFoundException notFound =
        catchThrowableOfType(
            NotFoundException.class, () -> kms.describeKey(b -> b.keyId("alias/missing")));
    assertThat(notFound.awsErrorDetails().errorCode()).isEqualTo("NotFoundException");
    assertThat(notFound.awsErrorDetails().errorMessage())
        .isEqualTo("Alias arn:aws:kms:eu-central-1:111122223333:alias/missing is not found.");
    assertThat(notFound.statusCode()).isEqualTo(400);
    assertThat(notFound.requestId()).isNotEmpty();
    InvalidCiphertextException invalid =
        catchThrowableOfType(
            InvalidCiphertextException.class,
            () -> kms.decrypt(b -> b.ciphertextBlob(SdkBytes.fromUtf8String("garbage"))));
    assertThat(invalid.awsErrorDetails().errorMessage()).isNull();
    KmsException validation =
        catchThrowableOfType(
            KmsException.class,
            () -> kms.encrypt(b -> b.keyId("k").plaintext(SdkBytes.fromUtf8String(""))));
    assertThat(validation.awsErrorDetails().errorCode()).isEqualTo("ValidationException");
    assertThat(validation.awsErrorDetails().errorMessage())
        .isEqualTo(
            "1 validation error detected: Value at 'plaintext' failed to satisfy constraint: Member"
                + " must have length greater than or equal to 1");
  }

  @Test
  void paginator_returnsEveryKey() {
    List<String> keys =
        Stream.generate(() -> kms.createKey().keyMetadata().keyId()).limit(12).toList();
    assertThat(kms.listKeysPaginator(b -> b.limit(5)).keys().stream().map(KeyListEntry::keyId))
        .containsExactlyInAnyOrderElementsOf(keys);
  }

  @Test
  void customClient_itsRegionAndAccountAreUsed() {
    try (KmsClient elsewhere =
        KmsClient.builder()
            .httpClient(AwsSdk.httpClient(provider))
            .region(Region.AP_SOUTH_1)
            .credentialsProvider(
                StaticCredentialsProvider.create(
                    AwsBasicCredentials.create("444455556666", "secret")))
            .build()) {
      assertThat(elsewhere.createKey().keyMetadata().arn())
          .startsWith("arn:aws:kms:ap-south-1:444455556666:key/");
    }
    try (KmsClient named =
        KmsClient.builder()
            .httpClient(AwsSdk.httpClient(provider))
            .region(Region.CN_NORTH_1)
            .credentialsProvider(
                StaticCredentialsProvider.create(
                    AwsBasicCredentials.create("AKIDEXAMPLE", "secret")))
            .build()) {
      assertThat(named.createKey().keyMetadata().arn())
          .startsWith("arn:aws-cn:kms:cn-north-1:111122223333:key/");
    }
  }

  @Test
  void client_requestWithOtherCredentials_isForTheirAccount() {
    StaticCredentialsProvider other =
        StaticCredentialsProvider.create(AwsBasicCredentials.create("444455556666", "secret"));
    assertThat(
            kms.createKey(b -> b.overrideConfiguration(o -> o.credentialsProvider(other)))
                .keyMetadata()
                .arn())
        .startsWith("arn:aws:kms:eu-central-1:444455556666:key/");
    try (KmsAsyncClient async = AwsSdk.asyncClient(provider)) {
      assertThat(
              async
                  .createKey(b -> b.overrideConfiguration(o -> o.credentialsProvider(other)))
                  .join()
                  .keyMetadata()
                  .arn())
          .startsWith("arn:aws:kms:eu-central-1:444455556666:key/");
    }
    assertThat(kms.createKey().keyMetadata().arn())
        .startsWith("arn:aws:kms:eu-central-1:111122223333:key/");
  }

  @Test
  void client_anonymousRequest_isForTheServicesAccountAndTheClientsRegion() {
    assertThat(
            kms.createKey(
                    b ->
                        b.overrideConfiguration(
                            o -> o.credentialsProvider(AnonymousCredentialsProvider.create())))
                .keyMetadata()
                .arn())
        .startsWith("arn:aws:kms:eu-central-1:111122223333:key/");
  }

  @Test
  void failureOtherThanServiceError_isInternalForTheCaller_andReportedToTheListener() {
    KmsService failing =
        CallbackService.of(
            Caller.of("us-east-1", "111122223333"),
            request -> {
              throw new IllegalStateException("a bug");
            });
    List<String> reported = new CopyOnWriteArrayList<>();
    FailureListener listener =
        (operation, failure) -> reported.add(operation + ": " + failure.getMessage());
    try (KmsClient client =
        KmsClient.builder()
            .httpClient(AwsSdk.httpClient(failing, listener))
            .region(Region.US_EAST_1)
            .credentialsProvider(
                StaticCredentialsProvider.create(AwsBasicCredentials.create("a", "b")))
            .overrideConfiguration(c -> c.retryStrategy(r -> r.maxAttempts(1)))
            .build()) {
      assertThatExceptionOfType(KmsInternalException.class).isThrownBy(() -> client.listKeys());
    }
    assertThat(reported).containsExactly("ListKeys: a bug");
  }

  @Test
  void closedProvider_isAnIllegalStateException_afterOneAttempt() {
    AtomicInteger attempts = new AtomicInteger();
    LocalKeyProvider closed = LocalKeyProvider.inMemory();
    KmsService counting = CallbackService.before(closed, attempts::incrementAndGet);
    try (KmsClient sync = AwsSdk.client(counting);
        KmsAsyncClient async = AwsSdk.asyncClient(counting)) {
      closed.close();
      assertThatThrownBy(sync::listKeys)
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("embedded-kms: the provider is closed");
      assertThat(attempts).hasValue(1);
      assertThatThrownBy(() -> async.listKeys().join())
          .hasRootCauseInstanceOf(IllegalStateException.class)
          .hasMessageContaining("embedded-kms: the provider is closed");
      assertThat(attempts).hasValue(2);
    }
  }

  @Test
  void anonymous_regionOfTheHost_isTheCallersRegion() {
    for (Region region : List.of(Region.CN_NORTH_1, Region.US_GOV_WEST_1, Region.EU_CENTRAL_1)) {
      try (KmsClient anonymous =
          KmsClient.builder()
              .httpClient(AwsSdk.httpClient(provider))
              .region(region)
              .credentialsProvider(AnonymousCredentialsProvider.create())
              .build()) {
        assertThat(anonymous.createKey().keyMetadata().arn())
            .startsWith("arn:" + region.metadata().partition().id() + ":kms:" + region.id() + ":");
      }
    }
  }

  @Test
  void asyncClient_dataKey_roundTrip() {
    try (KmsAsyncClient async = AwsSdk.asyncClient(provider)) {
      String keyId = async.createKey().join().keyMetadata().keyId();
      GenerateDataKeyResponse dataKey =
          async.generateDataKey(b -> b.keyId(keyId).numberOfBytes(24)).join();
      DecryptResponse opened =
          async.decrypt(b -> b.ciphertextBlob(dataKey.ciphertextBlob())).join();
      assertThat(opened.plaintext()).isEqualTo(dataKey.plaintext());
      assertThatExceptionOfType(CompletionException.class)
          .isThrownBy(() -> async.describeKey(b -> b.keyId("missing")).join())
          .withCauseInstanceOf(NotFoundException.class);
    }
  }

  @Test
  void asyncCall_isProcessedOnAnotherThread() {
    AtomicReference<Thread> processing = new AtomicReference<>();
    KmsService watched =
        CallbackService.before(provider, () -> processing.set(Thread.currentThread()));
    try (KmsAsyncClient async = AwsSdk.asyncClient(watched)) {
      async.listKeys().join();
      assertThat(processing.get()).isNotNull().isNotSameAs(Thread.currentThread());
    }
    try (KmsClient sync = AwsSdk.client(watched)) {
      sync.listKeys();
      assertThat(processing.get()).isSameAs(Thread.currentThread());
    }
  }

  @Test
  void asyncCall_cancelledBeforeItBegins_isDropped() {
    Queue<Runnable> waiting = new ArrayDeque<>();
    try (KmsAsyncClient async =
        KmsAsyncClient.builder()
            .httpClient(AwsSdk.asyncHttpClient(provider, waiting::add, FailureListener.none()))
            .region(Region.EU_CENTRAL_1)
            .credentialsProvider(
                StaticCredentialsProvider.create(
                    AwsBasicCredentials.create("111122223333", "secret")))
            .build()) {
      CompletableFuture<?> dropped = async.createKey();
      dropped.cancel(true);
      waiting.forEach(Runnable::run);
      assertThat(kms.listKeys().keys()).isEmpty();
      waiting.clear();
      CompletableFuture<?> finished = async.createKey();
      waiting.forEach(Runnable::run);
      finished.join();
      assertThat(kms.listKeys().keys()).hasSize(1);
    }
  }
}
