package io.github.embeddedkms.awssdk;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.embeddedkms.local.LocalKeyProvider;
import io.github.embeddedkms.local.WrappedMaterial;
import io.github.embeddedkms.model.Bytes;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.kms.model.AlgorithmSpec;
import software.amazon.awssdk.services.kms.model.ExpirationModelType;
import software.amazon.awssdk.services.kms.model.GetParametersForImportResponse;
import software.amazon.awssdk.services.kms.model.KeyMetadata;
import software.amazon.awssdk.services.kms.model.KeyState;
import software.amazon.awssdk.services.kms.model.MultiRegionKeyType;
import software.amazon.awssdk.services.kms.model.OriginType;
import software.amazon.awssdk.services.kms.model.ReplicateKeyResponse;
import software.amazon.awssdk.services.kms.model.Tag;
import software.amazon.awssdk.services.kms.model.WrappingKeySpec;

/**
 * The calls of Terraform's AWS provider for the resource {@code aws_kms_replica_key}, in its order:
 * it replicates in the Region of the primary key, and reads the replica in its own Region until it
 * is no longer Creating.
 *
 * <p>Source: terraform-provider-aws 5, {@code internal/service/kms/replica_key.go}.
 */
class TerraformReplicaCallsTest {

  private static final String POLICY =
      "{\"Version\":\"2012-10-17\",\"Id\":\"replica\",\"Statement\":[{\"Effect\":\"Allow\","
          + "\"Principal\":{\"AWS\":\"arn:aws:iam::111122223333:root\"},"
          + "\"Action\":\"kms:*\",\"Resource\":\"*\"}]}";
  private static final Duration POLL = Duration.ofSeconds(2);

  private Instant now = Instant.parse("2026-03-04T05:06:07.089Z");

  private final LocalKeyProvider provider =
      LocalKeyProvider.builder()
          .region("eu-central-1")
          .account("111122223333")
          .clock(() -> now)
          .multiRegionTransition(Duration.ofSeconds(5))
          .build();
  private final KmsClient primaryRegion = AwsSdk.client(provider);
  private final KmsClient replicaRegion =
      KmsClient.builder()
          .httpClient(AwsSdk.httpClient(provider))
          .region(Region.US_WEST_2)
          .credentialsProvider(
              StaticCredentialsProvider.create(
                  AwsBasicCredentials.create("111122223333", "secret")))
          .build();

  @AfterEach
  void close() {
    primaryRegion.close();
    replicaRegion.close();
    provider.close();
  }

  private static Tag tag(String key, String value) {
    return Tag.builder().tagKey(key).tagValue(value).build();
  }

  @Test
  void replicaKey_createRefreshUpdateAndDestroy_succeed() {
    String primaryArn =
        primaryRegion.createKey(b -> b.multiRegion(true).description("orders")).keyMetadata().arn();
    String keyId = create(primaryArn);
    refresh(keyId, primaryArn, "replica", tag("Stage", "test"));
    update(keyId);
    refresh(keyId, primaryArn, "changed", tag("Stage", "production"));
    destroy(primaryArn, keyId);
  }

  /** The resources {@code aws_kms_external_key} and {@code aws_kms_replica_external_key}. */
  @Test
  void replicaExternalKey_createWithMaterial_isEnabled() {
    byte[] material = new byte[32];
    String primaryArn =
        primaryRegion
            .createKey(b -> b.multiRegion(true).origin(OriginType.EXTERNAL))
            .keyMetadata()
            .arn();
    importMaterial(primaryRegion, primaryArn, material);
    String keyId =
        primaryRegion
            .replicateKey(b -> b.keyId(primaryArn).replicaRegion("us-west-2"))
            .replicaKeyMetadata()
            .keyId();
    while (describe(keyId).keyState() == KeyState.CREATING) {
      now = now.plus(POLL);
    }
    assertThat(describe(keyId).keyState()).isEqualTo(KeyState.PENDING_IMPORT);
    importMaterial(replicaRegion, keyId, material);
    assertThat(describe(keyId).keyState()).isEqualTo(KeyState.ENABLED);
    assertThat(describe(keyId).expirationModel())
        .isEqualTo(ExpirationModelType.KEY_MATERIAL_DOES_NOT_EXPIRE);
  }

  private static void importMaterial(KmsClient kms, String keyId, byte[] material) {
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
            material);
    kms.importKeyMaterial(
        b ->
            b.keyId(keyId)
                .importToken(parameters.importToken())
                .encryptedKeyMaterial(SdkBytes.fromByteArray(wrapped.asByteArray()))
                .expirationModel(ExpirationModelType.KEY_MATERIAL_DOES_NOT_EXPIRE));
  }

  private String create(String primaryArn) {
    ReplicateKeyResponse created =
        primaryRegion.replicateKey(
            b ->
                b.keyId(primaryArn.substring(primaryArn.lastIndexOf('/') + 1))
                    .replicaRegion("us-west-2")
                    .bypassPolicyLockoutSafetyCheck(false)
                    .description("replica")
                    .policy(POLICY)
                    .tags(tag("Stage", "test")));
    String keyId = created.replicaKeyMetadata().keyId();
    int polls = 0;
    while (describe(keyId).keyState() == KeyState.CREATING) {
      now = now.plus(POLL);
      polls++;
    }
    assertThat(polls).isEqualTo(3);
    assertThat(describe(keyId).keyState()).isEqualTo(KeyState.ENABLED);
    assertThat(policyOf(keyId)).isEqualTo(POLICY);
    return keyId;
  }

  private KeyMetadata describe(String keyId) {
    return replicaRegion.describeKey(b -> b.keyId(keyId)).keyMetadata();
  }

  private String policyOf(String keyId) {
    return replicaRegion
        .getKeyPolicy(b -> b.keyId(keyId).policyName("default"))
        .policy()
        .replaceAll("\\s", "");
  }

  /** What Terraform reads at each refresh. */
  private void refresh(String keyId, String primaryArn, String description, Tag... tags) {
    KeyMetadata key = describe(keyId);
    assertThat(key.description()).isEqualTo(description);
    assertThat(key.enabled()).isTrue();
    assertThat(key.multiRegion()).isTrue();
    assertThat(key.multiRegionConfiguration().multiRegionKeyType())
        .isEqualTo(MultiRegionKeyType.REPLICA);
    assertThat(key.multiRegionConfiguration().primaryKey().arn()).isEqualTo(primaryArn);
    assertThat(policyOf(keyId)).isEqualTo(POLICY);
    assertThat(replicaRegion.getKeyRotationStatus(b -> b.keyId(keyId)).keyRotationEnabled())
        .isFalse();
    assertThat(replicaRegion.listResourceTagsPaginator(b -> b.keyId(keyId)).tags())
        .containsExactly(tags);
  }

  private void update(String keyId) {
    replicaRegion.disableKey(b -> b.keyId(keyId));
    assertThat(describe(keyId).enabled()).isFalse();
    replicaRegion.enableKey(b -> b.keyId(keyId));
    assertThat(describe(keyId).enabled()).isTrue();
    replicaRegion.updateKeyDescription(b -> b.keyId(keyId).description("changed"));
    replicaRegion.tagResource(b -> b.keyId(keyId).tags(tag("Stage", "production")));
  }

  /** The replica first, because it depends on the primary key. */
  private void destroy(String primaryArn, String keyId) {
    replicaRegion.scheduleKeyDeletion(b -> b.keyId(keyId).pendingWindowInDays(7));
    assertThat(describe(keyId).keyState()).isEqualTo(KeyState.PENDING_DELETION);
    primaryRegion.scheduleKeyDeletion(b -> b.keyId(primaryArn).pendingWindowInDays(7));
    // Terraform takes both states for the end of the key.
    assertThat(primaryRegion.describeKey(b -> b.keyId(primaryArn)).keyMetadata().keyState())
        .isEqualTo(KeyState.PENDING_REPLICA_DELETION);
  }
}
