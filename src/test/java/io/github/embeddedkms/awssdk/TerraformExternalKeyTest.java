package io.github.embeddedkms.awssdk;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.embeddedkms.local.LocalKeyProvider;
import io.github.embeddedkms.local.WrappedMaterial;
import io.github.embeddedkms.model.Bytes;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.kms.model.AlgorithmSpec;
import software.amazon.awssdk.services.kms.model.ExpirationModelType;
import software.amazon.awssdk.services.kms.model.GetParametersForImportResponse;
import software.amazon.awssdk.services.kms.model.KeyManagerType;
import software.amazon.awssdk.services.kms.model.KeyMetadata;
import software.amazon.awssdk.services.kms.model.KeyState;
import software.amazon.awssdk.services.kms.model.KeyUsageType;
import software.amazon.awssdk.services.kms.model.OriginType;
import software.amazon.awssdk.services.kms.model.Tag;
import software.amazon.awssdk.services.kms.model.WrappingKeySpec;

/**
 * Makes the calls of Terraform's {@code aws_kms_external_key} in its order: it imports the material
 * by RSAES_OAEP_SHA_256 under RSA_2048, again whenever {@code valid_to} changes, and reads the key
 * until the service returns what it has set. It reads no rotation status of such keys.
 *
 * <p>Source: terraform-provider-aws 5, {@code internal/service/kms/external_key.go}.
 */
class TerraformExternalKeyTest {

  private static final byte[] MATERIAL = new byte[32];
  private static final Tag TAG = Tag.builder().tagKey("Stage").tagValue("test").build();

  private Instant now = Instant.parse("2026-03-04T05:06:07.089Z");

  private final LocalKeyProvider provider =
      LocalKeyProvider.builder()
          .region("eu-central-1")
          .account("111122223333")
          .clock(() -> now)
          .build();
  private final KmsClient kms = AwsSdk.client(provider);

  @AfterEach
  void close() {
    kms.close();
    provider.close();
  }

  private String create() {
    KeyMetadata created =
        kms.createKey(
                b ->
                    b.bypassPolicyLockoutSafetyCheck(false)
                        .keyUsage(KeyUsageType.ENCRYPT_DECRYPT)
                        .origin(OriginType.EXTERNAL)
                        .description("orders")
                        .tags(TAG))
            .keyMetadata();
    assertThat(created.keyState()).isEqualTo(KeyState.PENDING_IMPORT);
    return created.keyId();
  }

  private void importMaterial(String keyId, Instant validTo) {
    GetParametersForImportResponse parameters =
        kms.getParametersForImport(
            b ->
                b.keyId(keyId)
                    .wrappingAlgorithm(AlgorithmSpec.RSAES_OAEP_SHA_256)
                    .wrappingKeySpec(WrappingKeySpec.RSA_2048));
    Bytes wrapped =
        WrappedMaterial.wrap(
            Bytes.fromByteArray(parameters.publicKey().asByteArray()),
            io.github.embeddedkms.model.AlgorithmSpec.RSAES_OAEP_SHA_256,
            MATERIAL);
    kms.importKeyMaterial(
        b ->
            b.keyId(keyId)
                .encryptedKeyMaterial(SdkBytes.fromByteArray(wrapped.asByteArray()))
                .importToken(parameters.importToken())
                .expirationModel(
                    validTo == null
                        ? ExpirationModelType.KEY_MATERIAL_DOES_NOT_EXPIRE
                        : ExpirationModelType.KEY_MATERIAL_EXPIRES)
                .validTo(validTo));
    KeyMetadata key = describe(keyId);
    assertThat(key.keyState()).isIn(KeyState.ENABLED, KeyState.DISABLED);
    assertThat(key.validTo()).isEqualTo(validTo);
  }

  private KeyMetadata describe(String keyId) {
    return kms.describeKey(b -> b.keyId(keyId)).keyMetadata();
  }

  private void refresh(String keyId, KeyState state, ExpirationModelType model) {
    KeyMetadata key = describe(keyId);
    assertThat(key.keyManager()).isEqualTo(KeyManagerType.CUSTOMER);
    assertThat(key.origin()).isEqualTo(OriginType.EXTERNAL);
    assertThat(key.keyState()).isEqualTo(state);
    assertThat(key.expirationModel()).isEqualTo(model);
    assertThat(key.multiRegion()).isFalse();
    assertThat(kms.getKeyPolicy(b -> b.keyId(keyId).policyName("default")).policy()).isNotEmpty();
    assertThat(kms.listResourceTagsPaginator(b -> b.keyId(keyId)).tags()).containsExactly(TAG);
  }

  private void destroy(String keyId) {
    kms.scheduleKeyDeletion(b -> b.keyId(keyId).pendingWindowInDays(7));
    assertThat(describe(keyId).keyState()).isEqualTo(KeyState.PENDING_DELETION);
  }

  @Test
  void externalKey_createUpdateAndDestroy_succeed() {
    String keyId = create();
    importMaterial(keyId, null);
    refresh(keyId, KeyState.ENABLED, ExpirationModelType.KEY_MATERIAL_DOES_NOT_EXPIRE);
    // With enabled = false, and back.
    kms.disableKey(b -> b.keyId(keyId));
    assertThat(describe(keyId).enabled()).isFalse();
    refresh(keyId, KeyState.DISABLED, ExpirationModelType.KEY_MATERIAL_DOES_NOT_EXPIRE);
    kms.enableKey(b -> b.keyId(keyId));
    assertThat(describe(keyId).enabled()).isTrue();
    // Another valid_to, and none again.
    importMaterial(keyId, Instant.parse("2026-05-01T00:00:00Z"));
    refresh(keyId, KeyState.ENABLED, ExpirationModelType.KEY_MATERIAL_EXPIRES);
    importMaterial(keyId, null);
    refresh(keyId, KeyState.ENABLED, ExpirationModelType.KEY_MATERIAL_DOES_NOT_EXPIRE);
    destroy(keyId);
  }

  @Test
  void externalKey_withoutMaterial_isRefreshedAndDestroyed() {
    String keyId = create();
    refresh(keyId, KeyState.PENDING_IMPORT, null);
    kms.updateKeyDescription(b -> b.keyId(keyId).description("changed"));
    destroy(keyId);
  }

  @Test
  void externalKey_whoseMaterialHasExpired_isRefreshed_andImportedAgain() {
    String keyId = create();
    importMaterial(keyId, now.plus(Duration.ofDays(1)));
    now = now.plus(Duration.ofDays(1));
    refresh(keyId, KeyState.PENDING_IMPORT, null);
    importMaterial(keyId, now.plus(Duration.ofDays(1)));
    refresh(keyId, KeyState.ENABLED, ExpirationModelType.KEY_MATERIAL_EXPIRES);
  }
}
