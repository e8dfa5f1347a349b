package app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.embeddedkms.junit.EmbeddedKms;
import java.nio.ByteBuffer;
import java.util.Map;
import org.apache.iceberg.aws.AwsKeyManagementClient;
import org.apache.iceberg.encryption.KeyManagementClient;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Apache Iceberg's key management, which creates its KMS client itself. */
@EmbeddedKms(redirect = true, aliases = "alias/tables")
class IcebergTest {

  private static final String KEY = "alias/tables";

  @BeforeEach
  void forgetOperations() {
    Operations.taken();
  }

  @Test
  void key_isWrapped_andUnwrapped() {
    try (KeyManagementClient iceberg = new AwsKeyManagementClient()) {
      iceberg.initialize(Map.of());
      ByteBuffer key = ByteBuffer.wrap("sixteen bytes ..".getBytes(UTF_8));
      ByteBuffer wrapped = iceberg.wrapKey(key.duplicate(), KEY);
      assertThat(wrapped).isNotEqualTo(key);
      assertThat(iceberg.unwrapKey(wrapped, KEY)).isEqualTo(key);
    }
    assertThat(Operations.taken()).containsExactly("Encrypt", "Decrypt");
  }

  @Test
  void key_isGenerated_andUnwrapped() {
    try (KeyManagementClient iceberg = new AwsKeyManagementClient()) {
      iceberg.initialize(Map.of());
      assertThat(iceberg.supportsKeyGeneration()).isTrue();
      KeyManagementClient.KeyGenerationResult generated = iceberg.generateKey(KEY);
      assertThat(generated.key().remaining()).isEqualTo(32);
      assertThat(iceberg.unwrapKey(generated.wrappedKey(), KEY)).isEqualTo(generated.key());
    }
    assertThat(Operations.taken()).containsExactly("GenerateDataKey", "Decrypt");
  }
}
