package io.github.embeddedkms.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.embeddedkms.Caller;
import io.github.embeddedkms.KmsClient;
import io.github.embeddedkms.authorization.Identities;
import io.github.embeddedkms.authorization.Identity;
import io.github.embeddedkms.exception.AccessDeniedException;
import io.github.embeddedkms.model.GrantConstraints;
import io.github.embeddedkms.model.GrantListEntry;
import io.github.embeddedkms.model.GrantOperation;
import io.github.embeddedkms.model.KeySpec;
import io.github.embeddedkms.model.KeyUsageType;
import io.github.embeddedkms.model.OriginType;
import io.github.embeddedkms.model.SecretBytes;
import io.github.embeddedkms.operation.CreateGrantBuilder;
import io.github.embeddedkms.operation.ListRetirableGrants;
import io.github.embeddedkms.store.KeyStorage;
import io.github.embeddedkms.store.fixture.OverDatabases;
import io.github.embeddedkms.store.fixture.TestStore;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Grants of seeds. */
class GrantSeedTest {

  private static final String KEY_ID = "1234abcd-12ab-34cd-56ef-1234567890ab";
  private static final String REPLICATED_KEY_ID = "mrk-1234abcd12ab34cd56ef1234567890ab";
  private static final String ROOT = "arn:aws:iam::000000000000:root";
  private static final String ALICE = "arn:aws:iam::000000000000:user/alice";
  private static final String BOB = "arn:aws:iam::000000000000:user/bob";

  /** SHA-256 of account, key id and number: {@code 000000000000/1234abcd-.../0} and so on. */
  private static final List<String> IDS =
      List.of(
          "35ffaa627ad690882d0efdb6195b2d3d66732f6ceda5fedcd382cbca4a4634df",
          "4c6ade10f475e06d3295a2e5684831c789e64763d7d15c8722cb73e28ec5b224",
          "683da45dc9beb1a1cba305d6729f2efec38f14a1382d8bcc2386142305ccd27e");

  private static final Map<String, String> ACME = Map.of("tenant", "acme");

  private static final Consumer<CreateGrantBuilder> DECRYPTS =
      grant ->
          grant
              .granteePrincipal(ALICE)
              .retiringPrincipal(BOB)
              .name("orders")
              .operations(List.of(GrantOperation.DECRYPT, GrantOperation.DECRYPT))
              .constraints(new GrantConstraints(ACME, null, null));

  private static final Consumer<CreateGrantBuilder> DESCRIBES =
      grant -> grant.granteePrincipal(BOB).operations(List.of(GrantOperation.DESCRIBE_KEY));

  private static final Consumer<CreateGrantBuilder> OF_A_SERVICE =
      grant ->
          grant
              .granteeServicePrincipal("rds.amazonaws.com")
              .retiringServicePrincipal("rds.amazonaws.com")
              .operations(List.of(GrantOperation.ENCRYPT))
              .constraints(
                  new GrantConstraints(null, null, "arn:aws:rds:us-east-1:000000000000:x"));

  private static final Seed SEED =
      Seed.builder()
          .key(KEY_ID, key -> key.grant(DECRYPTS).grant(DESCRIBES).grant(OF_A_SERVICE))
          .build();

  private static List<GrantListEntry> grants(KmsClient kms) {
    return kms.listGrants(b -> b.keyId(KEY_ID)).grants();
  }

  private static List<String> idsOf(List<GrantListEntry> grants) {
    return grants.stream().map(GrantListEntry::grantId).toList();
  }

  @Test
  void grants_areListedAsGiven_withTheSameIdsInEveryRun() {
    for (int run = 0; run < 2; run++) {
      try (LocalKeyProvider kms =
          LocalKeyProvider.builder().seed(SEED).clock(() -> Fixture.NOW).build()) {
        String keyArn = kms.defaultCaller().arn("key/" + KEY_ID);
        assertThat(grants(kms))
            .containsExactly(
                new GrantListEntry(
                    keyArn,
                    IDS.get(0),
                    "orders",
                    Fixture.NOW,
                    ALICE,
                    BOB,
                    ROOT,
                    List.of(GrantOperation.DECRYPT),
                    new GrantConstraints(ACME, null, null),
                    null,
                    null),
                new GrantListEntry(
                    keyArn,
                    IDS.get(1),
                    "",
                    Fixture.NOW,
                    BOB,
                    null,
                    ROOT,
                    List.of(GrantOperation.DESCRIBE_KEY),
                    null,
                    null,
                    null),
                new GrantListEntry(
                    keyArn,
                    IDS.get(2),
                    "",
                    Fixture.NOW,
                    null,
                    null,
                    ROOT,
                    List.of(GrantOperation.ENCRYPT),
                    new GrantConstraints(null, null, "arn:aws:rds:us-east-1:000000000000:x"),
                    "rds.amazonaws.com",
                    "rds.amazonaws.com"));
      }
    }
  }

  @Test
  void grantCreatedLater_inTheSameMillisecond_isListedAfterThem() {
    try (LocalKeyProvider kms =
        LocalKeyProvider.builder().seed(SEED).clock(() -> Fixture.NOW).build()) {
      List<String> expected = new ArrayList<>(IDS);
      for (int i = 0; i < 5; i++) {
        expected.add(
            kms.createGrant(
                    b ->
                        b.keyId(KEY_ID)
                            .granteePrincipal(ALICE)
                            .operations(List.of(GrantOperation.ENCRYPT)))
                .grantId());
      }
      assertThat(idsOf(grants(kms))).isEqualTo(expected);
    }
  }

  @Test
  void createGrant_ofTheNameAndMembersOfTheSeed_returnsItsGrant() {
    try (LocalKeyProvider kms = LocalKeyProvider.builder().seed(SEED).build()) {
      Consumer<CreateGrantBuilder> same = DECRYPTS.andThen(grant -> grant.keyId(KEY_ID));
      assertThat(kms.createGrant(same).grantId()).isEqualTo(IDS.get(0));
      assertThat(kms.createGrant(same.andThen(b -> b.name("other"))).grantId()).isNotIn(IDS);
    }
  }

  @Test
  void grants_ofASeed_decide_alsoAfterAReset() {
    Seed seed =
        Seed.builder()
            .key(KEY_ID, key -> key.grant(DECRYPTS).grant(DESCRIBES))
            .identities(Map.of(ALICE, Identity.none(), BOB, Identity.none()))
            .build();
    try (LocalKeyProvider kms = LocalKeyProvider.builder().seed(seed).build()) {
      for (int run = 0; run < 2; run++) {
        KmsClient alice = kms.client(kms.defaultCaller().actingAs(ALICE));
        KmsClient bob = kms.client(kms.defaultCaller().actingAs(BOB));
        var blob =
            kms.encrypt(
                    b ->
                        b.keyId(KEY_ID)
                            .encryptionContext(ACME)
                            .plaintext(SecretBytes.fromUtf8String("x")))
                .ciphertextBlob();
        assertThat(alice.decrypt(b -> b.ciphertextBlob(blob).encryptionContext(ACME))).isNotNull();
        assertThat(catchThrowable(() -> alice.describeKey(b -> b.keyId(KEY_ID))))
            .isExactlyInstanceOf(AccessDeniedException.class);
        assertThat(bob.describeKey(b -> b.keyId(KEY_ID))).isNotNull();
        bob.retireGrant(b -> b.keyId(KEY_ID).grantId(IDS.get(0)));
        assertThat(
                catchThrowable(
                    () -> alice.decrypt(b -> b.ciphertextBlob(blob).encryptionContext(ACME))))
            .isExactlyInstanceOf(AccessDeniedException.class);
        kms.reset();
        assertThat(idsOf(grants(kms))).isEqualTo(IDS.subList(0, 2));
      }
    }
  }

  /** With a fixed clock, grants of two accounts differ in nothing but their ids. */
  @Test
  void grants_ofOneSeedInTwoAccounts_areAllListedByPages() {
    String retirer = "arn:aws:iam::333333333333:user/cleaner";
    Seed seed =
        Seed.builder()
            .key(KEY_ID, key -> key.grant(DESCRIBES.andThen(b -> b.retiringPrincipal(retirer))))
            .build();
    try (KeyStorage storage = KeyStorage.inMemory()) {
      for (String account : List.of("111111111111", "222222222222")) {
        LocalKeyProvider.builder()
            .storage(storage)
            .account(account)
            .clock(() -> Fixture.NOW)
            .seed(seed)
            .build();
      }
      KmsClient cleaner =
          LocalKeyProvider.builder()
              .storage(storage)
              .build()
              .client(Caller.of("us-east-1", "333333333333").actingAs(retirer));
      ListRetirableGrants.Response first =
          cleaner.listRetirableGrants(b -> b.retiringPrincipal(retirer).limit(1));
      ListRetirableGrants.Response second =
          cleaner.listRetirableGrants(
              b -> b.retiringPrincipal(retirer).limit(1).marker(first.nextMarker()));
      assertThat(Stream.of(first, second).flatMap(page -> page.grants().stream()))
          .extracting(GrantListEntry::keyId)
          .containsExactlyInAnyOrder(
              "arn:aws:kms:us-east-1:111111111111:key/" + KEY_ID,
              "arn:aws:kms:us-east-1:222222222222:key/" + KEY_ID);
      assertThat(second.truncated()).isFalse();
    }
  }

  @Test
  void replica_hasNoGrants() {
    Seed seed =
        Seed.builder()
            .key(REPLICATED_KEY_ID, key -> key.grant(DESCRIBES).replica("eu-west-1"))
            .build();
    try (LocalKeyProvider kms = LocalKeyProvider.builder().seed(seed).build()) {
      assertThat(kms.listGrants(b -> b.keyId(REPLICATED_KEY_ID)).grants()).hasSize(1);
      assertThat(kms.inRegion("eu-west-1").listGrants(b -> b.keyId(REPLICATED_KEY_ID)).grants())
          .isEmpty();
    }
  }

  @Test
  void keyIdTokensAndDryRun_ofAGrant_areIgnored() {
    Seed seed =
        Seed.builder()
            .key(
                KEY_ID,
                key ->
                    key.grant(
                        DESCRIBES.andThen(
                            grant ->
                                grant
                                    .keyId("alias/other")
                                    .grantTokens(List.of("token"))
                                    .dryRun(true))))
            .build();
    assertThat(seed).isEqualTo(Seed.builder().key(KEY_ID, key -> key.grant(DESCRIBES)).build());
    try (LocalKeyProvider kms = LocalKeyProvider.builder().seed(seed).build()) {
      assertThat(idsOf(grants(kms))).containsExactly(IDS.get(0));
    }
  }

  @OverDatabases
  @Test
  void restart_otherGrantsInTheSeed_leavesThoseOfTheKey() {
    TestStore store = TestStore.create();
    try (KeyStorage storage = store.open()) {
      applySeed(storage, SEED, Fixture.NOW);
      KmsClient kms = provider(storage, Fixture.NOW).build();
      kms.revokeGrant(b -> b.keyId(KEY_ID).grantId(IDS.get(1)));
      List<GrantListEntry> before = grants(kms);
      assertThat(idsOf(before)).containsExactly(IDS.get(0), IDS.get(2));
      applySeed(storage, SEED, Fixture.NOW.plusSeconds(1));
      Seed without = Seed.builder().key(KEY_ID, key -> {}).build();
      applySeed(storage, without, Fixture.NOW.plusSeconds(1));
      // Nor are the grants of a key that exists already checked.
      Seed unknown =
          Seed.builder()
              .key(KEY_ID, key -> key.grant(DECRYPTS))
              .identities(Map.of(BOB, Identity.none()))
              .build();
      applySeed(storage, unknown, Fixture.NOW.plusSeconds(1));
      assertThat(grants(kms)).isEqualTo(before);
    } finally {
      store.close();
    }
  }

  @OverDatabases
  @Test
  void restart_keyDeleted_isCreatedAgainWithItsGrants() {
    TestStore store = TestStore.create();
    try (KeyStorage storage = store.open()) {
      applySeed(storage, SEED, Fixture.NOW);
      provider(storage, Fixture.NOW)
          .build()
          .scheduleKeyDeletion(b -> b.keyId(KEY_ID).pendingWindowInDays(7));
      Instant later = Fixture.NOW.plus(Duration.ofDays(7));
      assertThat(provider(storage, later).build().purge()).isEqualTo(1);
      applySeed(storage, SEED, later);
      List<GrantListEntry> grants = grants(provider(storage, later).build());
      assertThat(idsOf(grants)).isEqualTo(IDS);
      assertThat(grants).extracting(GrantListEntry::creationDate).containsOnly(later);
    } finally {
      store.close();
    }
  }

  /** The providers are not closed, because that would close the storage. */
  private static LocalKeyProvider.Builder provider(KeyStorage storage, Instant now) {
    return LocalKeyProvider.builder().storage(storage).clock(() -> now);
  }

  private static void applySeed(KeyStorage storage, Seed seed, Instant now) {
    provider(storage, now).seed(seed).build();
  }

  private static Arguments bad(Consumer<CreateGrantBuilder> grant, String message) {
    return Arguments.of(grant, message);
  }

  static Stream<Arguments> malformed() {
    Map<String, String> nine = new HashMap<>();
    for (int i = 0; i < 9; i++) {
      nine.put("k" + i, "v");
    }
    Map<String, String> nullValue = new HashMap<>();
    nullValue.put("k", null);
    return Stream.of(
        bad(
            grant -> grant.granteePrincipal(ALICE),
            "1 validation error detected: Value null at 'operations' failed to satisfy constraint:"
                + " Member must not be null"),
        bad(
            DESCRIBES.andThen(grant -> grant.granteePrincipal("*")),
            "1 validation error detected: Value '*' at 'granteePrincipal' failed to satisfy"
                + " constraint: Member must satisfy regular expression pattern:"
                + " ^[\\w+=,.@:/-]+$"),
        bad(DESCRIBES.andThen(grant -> grant.operations(List.of())), "Operations is empty"),
        bad(
            DESCRIBES.andThen(grant -> grant.granteePrincipal(null)),
            "GranteePrincipal or GranteeServicePrincipal is required"),
        bad(
            DESCRIBES.andThen(grant -> grant.granteeServicePrincipal("rds.amazonaws.com")),
            "GranteePrincipal and GranteeServicePrincipal exclude each other"),
        bad(
            DESCRIBES.andThen(grant -> grant.constraints(new GrantConstraints(ACME, ACME, null))),
            "a grant has one of EncryptionContextEquals and EncryptionContextSubset, not both"),
        bad(
            DESCRIBES.andThen(grant -> grant.constraints(new GrantConstraints(nine, null, null))),
            "EncryptionContextSubset has 9 pairs, more than 8"),
        bad(
            DESCRIBES.andThen(
                grant ->
                    grant.constraints(
                        new GrantConstraints(null, Map.of("k", "v".repeat(385)), null))),
            "EncryptionContextEquals has a value of 385 characters, more than 384"),
        bad(
            DESCRIBES.andThen(
                grant -> grant.constraints(new GrantConstraints(nullValue, null, null))),
            "an encryption context has no null keys or values"),
        bad(
            DESCRIBES.andThen(grant -> grant.operations(List.of(GrantOperation.SIGN))),
            "a grant of a key with key usage ENCRYPT_DECRYPT and key spec SYMMETRIC_DEFAULT cannot"
                + " permit Sign"));
  }

  @ParameterizedTest
  @MethodSource("malformed")
  void grant_malformed_isRefusedWhenTheSeedIsBuilt(
      Consumer<CreateGrantBuilder> grant, String message) {
    Seed.Builder alone = Seed.builder().key(KEY_ID, key -> key.grant(grant));
    assertThatIllegalArgumentException()
        .isThrownBy(alone::build)
        .withMessage("embedded-kms: key " + KEY_ID + ": its grant: " + message);
    Seed.Builder third =
        Seed.builder().key(KEY_ID, key -> key.grant(DESCRIBES).grant(DESCRIBES).grant(grant));
    assertThatIllegalArgumentException()
        .isThrownBy(third::build)
        .withMessage("embedded-kms: key " + KEY_ID + ": grant #2: " + message);
  }

  @Test
  void grant_thatTheKeyCannotHave_isRefusedWhenTheSeedIsBuilt() {
    Seed.Builder seed =
        Seed.builder()
            .key(
                KEY_ID,
                key ->
                    key.spec(KeySpec.HMAC_256)
                        .grant(
                            grant ->
                                grant
                                    .granteePrincipal(ALICE)
                                    .operations(List.of(GrantOperation.GENERATE_MAC))
                                    .constraints(new GrantConstraints(ACME, null, null))));
    assertThatIllegalArgumentException()
        .isThrownBy(seed::build)
        .withMessage(
            "embedded-kms: key "
                + KEY_ID
                + ": its grant: EncryptionContext is supported only when creating a grant for a"
                + " symmetric encryption KMS key.");
  }

  @Test
  void grant_namedTwice_isRefused_unlessItDiffers() {
    Seed.Builder seed =
        Seed.builder().key(KEY_ID, key -> key.grant(DECRYPTS).grant(DESCRIBES).grant(DECRYPTS));
    assertThatIllegalArgumentException()
        .isThrownBy(seed::build)
        .withMessage("embedded-kms: key " + KEY_ID + ": grant #2: comes twice");
    Seed.Builder otherOrder =
        Seed.builder()
            .key(
                KEY_ID,
                key ->
                    key.grant(named(GrantOperation.ENCRYPT, GrantOperation.DECRYPT))
                        .grant(named(GrantOperation.DECRYPT, GrantOperation.ENCRYPT)));
    assertThatIllegalArgumentException()
        .isThrownBy(otherOrder::build)
        .withMessage("embedded-kms: key " + KEY_ID + ": grant #1: comes twice");
    Seed.Builder others =
        Seed.builder()
            .key(
                KEY_ID,
                key ->
                    key.grant(DECRYPTS)
                        .grant(DECRYPTS.andThen(grant -> grant.granteePrincipal(BOB)))
                        .grant(DESCRIBES)
                        .grant(DESCRIBES));
    assertThat(others.build()).isNotNull();
  }

  private static Consumer<CreateGrantBuilder> named(GrantOperation... operations) {
    return grant -> grant.name("n").granteePrincipal(ALICE).operations(List.of(operations));
  }

  @Test
  void grants_moreThanTheQuota_areRefused() {
    Seed.Builder seed =
        Seed.builder()
            .key(
                KEY_ID,
                key -> {
                  for (int i = 0; i <= GrantOperations.MAX_GRANTS_PER_KEY; i++) {
                    key.grant(DESCRIBES);
                  }
                });
    assertThatIllegalArgumentException()
        .isThrownBy(seed::build)
        .withMessage("embedded-kms: key " + KEY_ID + ": it has more than 50000 grants");
  }

  @ParameterizedTest
  @MethodSource("impossiblePrincipals")
  void principal_thatCannotExist_isRefusedWhenTheProviderIsBuilt(String principal) {
    Seed grantee =
        Seed.builder()
            .key(
                KEY_ID,
                key ->
                    key.grant(DESCRIBES)
                        .grant(DESCRIBES.andThen(grant -> grant.granteePrincipal(principal))))
            .build();
    assertRefused(
        LocalKeyProvider.builder().seed(grantee),
        "grant #1: not the ARN of a principal: " + principal);
    Seed retirer =
        Seed.builder()
            .key(
                KEY_ID,
                key -> key.grant(DESCRIBES.andThen(grant -> grant.retiringPrincipal(principal))))
            .build();
    assertRefused(
        LocalKeyProvider.builder().seed(retirer),
        "its grant: not the ARN of a principal: " + principal);
  }

  static Stream<String> impossiblePrincipals() {
    return Stream.of(
        "alice",
        "arn:aws-cn:iam::000000000000:user/alice",
        "arn:aws:iam::000000000000:group/admins",
        "arn:aws:kms:us-east-1:000000000000:key/" + KEY_ID);
  }

  private static void assertRefused(LocalKeyProvider.Builder builder, String message) {
    assertThatIllegalArgumentException()
        .isThrownBy(builder::build)
        .withMessage("embedded-kms: key " + KEY_ID + ": " + message);
  }

  @Test
  void service_thatCannotExist_isRefusedWhenTheProviderIsBuilt() {
    Seed seed =
        Seed.builder()
            .key(
                KEY_ID,
                key ->
                    key.grant(
                        OF_A_SERVICE.andThen(
                            grant -> grant.granteeServicePrincipal("rds.example.com"))))
            .build();
    assertRefused(
        LocalKeyProvider.builder().seed(seed),
        "its grant: not the name of a service of AWS: rds.example.com");
  }

  @Test
  void principal_thatIsNotAmongTheIdentities_isRefused() {
    Seed seed =
        Seed.builder()
            .key(KEY_ID, key -> key.grant(DESCRIBES))
            .identities(Map.of(ALICE, Identity.none()))
            .build();
    LocalKeyProvider.Builder builder = LocalKeyProvider.builder().seed(seed);
    assertRefused(builder, "its grant: not the ARN of a principal: " + BOB);
    builder.identities(Identities.administrators()).build().close();
  }

  @Test
  void grant_ofAKeyWhoseMaterialIsToBeImported_isCreated() {
    Seed seed =
        Seed.builder()
            .key(KEY_ID, key -> key.origin(OriginType.EXTERNAL).grant(DESCRIBES))
            .key(
                "bc436485-5092-42b8-92a3-0aa8b93536dc",
                key ->
                    key.spec(KeySpec.RSA_2048)
                        .usage(KeyUsageType.SIGN_VERIFY)
                        .origin(OriginType.EXTERNAL)
                        .grant(
                            DESCRIBES.andThen(
                                grant -> grant.operations(List.of(GrantOperation.GET_PUBLIC_KEY)))))
            .build();
    try (LocalKeyProvider kms = LocalKeyProvider.builder().seed(seed).build()) {
      assertThat(grants(kms)).hasSize(1);
    }
  }
}
