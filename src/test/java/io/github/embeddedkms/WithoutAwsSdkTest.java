package io.github.embeddedkms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.github.embeddedkms.awssdk.AwsSdk;
import io.github.embeddedkms.local.LocalKeyProvider;
import io.github.embeddedkms.local.Seed;
import io.github.embeddedkms.model.DataKeySpec;
import io.github.embeddedkms.seed.SeedFiles;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/**
 * Run separately, without the optional libraries: everything works except the features that need
 * them.
 */
class WithoutAwsSdkTest {

  @Test
  void dataKey_roundTrip_withoutTheAwsSdkOnTheClassPath() {
    assertThatExceptionOfType(ClassNotFoundException.class)
        .isThrownBy(() -> Class.forName("software.amazon.awssdk.services.kms.KmsClient"));
    try (LocalKeyProvider kms = LocalKeyProvider.inMemory()) {
      String keyId = kms.createKey(b -> {}).keyMetadata().keyId();
      var dataKey = kms.generateDataKey(b -> b.keyId(keyId).keySpec(DataKeySpec.AES_256));
      assertThat(kms.decrypt(b -> b.ciphertextBlob(dataKey.ciphertextBlob())).plaintext())
          .isEqualTo(dataKey.plaintext());
    }
  }

  @Test
  void clientOfTheSdk_withoutTheSdk_namesTheDependency() {
    try (LocalKeyProvider kms = LocalKeyProvider.inMemory()) {
      for (ThrowingCallable method :
          List.<ThrowingCallable>of(
              () -> AwsSdk.client(kms),
              () -> AwsSdk.asyncClient(kms),
              () -> AwsSdk.httpClient(kms),
              () -> AwsSdk.asyncHttpClient(kms))) {
        assertThatIllegalStateException()
            .isThrownBy(method)
            .withMessage(
                "embedded-kms: a client of the AWS SDK needs software.amazon.awssdk:kms 2.17.1 or"
                    + " newer: add this dependency, or update it");
      }
    }
  }

  @Test
  void seedFile_withoutYamlParser_namesTheDependency_andSeedsInCodeWork() {
    assertThatIllegalStateException()
        .isThrownBy(() -> SeedFiles.read("{}", "seed.yaml"))
        .withMessage(
            "embedded-kms: reading seed files needs org.snakeyaml:snakeyaml-engine 3.0.1 or newer:"
                + " add this dependency, or update it");
    Seed seed =
        Seed.builder()
            .key("bc436485-5092-42b8-92a3-0aa8b93536dc", key -> key.alias("alias/orders"))
            .build();
    try (LocalKeyProvider kms = LocalKeyProvider.builder().seed(seed).build()) {
      assertThat(kms.describeKey(b -> b.keyId("alias/orders"))).isNotNull();
    }
  }
}
