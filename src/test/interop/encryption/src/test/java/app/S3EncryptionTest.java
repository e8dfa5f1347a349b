package app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.embeddedkms.junit.EmbeddedKms;
import java.util.Map;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.encryption.s3.S3EncryptionClient;
import software.amazon.encryption.s3.materials.KmsKeyring;

/** The Amazon S3 Encryption Client over one bucket in memory. */
@EmbeddedKms(aliases = "alias/documents")
class S3EncryptionTest {

  private static final Map<String, String> CONTEXT = Map.of("tenant", "acme");

  @Test
  void object_isStoredEncrypted_andComesBack(KmsClient kms) {
    Bucket bucket = new Bucket();
    Operations.taken();
    try (S3Client s3 =
        S3EncryptionClient.builderV4()
            .region(Region.US_EAST_1)
            .wrappedAsyncClient(bucket.asyncClient())
            .keyring(KmsKeyring.builder().kmsClient(kms).wrappingKeyId("alias/documents").build())
            .build()) {
      s3.putObject(
          put ->
              put.bucket("bucket")
                  .key("note")
                  .overrideConfiguration(S3EncryptionClient.withAdditionalConfiguration(CONTEXT)),
          RequestBody.fromString("two spare keys"));
      assertThat(Operations.taken()).containsExactly("GenerateDataKey");
      assertThat(bucket.stored("note")).isNotEmpty().asString().doesNotContain("spare");

      assertThat(
              s3.getObjectAsBytes(
                      get ->
                          get.bucket("bucket")
                              .key("note")
                              .overrideConfiguration(
                                  S3EncryptionClient.withAdditionalConfiguration(CONTEXT)))
                  .asUtf8String())
          .isEqualTo("two spare keys");
      assertThat(Operations.taken()).containsExactly("Decrypt");

      assertThatThrownBy(
              () ->
                  s3.getObjectAsBytes(
                      get ->
                          get.bucket("bucket")
                              .key("note")
                              .overrideConfiguration(
                                  S3EncryptionClient.withAdditionalConfiguration(
                                      Map.of("tenant", "other")))))
          .isInstanceOf(RuntimeException.class);
    }
  }
}
