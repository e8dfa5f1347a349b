package example;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.amazonaws.encryptionsdk.AwsCrypto;
import io.github.embeddedkms.junit.EmbeddedKms;
import java.util.Map;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.cryptography.materialproviders.IKeyring;
import software.amazon.cryptography.materialproviders.MaterialProviders;
import software.amazon.cryptography.materialproviders.model.CreateAwsKmsKeyringInput;
import software.amazon.cryptography.materialproviders.model.MaterialProvidersConfig;

@EmbeddedKms
class EncryptionSdkTest {

  @Test
  void letter_isEncrypted_andComesBack(KmsClient kms) {
    String keyArn = kms.createKey().keyMetadata().arn();
    IKeyring keyring =
        MaterialProviders.builder()
            .MaterialProvidersConfig(MaterialProvidersConfig.builder().build())
            .build()
            .CreateAwsKmsKeyring(
                CreateAwsKmsKeyringInput.builder().kmsClient(kms).kmsKeyId(keyArn).build());
    AwsCrypto crypto = AwsCrypto.standard();
    Map<String, String> context = Map.of("tenant", "acme");
    byte[] sealed = crypto.encryptData(keyring, "hello".getBytes(UTF_8), context).getResult();
    assertThat(crypto.decryptData(keyring, sealed, context).getResult())
        .asString(UTF_8)
        .isEqualTo("hello");
  }
}
