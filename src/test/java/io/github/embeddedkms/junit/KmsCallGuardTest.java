package io.github.embeddedkms.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.embeddedkms.awssdk.AwsSdk;
import io.github.embeddedkms.local.LocalKeyProvider;
import java.net.URI;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.auth.credentials.AnonymousCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.kms.KmsAsyncClient;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.kms.KmsClientBuilder;

/** A test with the annotation cannot call AWS. */
@EmbeddedKms
class KmsCallGuardTest {

  private static final String REMEDY =
      "Use @EmbeddedKms(redirect = true) on the test class, or give the code an injected client";

  /** A client as an application creates it, except that no credentials can be sent. */
  private static KmsClientBuilder application() {
    return KmsClient.builder()
        .region(Region.EU_WEST_1)
        .credentialsProvider(AnonymousCredentialsProvider.create());
  }

  @BeforeAll
  static void beforeAll() {
    assertThat(AwsCalls.areRefusedHere()).isFalse();
  }

  @AfterAll
  static void afterAll() {
    assertThat(AwsCalls.areRefusedHere()).isFalse();
  }

  @Test
  void clientOfTheApplication_wouldCallAws_isRefused() {
    try (KmsClient kms = application().build()) {
      assertThatExceptionOfType(SdkClientException.class)
          .isThrownBy(kms::listKeys)
          .withMessageStartingWith(
              "embedded-kms: this test would have called AWS: the KmsClient for eu-west-1 was about"
                  + " to send ListKeys to kms.eu-west-1.amazonaws.com. "
                  + REMEDY);
    }
  }

  @Test
  void asynchronousClient_wouldCallAws_isRefused() {
    try (KmsAsyncClient kms =
        KmsAsyncClient.builder()
            .region(Region.EU_WEST_1)
            .credentialsProvider(AnonymousCredentialsProvider.create())
            .build()) {
      assertThatExceptionOfType(CompletionException.class)
          .isThrownBy(() -> kms.listKeys().join())
          .withMessageContaining(
              "embedded-kms: this test would have called AWS: the KmsAsyncClient for eu-west-1 was"
                  + " about to send ListKeys to kms.eu-west-1.amazonaws.com. "
                  + REMEDY);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "kms-fips.us-east-1.amazonaws.com",
        "KMS.CN-NORTH-1.AMAZONAWS.COM.CN",
        "kms.eusc-de-east-1.amazonaws.eu",
        "kms.us-east-1.api.aws",
        "kms.cn-north-1.api.amazonwebservices.com.cn",
        "vpce-1-2.kms.us-east-1.vpce.amazonaws.com",
        "kms.us-iso-east-1.c2s.ic.gov"
      })
  void hostOfAws_ofEveryPartition_isRefused(String host) {
    try (KmsClient kms = application().endpointOverride(URI.create("https://" + host)).build()) {
      assertThatExceptionOfType(SdkClientException.class)
          .isThrownBy(kms::listKeys)
          .withMessageContaining("was about to send ListKeys to " + host + ". " + REMEDY);
    }
  }

  @Test
  void clientOfAnEndpoint_isNotRefused(URI endpoint) {
    try (KmsClient kms = application().endpointOverride(endpoint).build()) {
      assertThat(kms.listKeys().keys()).isEmpty();
    }
  }

  @Test
  void clientsInMemory_areNotRefused(LocalKeyProvider provider) {
    try (KmsClient kms = application().httpClient(AwsSdk.httpClient(provider)).build();
        KmsAsyncClient async =
            KmsAsyncClient.builder()
                .region(Region.EU_WEST_1)
                .credentialsProvider(AnonymousCredentialsProvider.create())
                .httpClient(AwsSdk.asyncHttpClient(provider))
                .build()) {
      assertThat(kms.listKeys().keys()).isEmpty();
      assertThat(async.listKeys().join().keys()).isEmpty();
    }
  }

  @Test
  void otherThreads_areNotAffected() throws ExecutionException, InterruptedException {
    assertThat(AwsCalls.areRefusedHere()).isTrue();
    FutureTask<Boolean> elsewhere = new FutureTask<>(AwsCalls::areRefusedHere);
    new Thread(elsewhere).start();
    assertThat(elsewhere.get()).isFalse();
  }
}
