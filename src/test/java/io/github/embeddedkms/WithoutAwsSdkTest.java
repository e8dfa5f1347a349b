package io.github.embeddedkms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.embeddedkms.local.LocalKeyProvider;
import io.github.embeddedkms.model.DataKeySpec;
import org.junit.jupiter.api.Test;

/** Run by itself, without the AWS SDK: everything but the face for it works. */
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
}
