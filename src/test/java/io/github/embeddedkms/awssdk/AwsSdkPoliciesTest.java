package io.github.embeddedkms.awssdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.embeddedkms.Caller;
import io.github.embeddedkms.endpoint.KmsEndpoint;
import io.github.embeddedkms.local.LocalKeyProvider;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.kms.KmsClientBuilder;
import software.amazon.awssdk.services.kms.model.KmsException;

/** A key policy decides between two SDK clients with different credentials. */
class AwsSdkPoliciesTest {

  private static final String ALICE = "arn:aws:iam::111122223333:user/alice";
  private static final String BOB = "arn:aws:iam::111122223333:user/bob";
  private static final String POLICY =
      """
      {"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": {"AWS": "111122223333"},
         "Action": "kms:PutKeyPolicy", "Resource": "*"},
        {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:user/alice"},
         "Action": "kms:Encrypt", "Resource": "*"}]}\
      """;

  private final LocalKeyProvider provider =
      LocalKeyProvider.builder().region("eu-central-1").account("111122223333").build();
  private final Caller alice = provider.defaultCaller().actingAs(ALICE);
  private final Caller bob = provider.defaultCaller().actingAs(BOB);
  private String keyId;

  @BeforeEach
  void createKey() {
    keyId = provider.createKey(key -> key.policy(POLICY)).keyMetadata().keyId();
  }

  @AfterEach
  void close() {
    provider.close();
  }

  private static KmsClient client(KmsClientBuilder builder, String accessKeyId) {
    return builder
        .region(Region.EU_CENTRAL_1)
        .credentialsProvider(
            StaticCredentialsProvider.create(
                AwsBasicCredentials.create(accessKeyId, "secret of " + accessKeyId)))
        .build();
  }

  private void assertDecided(KmsClient ofAlice, KmsClient ofBob) {
    assertThat(encrypt(ofAlice)).isNotNull();
    assertThatThrownBy(() -> encrypt(ofBob))
        .isInstanceOfSatisfying(
            KmsException.class,
            e -> {
              assertThat(e.awsErrorDetails().errorCode()).isEqualTo("AccessDeniedException");
              assertThat(e.awsErrorDetails().errorMessage())
                  .isEqualTo(
                      "User: "
                          + BOB
                          + " is not authorized to perform: kms:Encrypt on resource:"
                          + " arn:aws:kms:eu-central-1:111122223333:key/"
                          + keyId
                          + " because no resource-based policy allows the kms:Encrypt action");
            });
  }

  private SdkBytes encrypt(KmsClient kms) {
    return kms.encrypt(b -> b.keyId(keyId).plaintext(SdkBytes.fromUtf8String("x")))
        .ciphertextBlob();
  }

  @Test
  void inMemory_credentialsDecideWhoCalls() {
    var transport = AwsSdk.httpClient(provider, Map.of("AKIDALICE", alice, "AKIDBOB", bob));
    try (KmsClient one = client(KmsClient.builder().httpClient(transport), "AKIDALICE");
        KmsClient other = client(KmsClient.builder().httpClient(transport), "AKIDBOB")) {
      assertDecided(one, other);
    }
  }

  @Test
  void overHttp_signaturesDecideWhoCalls() throws Exception {
    try (KmsEndpoint endpoint =
            KmsEndpoint.builder(provider)
                .credentials("AKIDALICE", "secret of AKIDALICE", alice)
                .credentials("AKIDBOB", "secret of AKIDBOB", bob)
                .start();
        KmsClient one = client(KmsClient.builder().endpointOverride(endpoint.url()), "AKIDALICE");
        KmsClient other = client(KmsClient.builder().endpointOverride(endpoint.url()), "AKIDBOB")) {
      assertDecided(one, other);
    }
  }
}
