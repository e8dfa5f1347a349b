package io.github.embeddedkms.awssdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.groups.Tuple.tuple;

import io.github.embeddedkms.local.LocalKeyProvider;
import io.github.embeddedkms.operation.OperationType;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.kms.model.AliasListEntry;
import software.amazon.awssdk.services.kms.model.CustomerMasterKeySpec;
import software.amazon.awssdk.services.kms.model.KeyMetadata;
import software.amazon.awssdk.services.kms.model.KeyState;
import software.amazon.awssdk.services.kms.model.KeyUsageType;
import software.amazon.awssdk.services.kms.model.KmsException;
import software.amazon.awssdk.services.kms.model.NotFoundException;
import software.amazon.awssdk.services.kms.model.Tag;

/**
 * The calls of Terraform's AWS provider for the resources {@code aws_kms_key} and {@code
 * aws_kms_alias}, in its order: it reads every property back after a change, until the service
 * returns what it has set, and reads all properties of each resource at every refresh.
 *
 * <p>Source: terraform-provider-aws 5, {@code internal/service/kms/key.go} and {@code alias.go}.
 */
class TerraformCallsTest {

  private static final String POLICY =
      """
      {
          "Version": "2012-10-17",
          "Id": "orders",
          "Statement": [
              {
                  "Sid": "account",
                  "Effect": "Allow",
                  "Principal": {"AWS": "arn:aws:iam::111122223333:root"},
                  "Action": "kms:*",
                  "Resource": "*"
              },
              {
                  "Sid": "onlyOrders",
                  "Effect": "Deny",
                  "Principal": {"AWS": "*"},
                  "Action": "kms:Decrypt",
                  "Resource": "*",
                  "Condition": {"StringNotEquals": {"kms:EncryptionContext:table": "orders"}}
              }
          ]
      }
      """;

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

  @Test
  void keyAndAlias_createRefreshUpdateAndDestroy_succeed() {
    String keyId = create(tag("Stage", "test"), tag("Team", ""));
    refresh(keyId, "orders", POLICY, tag("Stage", "test"), tag("Team", ""));
    createAlias("alias/orders", keyId);
    refreshAlias("alias/orders", keyId);
    assertThatPolicyDecides(keyId);

    update(keyId);
    refresh(keyId, "", withId("changed"), tag("Owner", "me"), tag("Stage", "production"));
    String second = create();
    kms.updateAlias(b -> b.aliasName("alias/orders").targetKeyId(second));
    refreshAlias("alias/orders", second);
    disableAndEnable(keyId);

    kms.deleteAlias(b -> b.aliasName("alias/orders"));
    assertThat(aliases()).isEmpty();
    destroy(keyId);
    destroy(second);
  }

  @SuppressWarnings("deprecation") // it is what Terraform sends
  private String create(Tag... tags) {
    KeyMetadata created =
        kms.createKey(
                b ->
                    b.bypassPolicyLockoutSafetyCheck(false)
                        .customerMasterKeySpec(CustomerMasterKeySpec.SYMMETRIC_DEFAULT)
                        .keyUsage(KeyUsageType.ENCRYPT_DECRYPT)
                        .multiRegion(false)
                        .description("orders")
                        .policy(POLICY)
                        .tags(tags))
            .keyMetadata();
    assertThat(created.keyState()).isEqualTo(KeyState.ENABLED);
    return created.keyId();
  }

  /** What Terraform reads at each refresh. */
  private void refresh(String keyId, String description, String policy, Tag... tags) {
    KeyMetadata key = describe(keyId);
    assertThat(key.description()).isEqualTo(description);
    assertThat(key.enabled()).isTrue();
    assertThat(key.multiRegion()).isFalse();
    assertThat(withoutSpace(policyOf(keyId))).isEqualTo(withoutSpace(policy));
    // Until this library has the operation.
    if (OperationType.GET_KEY_ROTATION_STATUS.isSupported()) {
      assertThat(kms.getKeyRotationStatus(b -> b.keyId(keyId)).keyRotationEnabled()).isFalse();
    }
    assertThat(kms.listResourceTagsPaginator(b -> b.keyId(keyId)).tags()).containsExactly(tags);
  }

  private void assertThatPolicyDecides(String keyId) {
    assertThat(decrypt(keyId, Map.of("table", "orders"))).isEqualTo(SdkBytes.fromUtf8String("x"));
    assertThatThrownBy(() -> decrypt(keyId, Map.of("table", "customers")))
        .isInstanceOf(KmsException.class)
        .hasMessageContaining(" with an explicit deny in a resource-based policy");
  }

  private SdkBytes decrypt(String keyId, Map<String, String> context) {
    SdkBytes blob =
        kms.encrypt(
                b ->
                    b.keyId(keyId)
                        .encryptionContext(context)
                        .plaintext(SdkBytes.fromUtf8String("x")))
            .ciphertextBlob();
    return kms.decrypt(b -> b.ciphertextBlob(blob).encryptionContext(context)).plaintext();
  }

  private void update(String keyId) {
    kms.updateKeyDescription(b -> b.keyId(keyId).description(""));
    assertThat(describe(keyId).description()).isEmpty();
    kms.putKeyPolicy(
        b ->
            b.keyId(keyId)
                .policyName("default")
                .policy(withId("changed"))
                .bypassPolicyLockoutSafetyCheck(false));
    assertThat(withoutSpace(policyOf(keyId))).isEqualTo(withoutSpace(withId("changed")));
    kms.untagResource(b -> b.keyId(keyId).tagKeys("Team"));
    kms.tagResource(b -> b.keyId(keyId).tags(tag("Stage", "production"), tag("Owner", "me")));
  }

  private void disableAndEnable(String keyId) {
    kms.disableKey(b -> b.keyId(keyId));
    assertThat(describe(keyId).enabled()).isFalse();
    kms.enableKey(b -> b.keyId(keyId));
    assertThat(describe(keyId).enabled()).isTrue();
  }

  private void destroy(String keyId) {
    kms.scheduleKeyDeletion(b -> b.keyId(keyId).pendingWindowInDays(7));
    assertThat(describe(keyId).keyState()).isEqualTo(KeyState.PENDING_DELETION);
    // A refresh before the key is gone still reads everything.
    assertThat(policyOf(keyId)).isNotEmpty();
    assertThat(kms.listResourceTags(b -> b.keyId(keyId)).truncated()).isFalse();
    now = now.plus(Duration.ofDays(7));
    assertThat(
            catchThrowableOfType(
                NotFoundException.class, () -> kms.describeKey(b -> b.keyId(keyId))))
        .isNotNull();
  }

  private void createAlias(String name, String keyId) {
    kms.createAlias(b -> b.aliasName(name).targetKeyId(keyId));
  }

  private void refreshAlias(String name, String keyId) {
    assertThat(aliases())
        .extracting(AliasListEntry::aliasName, AliasListEntry::targetKeyId)
        .containsExactly(tuple(name, keyId));
  }

  private List<AliasListEntry> aliases() {
    return kms.listAliasesPaginator().aliases().stream().toList();
  }

  private KeyMetadata describe(String keyId) {
    return kms.describeKey(b -> b.keyId(keyId)).keyMetadata();
  }

  private String policyOf(String keyId) {
    return kms.getKeyPolicy(b -> b.keyId(keyId).policyName("default")).policy();
  }

  private static String withId(String id) {
    return POLICY.replace("\"orders\"", "\"" + id + "\"");
  }

  private static String withoutSpace(String json) {
    return json.replaceAll("\\s", "");
  }

  private static Tag tag(String key, String value) {
    return Tag.builder().tagKey(key).tagValue(value).build();
  }
}
