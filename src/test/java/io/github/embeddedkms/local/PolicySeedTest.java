package io.github.embeddedkms.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.embeddedkms.Caller;
import io.github.embeddedkms.FailureListener;
import io.github.embeddedkms.KmsClient;
import io.github.embeddedkms.authorization.Identities;
import io.github.embeddedkms.authorization.Identity;
import io.github.embeddedkms.authorization.Policy;
import io.github.embeddedkms.crypto.SystemRandom;
import io.github.embeddedkms.exception.AccessDeniedException;
import io.github.embeddedkms.store.Address;
import io.github.embeddedkms.store.KeyStorage;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Key policies and identities of seeds. */
class PolicySeedTest {

  private static final String KEY_ID = "1234abcd-12ab-34cd-56ef-1234567890ab";
  private static final String OTHER_KEY_ID = "bc436485-5092-42b8-92a3-0aa8b93536dc";
  private static final String REPLICATED_KEY_ID = "mrk-1234abcd12ab34cd56ef1234567890ab";
  private static final String ACCOUNT = "000000000000";
  private static final String ROOT = "arn:aws:iam::000000000000:root";
  private static final String ALICE = "arn:aws:iam::000000000000:user/alice";
  private static final String BOB = "arn:aws:iam::000000000000:user/bob";

  private static String allows(String principal) {
    return "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\","
        + "\"Principal\":{\"AWS\":\""
        + principal
        + "\"},\"Action\":\"kms:*\",\"Resource\":\"*\"}]}";
  }

  private static Seed.Builder seed(String policy) {
    return Seed.builder().key(KEY_ID, key -> key.policy(policy));
  }

  private static Policy stored(String keyId, String region, Seed seed) {
    KeyStorage storage = KeyStorage.inMemory();
    try (LocalKeyProvider kms = LocalKeyProvider.builder().storage(storage).seed(seed).build()) {
      return storage
          .key(new Address(kms.defaultCaller().account(), region, keyId))
          .orElseThrow()
          .policy();
    }
  }

  @Test
  void policy_isStoredAsGiven_andLocksOutEveryoneIfItSaysSo() {
    String policy = allows(ALICE);
    assertThat(stored(KEY_ID, "us-east-1", seed(policy).build()))
        .isEqualTo(Policy.keyPolicy(policy));
  }

  @Test
  void policy_thatIsTheDefault_isStoredAsNone() {
    String printed = Policy.defaultKeyPolicy(ROOT).text();
    assertThat(stored(KEY_ID, "us-east-1", seed(printed).build())).isNull();
    assertThat(stored(KEY_ID, "us-east-1", seed(printed.replaceAll("\\s(?=[\\s:])", "")).build()))
        .isNull();
    assertThat(stored(KEY_ID, "us-east-1", seed(allows(ROOT)).build())).isNotNull();
  }

  @Test
  void replica_hasTheDefaultPolicy() {
    Seed seed =
        Seed.builder()
            .key(REPLICATED_KEY_ID, key -> key.policy(allows(ALICE)).replica("eu-west-1"))
            .build();
    assertThat(stored(REPLICATED_KEY_ID, "us-east-1", seed)).isNotNull();
    assertThat(stored(REPLICATED_KEY_ID, "eu-west-1", seed)).isNull();
  }

  @Test
  void restart_otherPolicyInTheSeed_leavesThatOfTheKey() {
    KeyStorage storage = KeyStorage.inMemory();
    Address address = new Address(ACCOUNT, "us-east-1", KEY_ID);
    Caller caller = Caller.of("us-east-1", ACCOUNT);
    Engine engine = engine(storage, Identities.administrators());
    engine.applySeed(seed(allows(ALICE)).build(), caller);
    engine.applySeed(seed(allows(BOB)).build(), caller);
    // Nor is the policy of a key that exists already checked.
    engine(storage, Identities.of(Map.of(ALICE, Identity.none())))
        .applySeed(seed(allows(BOB)).build(), caller);
    assertThat(storage.key(address).orElseThrow().policy())
        .isEqualTo(Policy.keyPolicy(allows(ALICE)));
    engine.close();
  }

  private static Engine engine(KeyStorage storage, Identities identities) {
    return new Engine(
        storage,
        null,
        null,
        KeySource.of(SystemRandom.create()),
        Duration.ZERO,
        identities,
        null,
        FailureListener.none());
  }

  static Stream<Arguments> refused() {
    return Stream.of(
        Arguments.of(
            "{\"Statement\":{\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":\"*\"}}",
            "Policy contains a statement with no principal. (Statement.Principal)"),
        Arguments.of(
            allows("arn:aws-cn:iam::000000000000:root"),
            "Policy contains a statement with one or more invalid principals."
                + " (Statement[0].Principal.AWS)"),
        Arguments.of(
            allows("arn:aws:iam::000000000000:group/admins"),
            "An ARN in the specified key policy is invalid. (Statement[0].Principal.AWS)"),
        Arguments.of(
            allows(ROOT)
                .replace(
                    "\"*\"}]",
                    "\"*\",\"Condition\":{\"StringEquals\":{\"aws:ResourceTag/a\":\"b\"}}}]"),
            "These condition keys are not permitted in a key policy: aws:ResourceTag,"
                + " kms:ResourceTag, kms:ResourceAliases"
                + " (Statement[0].Condition.StringEquals.aws:ResourceTag/a)"));
  }

  @ParameterizedTest
  @MethodSource("refused")
  void policy_thatTheKeyMustNotHave_isRefusedWithTheKey(String policy, String message) {
    Seed seed = seed(policy).build();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LocalKeyProvider.builder().seed(seed).build())
        .withMessage("embedded-kms: key " + KEY_ID + ": " + message);
  }

  @Test
  void policy_malformed_isRefusedWhenTheSeedIsBuilt() {
    Seed.Builder seed = seed("{\"Statement\":[]}");
    assertThatIllegalArgumentException()
        .isThrownBy(seed::build)
        .withMessage(
            "embedded-kms: key "
                + KEY_ID
                + ": malformed policy: Statement must be an object or a list of at least one"
                + " object");
  }

  @Test
  void identities_ofNoPrincipal_areRefused() {
    Seed.Builder seed = Seed.builder().identities(Map.of(ROOT, Identity.none()));
    assertThatIllegalArgumentException()
        .isThrownBy(seed::build)
        .withMessage(
            "embedded-kms: identities: not the ARN of a user, a role, a session or a federated"
                + " user: "
                + ROOT);
  }

  @Test
  void policiesAndIdentities_ofASeed_decide_alsoAfterAReset() {
    String lists =
        "{\"Statement\":{\"Effect\":\"Allow\",\"Action\":\"kms:ListKeys\",\"Resource\":\"*\"}}";
    Seed seed =
        seed(allows(ALICE))
            .key(OTHER_KEY_ID, key -> {})
            .identities(
                Map.of(ALICE, Identity.none(), BOB, Identity.of(Policy.identityPolicy(lists))))
            .build();
    try (LocalKeyProvider kms = LocalKeyProvider.builder().seed(seed).build()) {
      for (int run = 0; run < 2; run++) {
        KmsClient alice = kms.client(kms.defaultCaller().actingAs(ALICE));
        KmsClient bob = kms.client(kms.defaultCaller().actingAs(BOB));
        assertThat(alice.describeKey(b -> b.keyId(KEY_ID))).isNotNull();
        assertThat(bob.listKeys(b -> {}).keys()).hasSize(2);
        assertRefused(
            () -> alice.describeKey(b -> b.keyId(OTHER_KEY_ID)),
            ALICE,
            "DescribeKey on resource: arn:aws:kms:us-east-1:000000000000:key/"
                + OTHER_KEY_ID
                + " because no identity-based policy allows the kms:DescribeKey action");
        assertRefused(
            () -> kms.describeKey(b -> b.keyId(KEY_ID)),
            ROOT,
            "DescribeKey on resource: arn:aws:kms:us-east-1:000000000000:key/"
                + KEY_ID
                + " because no resource-based policy allows the kms:DescribeKey action");
        kms.reset();
      }
    }
  }

  private static void assertRefused(ThrowingCallable call, String principal, String message) {
    assertThatExceptionOfType(AccessDeniedException.class)
        .isThrownBy(call)
        .withMessage("User: " + principal + " is not authorized to perform: kms:" + message);
  }

  /** A key policy must not name a user who does not exist, so it shows which identities apply. */
  @Test
  void identities_ofTheSeed_areThoseOfTheProvider_unlessTheBuilderHasOthers() {
    Seed seed = seed(allows(BOB)).identities(Map.of(ALICE, Identity.none())).build();
    LocalKeyProvider.Builder builder = LocalKeyProvider.builder().seed(seed);
    assertThatIllegalArgumentException()
        .isThrownBy(builder::build)
        .withMessage(
            "embedded-kms: key "
                + KEY_ID
                + ": Policy contains a statement with one or more invalid principals."
                + " (Statement[0].Principal.AWS)");
    builder.identities(Identities.administrators()).build().close();
    builder.identities(Identities.of(Map.of(BOB, Identity.none()))).build().close();
  }
}
