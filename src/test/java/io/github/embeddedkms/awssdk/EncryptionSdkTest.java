package io.github.embeddedkms.awssdk;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.amazonaws.encryptionsdk.AwsCrypto;
import com.amazonaws.encryptionsdk.CryptoResult;
import com.amazonaws.encryptionsdk.ParsedCiphertext;
import com.amazonaws.encryptionsdk.model.KeyBlob;
import io.github.embeddedkms.local.LocalKeyProvider;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.kms.model.DisabledException;
import software.amazon.awssdk.services.kms.model.InvalidCiphertextException;
import software.amazon.awssdk.services.kms.model.NotFoundException;
import software.amazon.cryptography.materialproviders.IKeyring;
import software.amazon.cryptography.materialproviders.MaterialProviders;
import software.amazon.cryptography.materialproviders.model.AwsCryptographicMaterialProvidersException;
import software.amazon.cryptography.materialproviders.model.CollectionOfErrors;
import software.amazon.cryptography.materialproviders.model.CreateAwsKmsDiscoveryKeyringInput;
import software.amazon.cryptography.materialproviders.model.CreateAwsKmsKeyringInput;
import software.amazon.cryptography.materialproviders.model.CreateAwsKmsMrkDiscoveryKeyringInput;
import software.amazon.cryptography.materialproviders.model.CreateAwsKmsMrkKeyringInput;
import software.amazon.cryptography.materialproviders.model.CreateMultiKeyringInput;
import software.amazon.cryptography.materialproviders.model.DiscoveryFilter;
import software.amazon.cryptography.materialproviders.model.MaterialProvidersConfig;

/** The AWS Encryption SDK, as applications use it, with this library's client of the AWS SDK. */
class EncryptionSdkTest {

  private static final byte[] MESSAGE = "a letter".getBytes(UTF_8);
  private static final Map<String, String> CONTEXT = Map.of("tenant", "acme");

  private final AwsCrypto crypto = AwsCrypto.standard();
  private final MaterialProviders providers =
      MaterialProviders.builder()
          .MaterialProvidersConfig(MaterialProvidersConfig.builder().build())
          .build();
  private final LocalKeyProvider provider =
      LocalKeyProvider.builder().region("eu-central-1").account("111122223333").build();
  private final KmsClient kms = AwsSdk.client(provider);
  private final KmsClient elsewhere =
      KmsClient.builder()
          .httpClient(AwsSdk.httpClient(provider))
          .region(Region.US_WEST_2)
          .credentialsProvider(
              StaticCredentialsProvider.create(
                  AwsBasicCredentials.create("111122223333", "secret")))
          .build();
  private final String keyArn = kms.createKey().keyMetadata().arn();
  private final String arnElsewhere = elsewhere.createKey().keyMetadata().arn();

  @AfterEach
  void close() {
    kms.close();
    elsewhere.close();
    provider.close();
  }

  private IKeyring keyring(KmsClient client, String arn) {
    return providers.CreateAwsKmsKeyring(
        CreateAwsKmsKeyringInput.builder().kmsClient(client).kmsKeyId(arn).build());
  }

  private IKeyring discovery(String account) {
    return providers.CreateAwsKmsDiscoveryKeyring(
        CreateAwsKmsDiscoveryKeyringInput.builder()
            .kmsClient(kms)
            .discoveryFilter(
                DiscoveryFilter.builder().partition("aws").accountIds(List.of(account)).build())
            .build());
  }

  /** Returns a keyring with data keys of the first key, which the second key encrypts as well. */
  private IKeyring both() {
    return providers.CreateMultiKeyring(
        CreateMultiKeyringInput.builder()
            .generator(keyring(kms, keyArn))
            .childKeyrings(List.of(keyring(elsewhere, arnElsewhere)))
            .build());
  }

  private byte[] seal(IKeyring keyring) {
    return crypto.encryptData(keyring, MESSAGE, CONTEXT).getResult();
  }

  private byte[] open(IKeyring keyring, byte[] sealed) {
    return crypto.decryptData(keyring, sealed).getResult();
  }

  private static void assertServiceError(AwsServiceException error, String message) {
    // The library creates new exceptions of the SDK, which keep only the message of the service
    // error.
    assertThat(error.getMessage())
        .matches(
            Pattern.quote(message + " (Service: Kms, Status Code: 400, Request ID: ")
                + "[0-9a-f-]{36}"
                + Pattern.quote(") (SDK Attempt Count: 1)"));
  }

  /** If a message cannot be opened, the exception contains a list of the service errors. */
  private <E extends AwsServiceException> void assertOpeningFails(
      IKeyring keyring, byte[] sealed, Class<E> type, String message) {
    CollectionOfErrors errors =
        catchThrowableOfType(CollectionOfErrors.class, () -> open(keyring, sealed));
    assertThat(errors)
        .hasMessage(
            "No Configured KMS Key was able to decrypt the Data Key. The list of encountered"
                + " Exceptions is available via `list`.");
    assertThat(errors.list()).hasSize(1);
    assertThat(errors.list().get(0)).isInstanceOf(type);
    assertServiceError((AwsServiceException) errors.list().get(0), message);
  }

  @Test
  void kmsKeyring_roundTrip() {
    byte[] sealed = seal(keyring(kms, keyArn));
    CryptoResult<byte[], ?> opened = crypto.decryptData(keyring(kms, keyArn), sealed);
    assertThat(opened.getResult()).isEqualTo(MESSAGE);
    assertThat(opened.getEncryptionContext()).containsAllEntriesOf(CONTEXT);
    assertThat(seal(keyring(kms, keyArn))).isNotEqualTo(sealed);
  }

  @Test
  void dataKeyOfAMessage_isABlobOfTheKeyBoundToTheWholeContext() {
    ParsedCiphertext sealed = new ParsedCiphertext(seal(keyring(kms, keyArn)));
    assertThat(sealed.getEncryptedKeyBlobs()).hasSize(1);
    KeyBlob dataKey = sealed.getEncryptedKeyBlobs().get(0);
    assertThat(dataKey.getProviderId()).isEqualTo("aws-kms");
    assertThat(new String(dataKey.getProviderInformation(), UTF_8)).isEqualTo(keyArn);
    SdkBytes blob = SdkBytes.fromByteArray(dataKey.getEncryptedDataKey());
    Map<String, String> context = new HashMap<>(sealed.getEncryptionContextMap());
    assertThat(context).containsOnlyKeys("tenant", "aws-crypto-public-key");
    assertThat(
            kms.decrypt(b -> b.ciphertextBlob(blob).encryptionContext(context))
                .plaintext()
                .asByteArray())
        .hasSize(32);
    // The library compares contexts itself, so only this call shows that the blob is bound to them.
    context.put("tenant", "emca");
    assertThatExceptionOfType(InvalidCiphertextException.class)
        .isThrownBy(() -> kms.decrypt(b -> b.ciphertextBlob(blob).encryptionContext(context)));
  }

  @Test
  void discoveryKeyring_opensMessagesThatItsFilterAdmits() {
    byte[] sealed = seal(keyring(kms, keyArn));
    assertThat(open(discovery("111122223333"), sealed)).isEqualTo(MESSAGE);
    assertThatExceptionOfType(AwsCryptographicMaterialProvidersException.class)
        .isThrownBy(() -> open(discovery("444455556666"), sealed))
        .withMessageStartingWith(
            "Unable to decrypt data key: No Encrypted Data Keys found to match.")
        .withMessageContaining(keyArn);
  }

  @Test
  void disabledKey_throwsTheServiceErrorUntilEnabledAgain() {
    byte[] sealed = seal(keyring(kms, keyArn));
    kms.disableKey(b -> b.keyId(keyArn));
    String message = keyArn + " is disabled.";
    assertServiceError(
        catchThrowableOfType(DisabledException.class, () -> seal(keyring(kms, keyArn))), message);
    assertOpeningFails(keyring(kms, keyArn), sealed, DisabledException.class, message);
    assertOpeningFails(discovery("111122223333"), sealed, DisabledException.class, message);
    kms.enableKey(b -> b.keyId(keyArn));
    assertThat(open(keyring(kms, keyArn), sealed)).isEqualTo(MESSAGE);
  }

  @Test
  void multiKeyring_oneKeyDisabled_theOtherOpens() {
    byte[] sealed = seal(both());
    assertThat(new ParsedCiphertext(sealed).getEncryptedKeyBlobs())
        .extracting(blob -> new String(blob.getProviderInformation(), UTF_8))
        .containsExactly(keyArn, arnElsewhere);
    assertThat(open(keyring(kms, keyArn), sealed)).isEqualTo(MESSAGE);
    assertThat(open(keyring(elsewhere, arnElsewhere), sealed)).isEqualTo(MESSAGE);
    kms.disableKey(b -> b.keyId(keyArn));
    assertThat(open(both(), sealed)).isEqualTo(MESSAGE);
    assertServiceError(
        catchThrowableOfType(DisabledException.class, () -> seal(both())),
        keyArn + " is disabled.");
  }

  private IKeyring mrkAware(KmsClient client, String arn) {
    return providers.CreateAwsKmsMrkKeyring(
        CreateAwsKmsMrkKeyringInput.builder().kmsClient(client).kmsKeyId(arn).build());
  }

  private IKeyring mrkDiscovery(KmsClient client, Region region) {
    return providers.CreateAwsKmsMrkDiscoveryKeyring(
        CreateAwsKmsMrkDiscoveryKeyringInput.builder()
            .kmsClient(client)
            .region(region.id())
            .discoveryFilter(
                DiscoveryFilter.builder()
                    .partition("aws")
                    .accountIds(List.of("111122223333"))
                    .build())
            .build());
  }

  /** Creates a multi-Region key with a replica in the other Region, and returns its ARN. */
  private String replicated() {
    String arn = kms.createKey(b -> b.multiRegion(true)).keyMetadata().arn();
    kms.replicateKey(b -> b.keyId(arn).replicaRegion(Region.US_WEST_2.id()));
    return arn;
  }

  private static String inOtherRegion(String arn) {
    return arn.replace("eu-central-1", Region.US_WEST_2.id());
  }

  @Test
  void mrkAwareKeyring_ofTheReplica_opensWhatThePrimarySealed_andViceVersa() {
    String arn = replicated();
    String replicaArn = inOtherRegion(arn);
    assertThat(open(mrkAware(elsewhere, replicaArn), seal(mrkAware(kms, arn)))).isEqualTo(MESSAGE);
    byte[] ofReplica = seal(mrkAware(elsewhere, replicaArn));
    assertThat(open(mrkAware(kms, arn), ofReplica)).isEqualTo(MESSAGE);
    // An ordinary keyring requires the ARN in the message.
    assertThatExceptionOfType(AwsCryptographicMaterialProvidersException.class)
        .isThrownBy(() -> open(keyring(kms, arn), ofReplica));
  }

  @Test
  void mrkAwareKeyring_replicaBecomesThePrimary_andIsRotated_stillOpens() {
    String arn = replicated();
    byte[] before = seal(mrkAware(kms, arn));
    kms.updatePrimaryRegion(b -> b.keyId(arn).primaryRegion(Region.US_WEST_2.id()));
    elsewhere.rotateKeyOnDemand(b -> b.keyId(inOtherRegion(arn)));
    byte[] after = seal(mrkAware(elsewhere, inOtherRegion(arn)));
    for (byte[] sealed : List.of(before, after)) {
      assertThat(open(mrkAware(kms, arn), sealed)).isEqualTo(MESSAGE);
      assertThat(open(mrkAware(elsewhere, inOtherRegion(arn)), sealed)).isEqualTo(MESSAGE);
    }
  }

  @Test
  void mrkAwareDiscoveryKeyring_opensInTheReplicasRegion() {
    byte[] sealed = seal(mrkAware(kms, replicated()));
    assertThat(open(mrkDiscovery(elsewhere, Region.US_WEST_2), sealed)).isEqualTo(MESSAGE);
    assertThat(open(mrkDiscovery(kms, Region.EU_CENTRAL_1), sealed)).isEqualTo(MESSAGE);
    byte[] ofOneRegion = seal(keyring(kms, keyArn));
    assertThatExceptionOfType(AwsCryptographicMaterialProvidersException.class)
        .isThrownBy(() -> open(mrkDiscovery(elsewhere, Region.US_WEST_2), ofOneRegion));
  }

  @Test
  void mrkAwareKeyring_replicaDisabled_throwsTheServiceError() {
    String arn = replicated();
    byte[] sealed = seal(mrkAware(kms, arn));
    String replicaArn = inOtherRegion(arn);
    elsewhere.disableKey(b -> b.keyId(replicaArn));
    assertOpeningFails(
        mrkAware(elsewhere, replicaArn),
        sealed,
        DisabledException.class,
        replicaArn + " is disabled.");
    assertThat(open(mrkAware(kms, arn), sealed)).isEqualTo(MESSAGE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"key/00000000-0000-0000-0000-000000000000", "alias/missing"})
  void seal_unknownKey_throwsTheServiceError(String resource) {
    String unknown = "arn:aws:kms:eu-central-1:111122223333:" + resource;
    assertServiceError(
        catchThrowableOfType(NotFoundException.class, () -> seal(keyring(kms, unknown))),
        resource.startsWith("key/")
            ? "Key '" + unknown + "' does not exist"
            : "Alias " + unknown + " is not found.");
  }

  @Test
  void open_unknownKey_throwsTheServiceError() {
    byte[] sealed = seal(keyring(kms, keyArn));
    try (LocalKeyProvider empty =
            LocalKeyProvider.builder().region("eu-central-1").account("111122223333").build();
        KmsClient other = AwsSdk.client(empty)) {
      assertOpeningFails(
          keyring(other, keyArn),
          sealed,
          NotFoundException.class,
          "Key '" + keyArn + "' does not exist");
    }
  }
}
