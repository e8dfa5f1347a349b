package io.github.embeddedkms.awssdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.embeddedkms.local.LocalKeyProvider;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.kms.model.CreateGrantResponse;
import software.amazon.awssdk.services.kms.model.GrantListEntry;
import software.amazon.awssdk.services.kms.model.GrantOperation;
import software.amazon.awssdk.services.kms.model.NotFoundException;

/**
 * The calls of Terraform's AWS provider for the resource {@code aws_kms_grant}, in its order: it
 * looks for a grant in the pages of the key's grants, after creating it and at every refresh.
 *
 * <p>Source: terraform-provider-aws 5, {@code internal/service/kms/grant.go}.
 */
class TerraformGrantCallsTest {

  private static final String GRANTEE = "arn:aws:iam::111122223333:role/orders";
  private static final String RETIRING = "arn:aws:iam::111122223333:user/cleaner";

  private final LocalKeyProvider provider =
      LocalKeyProvider.builder().region("eu-central-1").account("111122223333").build();
  private final KmsClient kms = AwsSdk.client(provider);
  private final String keyId = kms.createKey().keyMetadata().keyId();

  @AfterEach
  void close() {
    kms.close();
    provider.close();
  }

  /** Of the two kinds of constraints, the one that is not configured is sent as an empty map. */
  private CreateGrantResponse create(Map<String, String> equal, Map<String, String> subset) {
    return kms.createGrant(
        b ->
            b.keyId(keyId)
                .name("orders")
                .granteePrincipal(GRANTEE)
                .retiringPrincipal(RETIRING)
                .operations(GrantOperation.DECRYPT, GrantOperation.ENCRYPT)
                .constraints(
                    c -> c.encryptionContextEquals(equal).encryptionContextSubset(subset)));
  }

  private List<GrantListEntry> find(String grantId) {
    return kms.listGrantsPaginator(b -> b.keyId(keyId).limit(100)).grants().stream()
        .filter(grant -> grant.grantId().equals(grantId))
        .toList();
  }

  private GrantListEntry refresh(String grantId) {
    List<GrantListEntry> found = find(grantId);
    assertThat(found).hasSize(1);
    GrantListEntry grant = found.get(0);
    assertThat(grant.name()).isEqualTo("orders");
    assertThat(grant.granteePrincipal()).isEqualTo(GRANTEE);
    assertThat(grant.retiringPrincipal()).isEqualTo(RETIRING);
    assertThat(grant.operations())
        .containsExactlyInAnyOrder(GrantOperation.DECRYPT, GrantOperation.ENCRYPT);
    return grant;
  }

  @Test
  void grant_withSubset_isCreatedRefreshedAndRevoked() {
    Map<String, String> pairs = Map.of("table", "orders");
    String grantId = create(Map.of(), pairs).grantId();
    GrantListEntry grant = refresh(grantId);
    assertThat(grant.constraints().encryptionContextSubset()).isEqualTo(pairs);
    assertThat(grant.constraints().encryptionContextEquals()).isEmpty();
    kms.revokeGrant(b -> b.keyId(keyId).grantId(grantId));
    assertThat(find(grantId)).isEmpty();
    // Terraform takes this for success: another program was faster.
    assertThatThrownBy(() -> kms.revokeGrant(b -> b.keyId(keyId).grantId(grantId)))
        .isInstanceOf(NotFoundException.class);
  }

  @Test
  void grant_withEquals_isCreatedRefreshedAndRetired() {
    Map<String, String> pairs = Map.of("table", "orders", "stage", "test");
    CreateGrantResponse created = create(pairs, Map.of());
    assertThat(created.grantToken()).isNotEmpty();
    GrantListEntry grant = refresh(created.grantId());
    assertThat(grant.constraints().encryptionContextEquals()).isEqualTo(pairs);
    assertThat(grant.constraints().encryptionContextSubset()).isEmpty();
    // With retire_on_delete.
    kms.retireGrant(b -> b.keyId(keyId).grantId(created.grantId()));
    assertThat(find(created.grantId())).isEmpty();
  }
}
