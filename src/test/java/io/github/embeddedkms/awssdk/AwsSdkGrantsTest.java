package io.github.embeddedkms.awssdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.embeddedkms.Caller;
import io.github.embeddedkms.authorization.Identities;
import io.github.embeddedkms.authorization.Identity;
import io.github.embeddedkms.endpoint.KmsEndpoint;
import io.github.embeddedkms.local.LocalKeyProvider;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.kms.KmsClientBuilder;
import software.amazon.awssdk.services.kms.model.CreateGrantResponse;
import software.amazon.awssdk.services.kms.model.DryRunOperationException;
import software.amazon.awssdk.services.kms.model.GrantConstraints;
import software.amazon.awssdk.services.kms.model.GrantListEntry;
import software.amazon.awssdk.services.kms.model.GrantOperation;
import software.amazon.awssdk.services.kms.model.KmsException;
import software.amazon.awssdk.services.kms.model.NotFoundException;

/** Two SDK clients with different credentials: one creates grants, the other works under them. */
class AwsSdkGrantsTest {

  private static final String ALICE = "arn:aws:iam::111122223333:user/alice";
  private static final String BOB = "arn:aws:iam::111122223333:user/bob";
  private static final Map<String, String> CONTEXT = Map.of("tenant", "acme", "order", "7");
  private static final GrantConstraints OF_ACME =
      GrantConstraints.builder().encryptionContextSubset(Map.of("tenant", "acme")).build();

  private final LocalKeyProvider provider =
      LocalKeyProvider.builder()
          .region("eu-central-1")
          .account("111122223333")
          .clock(() -> Instant.parse("2026-03-04T05:06:07.089Z"))
          .identities(Identities.of(Map.of(ALICE, Identity.administrator(), BOB, Identity.none())))
          .build();
  private final Map<String, Caller> callers =
      Map.of(
          "AKIDALICE",
          provider.defaultCaller().actingAs(ALICE),
          "AKIDBOB",
          provider.defaultCaller().actingAs(BOB));
  private final KmsClient alice = inMemory("AKIDALICE");
  private final KmsClient bob = inMemory("AKIDBOB");
  private String keyId;
  private String keyArn;

  @BeforeEach
  void createKey() {
    keyArn = alice.createKey().keyMetadata().arn();
    keyId = keyArn.substring(keyArn.lastIndexOf('/') + 1);
  }

  @AfterEach
  void close() {
    alice.close();
    bob.close();
    provider.close();
  }

  private KmsClient inMemory(String accessKeyId) {
    return client(
        KmsClient.builder().httpClient(AwsSdk.httpClient(provider, callers)), accessKeyId);
  }

  private static KmsClient client(KmsClientBuilder builder, String accessKeyId) {
    return builder
        .region(Region.EU_CENTRAL_1)
        .credentialsProvider(
            StaticCredentialsProvider.create(
                AwsBasicCredentials.create(accessKeyId, "secret of " + accessKeyId)))
        .build();
  }

  private static void assertRefused(ThrowingCallable call, String code, String message) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            KmsException.class,
            e -> {
              assertThat(e.awsErrorDetails().errorCode()).isEqualTo(code);
              assertThat(e.awsErrorDetails().errorMessage()).isEqualTo(message);
            });
  }

  private void assertBobMayNot(String action, ThrowingCallable call) {
    assertRefused(
        call,
        "AccessDeniedException",
        "User: %s is not authorized to perform: kms:%s on resource: %s because no identity-based policy allows the kms:%s action"
            .formatted(BOB, action, keyArn, action));
  }

  private static void assertDryRun(ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            DryRunOperationException.class,
            e ->
                assertThat(e.awsErrorDetails().errorMessage())
                    .isEqualTo("The request would have succeeded, but the DryRun option is set."));
  }

  private CreateGrantResponse grantToBob(GrantOperation... operations) {
    return alice.createGrant(
        b -> b.keyId(keyId).granteePrincipal(BOB).constraints(OF_ACME).operations(operations));
  }

  private List<String> grants() {
    return alice.listGrants(b -> b.keyId(keyId)).grants().stream()
        .map(GrantListEntry::grantId)
        .toList();
  }

  private void assertGranteeDecrypts(KmsClient ofAlice, KmsClient ofBob) {
    SdkBytes sealed =
        ofAlice
            .encrypt(
                b ->
                    b.keyId(keyId)
                        .plaintext(SdkBytes.fromUtf8String("order"))
                        .encryptionContext(CONTEXT))
            .ciphertextBlob();
    ThrowingCallable decrypt =
        () -> ofBob.decrypt(b -> b.ciphertextBlob(sealed).encryptionContext(CONTEXT));
    assertBobMayNot("Decrypt", decrypt);
    CreateGrantResponse grant =
        ofAlice.createGrant(
            b ->
                b.keyId(keyId)
                    .granteePrincipal(BOB)
                    .operations(GrantOperation.DECRYPT)
                    .constraints(OF_ACME));
    // A token is for services that learn of grants late: it is accepted, and the grant needs none.
    for (List<String> tokens : List.of(List.<String>of(), List.of(grant.grantToken()))) {
      assertThat(
              ofBob
                  .decrypt(
                      b -> b.ciphertextBlob(sealed).encryptionContext(CONTEXT).grantTokens(tokens))
                  .plaintext()
                  .asUtf8String())
          .isEqualTo("order");
    }
    assertBobMayNot(
        "Encrypt",
        () ->
            ofBob.encrypt(
                b ->
                    b.keyId(keyArn)
                        .plaintext(SdkBytes.fromUtf8String("order"))
                        .encryptionContext(CONTEXT)));
    ofAlice.revokeGrant(b -> b.keyId(keyId).grantId(grant.grantId()));
    assertBobMayNot("Decrypt", decrypt);
  }

  @Test
  void decrypt_byGrantee_isAllowedWhileTheGrantExists() {
    assertGranteeDecrypts(alice, bob);
  }

  @Test
  void decrypt_byGranteeOverHttp_isAllowedWhileTheGrantExists() throws Exception {
    KmsEndpoint.Builder builder = KmsEndpoint.builder(provider);
    callers.forEach((id, caller) -> builder.credentials(id, "secret of " + id, caller));
    try (KmsEndpoint endpoint = builder.start();
        KmsClient one = client(KmsClient.builder().endpointOverride(endpoint.url()), "AKIDALICE");
        KmsClient other = client(KmsClient.builder().endpointOverride(endpoint.url()), "AKIDBOB")) {
      assertGranteeDecrypts(one, other);
    }
  }

  @Test
  void decrypt_otherContextThanTheConstraint_isRefused() {
    grantToBob(GrantOperation.DECRYPT, GrantOperation.ENCRYPT);
    SdkBytes sealed =
        bob.encrypt(
                b ->
                    b.keyId(keyArn)
                        .plaintext(SdkBytes.fromUtf8String("x"))
                        .encryptionContext(CONTEXT))
            .ciphertextBlob();
    assertBobMayNot(
        "Decrypt",
        () ->
            bob.decrypt(
                b -> b.ciphertextBlob(sealed).encryptionContext(Map.of("tenant", "other"))));
  }

  @Test
  void listGrants_returnsTheMembersOfTheGrant() {
    CreateGrantResponse created =
        alice.createGrant(
            b ->
                b.keyId(keyId)
                    .granteePrincipal(BOB)
                    .retiringPrincipal(ALICE)
                    .operations(GrantOperation.DECRYPT, GrantOperation.RETIRE_GRANT)
                    .constraints(OF_ACME)
                    .name("orders"));
    assertThat(created.grantId()).matches("[0-9a-f]{64}");
    GrantListEntry expected =
        GrantListEntry.builder()
            .keyId(keyArn)
            .grantId(created.grantId())
            .name("orders")
            .creationDate(Instant.parse("2026-03-04T05:06:07.089Z"))
            .granteePrincipal(BOB)
            .retiringPrincipal(ALICE)
            .issuingAccount("arn:aws:iam::111122223333:root")
            .operations(GrantOperation.DECRYPT, GrantOperation.RETIRE_GRANT)
            .constraints(OF_ACME)
            .build();
    assertThat(alice.listGrants(b -> b.keyId(keyId)).grants()).containsExactly(expected);
    assertThat(alice.listRetirableGrants(b -> b.retiringPrincipal(ALICE)).grants())
        .containsExactly(expected);
  }

  @Test
  void listGrants_grantForAService_hasTheMembersForServices() {
    String sourceArn = "arn:aws:rds:eu-central-1:111122223333:db:orders";
    alice.createGrant(
        b ->
            b.keyId(keyId)
                .granteeServicePrincipal("rds.amazonaws.com")
                .retiringServicePrincipal("rds.amazonaws.com")
                .operations(GrantOperation.DECRYPT)
                .constraints(c -> c.sourceArn(sourceArn)));
    GrantListEntry listed = alice.listGrants(b -> b.keyId(keyId)).grants().get(0);
    assertThat(listed.granteeServicePrincipal()).isEqualTo("rds.amazonaws.com");
    assertThat(listed.retiringServicePrincipal()).isEqualTo("rds.amazonaws.com");
    assertThat(listed.granteePrincipal()).isNull();
    assertThat(listed.retiringPrincipal()).isNull();
    assertThat(listed.constraints().sourceArn()).isEqualTo(sourceArn);
    assertThat(listed.name()).isEmpty();
  }

  @Test
  void paginators_returnEveryGrant() {
    List<String> created =
        Stream.generate(
                () ->
                    alice
                        .createGrant(
                            b ->
                                b.keyId(keyId)
                                    .granteePrincipal(BOB)
                                    .retiringPrincipal(BOB)
                                    .operations(GrantOperation.DESCRIBE_KEY))
                        .grantId())
            .limit(7)
            .toList();
    assertThat(alice.listGrantsPaginator(b -> b.keyId(keyId).limit(3)).grants())
        .extracting(GrantListEntry::grantId)
        .containsExactlyElementsOf(created);
    assertThat(alice.listRetirableGrantsPaginator(b -> b.retiringPrincipal(BOB).limit(3)).grants())
        .extracting(GrantListEntry::grantId)
        .containsExactlyInAnyOrderElementsOf(created);
  }

  @Test
  void retireGrant_byGrantee_endsTheGrant() {
    CreateGrantResponse grant =
        grantToBob(GrantOperation.DESCRIBE_KEY, GrantOperation.RETIRE_GRANT);
    String other = grantToBob(GrantOperation.DESCRIBE_KEY, GrantOperation.RETIRE_GRANT).grantId();
    assertThat(bob.describeKey(b -> b.keyId(keyArn)).keyMetadata().keyId()).isEqualTo(keyId);
    bob.retireGrant(b -> b.grantToken(grant.grantToken()));
    assertThat(grants()).containsExactly(other);
    bob.retireGrant(b -> b.keyId(keyArn).grantId(other));
    assertThat(grants()).isEmpty();
    assertBobMayNot("DescribeKey", () -> bob.describeKey(b -> b.keyId(keyArn)));
  }

  @Test
  void revokeGrant_unknownId_isNotFound() {
    assertThatThrownBy(() -> alice.revokeGrant(b -> b.keyId(keyId).grantId("0".repeat(64))))
        .isInstanceOf(NotFoundException.class);
  }

  @Test
  void dryRun_changesNothing() {
    assertDryRun(
        () ->
            alice.createGrant(
                b ->
                    b.keyId(keyId)
                        .granteePrincipal(BOB)
                        .operations(GrantOperation.DECRYPT)
                        .dryRun(true)));
    assertThat(grants()).isEmpty();
    CreateGrantResponse grant = grantToBob(GrantOperation.RETIRE_GRANT);
    assertDryRun(() -> bob.retireGrant(b -> b.grantToken(grant.grantToken()).dryRun(true)));
    assertDryRun(
        () -> alice.revokeGrant(b -> b.keyId(keyId).grantId(grant.grantId()).dryRun(true)));
    assertBobMayNot(
        "RevokeGrant",
        () -> bob.revokeGrant(b -> b.keyId(keyId).grantId(grant.grantId()).dryRun(true)));
    assertThat(grants()).containsExactly(grant.grantId());
  }
}
