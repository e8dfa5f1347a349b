package io.github.embeddedkms.junit;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.embeddedkms.Caller;
import io.github.embeddedkms.local.LocalKeyProvider;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kms.KmsAsyncClient;
import software.amazon.awssdk.services.kms.KmsClient;

/** Uses the annotation as a user would. */
@EmbeddedKms(
    region = "eu-west-1",
    account = "111122223333",
    seed = "/seeds/orders.yaml",
    aliases = {"alias/invoices", "alias/letters"})
class EmbeddedKmsTest {

  private static final String KEY_ID = "bc436485-5092-42b8-92a3-0aa8b93536dc";

  @EmbeddedKms private KmsClient sdk;
  @EmbeddedKms private LocalKeyProvider provider;

  private String createdBefore;

  @BeforeEach
  void createOne(io.github.embeddedkms.KmsClient kms) {
    createdBefore = kms.createKey(b -> {}).keyMetadata().keyId();
  }

  @Test
  void attributes_configureTheProvider() {
    assertThat(provider.defaultCaller()).isEqualTo(Caller.of("eu-west-1", "111122223333"));
    assertThat(provider.describeKey(b -> b.keyId("alias/orders")).keyMetadata().keyId())
        .isEqualTo(KEY_ID);
    assertThat(sdk.listAliases().aliases())
        .extracting(alias -> alias.aliasName())
        .containsExactly("alias/invoices", "alias/letters", "alias/orders");
  }

  @Test
  void injectedObjects_useTheSameKeys(
      KmsAsyncClient async, URI endpoint, io.github.embeddedkms.KmsClient typed) throws Exception {
    var blob =
        sdk.encrypt(b -> b.keyId("alias/invoices").plaintext(SdkBytes.fromUtf8String("hello")))
            .ciphertextBlob();
    assertThat(async.decrypt(b -> b.ciphertextBlob(blob)).get().plaintext().asUtf8String())
        .isEqualTo("hello");
    assertThat(typed.describeKey(b -> b.keyId(createdBefore))).isNotNull();
    var request =
        HttpRequest.newBuilder(endpoint)
            .header("X-Amz-Target", "TrentService.ListKeys")
            .header("Content-Type", "application/x-amz-json-1.1")
            .POST(HttpRequest.BodyPublishers.ofString("{}"))
            .build();
    var response = HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
    assertThat(response.body()).contains(KEY_ID, createdBefore);
    assertThat(response.statusCode()).isEqualTo(200);
  }

  @Test
  void test_seesOnlyItsOwnKeys() {
    // Two keys of the seed, two for the aliases, and one created by createOne.
    assertThat(sdk.listKeys().keys()).hasSize(5);
  }

  @Nested
  class WithinTheClass {

    @EmbeddedKms private KmsAsyncClient async;

    @Test
    void nestedClass_usesTheProviderOfTheEnclosingClass() throws Exception {
      assertThat(async.describeKey(b -> b.keyId(createdBefore)).get()).isNotNull();
    }
  }

  @Nested
  @EmbeddedKms
  class WithItsOwnAnnotation {

    @Test
    void nestedClass_withItsOwnAnnotation_hasItsOwnProvider(LocalKeyProvider own) {
      assertThat(own.defaultCaller().region()).isEqualTo("us-east-1");
      assertThat(own).isSameAs(provider);
      assertThat(own.listKeys(b -> {}).keys()).hasSize(1);
    }
  }

  @Test
  @EmbeddedKms(seed = "orders.json")
  void method_withItsOwnAnnotation_hasItsOwnProvider(KmsClient own) {
    assertThat(own.listKeys().keys()).hasSize(3);
    assertThat(own).isSameAs(sdk);
  }
}
