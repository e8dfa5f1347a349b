package app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.amazonaws.encryptionsdk.AwsCrypto;
import com.amazonaws.encryptionsdk.CryptoMaterialsManager;
import com.amazonaws.encryptionsdk.caching.CachingCryptoMaterialsManager;
import com.amazonaws.encryptionsdk.caching.LocalCryptoMaterialsCache;
import com.amazonaws.encryptionsdk.kmssdkv2.KmsMasterKeyProvider;
import io.github.embeddedkms.junit.EmbeddedKms;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.cryptography.materialproviders.IKeyring;
import software.amazon.cryptography.materialproviders.MaterialProviders;
import software.amazon.cryptography.materialproviders.model.CreateAwsKmsKeyringInput;
import software.amazon.cryptography.materialproviders.model.CreateAwsKmsMrkKeyringInput;
import software.amazon.cryptography.materialproviders.model.CreateAwsKmsMrkMultiKeyringInput;
import software.amazon.cryptography.materialproviders.model.CreateMultiKeyringInput;
import software.amazon.cryptography.materialproviders.model.MaterialProvidersConfig;

/** The AWS Encryption SDK for Java with keyrings, and with its older caching materials manager. */
@EmbeddedKms
class EncryptionSdkTest {

  private static final Map<String, String> CONTEXT = Map.of("tenant", "acme");
  private static final byte[] NOTE = "two spare keys".getBytes(UTF_8);

  private final AwsCrypto crypto = AwsCrypto.standard();
  private final MaterialProviders providers =
      MaterialProviders.builder()
          .MaterialProvidersConfig(MaterialProvidersConfig.builder().build())
          .build();

  @EmbeddedKms private KmsClient kms;

  private String one;
  private String two;

  @BeforeEach
  void createKeys() {
    one = kms.createKey().keyMetadata().arn();
    two = kms.createKey().keyMetadata().arn();
    Operations.taken();
  }

  private IKeyring mrkAware(String key) {
    return providers.CreateAwsKmsMrkKeyring(
        CreateAwsKmsMrkKeyringInput.builder().kmsClient(kms).kmsKeyId(key).build());
  }

  @Test
  void mrkAwareKeyring_encrypts_andDecrypts() {
    IKeyring keyring = mrkAware(one);
    byte[] sealed = crypto.encryptData(keyring, NOTE, CONTEXT).getResult();
    assertThat(crypto.decryptData(keyring, sealed, CONTEXT).getResult()).isEqualTo(NOTE);
    assertThat(Operations.taken()).containsExactly("GenerateDataKey", "Decrypt");
    assertThatThrownBy(() -> crypto.decryptData(mrkAware(two), sealed, CONTEXT))
        .isInstanceOf(RuntimeException.class);
  }

  @Test
  void mrkAwareMultiKeyring_encryptsForTwoKeys_andEachDecrypts() {
    IKeyring both =
        providers.CreateAwsKmsMrkMultiKeyring(
            CreateAwsKmsMrkMultiKeyringInput.builder()
                .generator(one)
                .kmsKeyIds(List.of(two))
                .clientSupplier(region -> kms)
                .build());
    byte[] sealed = crypto.encryptData(both, NOTE, CONTEXT).getResult();
    assertThat(Operations.taken()).containsExactly("GenerateDataKey", "Encrypt");
    for (String key : List.of(one, two)) {
      assertThat(crypto.decryptData(mrkAware(key), sealed, CONTEXT).getResult()).isEqualTo(NOTE);
      assertThat(Operations.taken()).containsExactly("Decrypt");
    }
  }

  @Test
  void multiKeyring_oneKeyIsDisabled_theOtherDecrypts() {
    List<IKeyring> keyrings =
        List.of(one, two).stream()
            .map(
                key ->
                    providers.CreateAwsKmsKeyring(
                        CreateAwsKmsKeyringInput.builder().kmsClient(kms).kmsKeyId(key).build()))
            .toList();
    IKeyring both =
        providers.CreateMultiKeyring(
            CreateMultiKeyringInput.builder()
                .generator(keyrings.get(0))
                .childKeyrings(keyrings.subList(1, 2))
                .build());
    byte[] sealed = crypto.encryptData(both, NOTE, CONTEXT).getResult();
    kms.disableKey(disable -> disable.keyId(one));
    assertThat(crypto.decryptData(both, sealed, CONTEXT).getResult()).isEqualTo(NOTE);
    assertThat(Operations.taken())
        .containsExactly("GenerateDataKey", "Encrypt", "DisableKey", "Decrypt", "Decrypt");
  }

  @Test
  void cachingMaterialsManager_manyMessages_needOneDataKey() {
    CryptoMaterialsManager caching =
        CachingCryptoMaterialsManager.newBuilder()
            .withMasterKeyProvider(
                KmsMasterKeyProvider.builder()
                    .customRegionalClientSupplier(region -> kms)
                    .buildStrict(one))
            .withCache(new LocalCryptoMaterialsCache(10))
            .withMaxAge(1, TimeUnit.HOURS)
            .build();
    List<byte[]> sealed =
        List.of(1, 2, 3).stream()
            .map(i -> (byte[]) crypto.encryptData(caching, NOTE, CONTEXT).getResult())
            .toList();
    assertThat(Operations.taken()).containsExactly("GenerateDataKey");
    for (byte[] message : sealed) {
      assertThat(crypto.decryptData(caching, message).getResult()).isEqualTo(NOTE);
    }
    assertThat(Operations.taken()).containsExactly("Decrypt");
  }
}
