package io.github.embeddedkms.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.embeddedkms.KmsClient;
import io.github.embeddedkms.exception.AlreadyExistsException;
import io.github.embeddedkms.exception.DisabledException;
import io.github.embeddedkms.exception.KmsException;
import io.github.embeddedkms.exception.KmsInvalidStateException;
import io.github.embeddedkms.exception.MalformedPolicyDocumentException;
import io.github.embeddedkms.exception.NotFoundException;
import io.github.embeddedkms.exception.TagException;
import io.github.embeddedkms.exception.UnsupportedOperationException;
import io.github.embeddedkms.exception.ValidationException;
import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.KeyMetadata;
import io.github.embeddedkms.model.KeySpec;
import io.github.embeddedkms.model.KeyState;
import io.github.embeddedkms.model.KeyUsageType;
import io.github.embeddedkms.model.MacAlgorithmSpec;
import io.github.embeddedkms.model.MultiRegionConfiguration;
import io.github.embeddedkms.model.MultiRegionKey;
import io.github.embeddedkms.model.MultiRegionKeyType;
import io.github.embeddedkms.model.SecretBytes;
import io.github.embeddedkms.model.SigningAlgorithmSpec;
import io.github.embeddedkms.model.Tag;
import io.github.embeddedkms.operation.ReplicateKey;
import io.github.embeddedkms.store.Address;
import io.github.embeddedkms.store.KeyEntry;
import io.github.embeddedkms.store.fixture.OverDatabases;
import io.github.embeddedkms.store.fixture.TestStore;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Multi-Region keys: creating, replicating and promoting them, and what related keys share. */
@OverDatabases
class MultiRegionKeysTest {

  private static final String HERE = "eu-central-1";
  private static final String THERE = "eu-west-1";
  private static final String ELSEWHERE = "us-east-1";
  private static final String ACCOUNT = "111122223333";
  private static final Instant NOW = Instant.parse("2026-03-04T05:06:07.089Z");

  private Instant now = NOW;
  private final TestStore store = TestStore.create();
  private final Fixture.CountingStorage storage = new Fixture.CountingStorage(store.open());
  private final LocalKeyProvider here =
      LocalKeyProvider.builder()
          .region(HERE)
          .account(ACCOUNT)
          .clock(() -> now)
          .storage(storage)
          .build();
  private final KmsClient there = here.inRegion(THERE);
  private final KmsClient elsewhere = here.inRegion(ELSEWHERE);

  @AfterEach
  void close() {
    here.close();
    store.close();
  }

  private String primary() {
    return here.createKey(b -> b.multiRegion(true)).keyMetadata().keyId();
  }

  private String primaryWithReplica() {
    String keyId = primary();
    replicate(keyId, THERE);
    return keyId;
  }

  private ReplicateKey.Response replicate(String keyId, String region) {
    return here.replicateKey(b -> b.keyId(keyId).replicaRegion(region));
  }

  private static KeyMetadata describe(KmsClient kms, String keyId) {
    return kms.describeKey(b -> b.keyId(keyId)).keyMetadata();
  }

  private static String arn(String region, String keyId) {
    return "arn:aws:kms:" + region + ":" + ACCOUNT + ":key/" + keyId;
  }

  private static MultiRegionKey related(String region, String keyId) {
    return new MultiRegionKey(arn(region, keyId), region);
  }

  private static Bytes encrypt(KmsClient kms, String keyId, String text) {
    return kms.encrypt(b -> b.keyId(keyId).plaintext(SecretBytes.fromUtf8String(text)))
        .ciphertextBlob();
  }

  private static String decrypt(KmsClient kms, Bytes blob) {
    return kms.decrypt(b -> b.ciphertextBlob(blob)).plaintext().asUtf8String();
  }

  private void assertRefused(
      Class<? extends KmsException> type, String message, ThrowingCallable call) {
    storage.changes = 0;
    assertThat(catchThrowable(call)).isExactlyInstanceOf(type).hasMessage(message);
    assertThat(storage.changes).isZero();
  }

  @Test
  void createKey_multiRegion_isAPrimaryKeyWithoutReplicas() {
    KeyMetadata created = here.createKey(b -> b.multiRegion(true)).keyMetadata();
    assertThat(created.keyId()).matches("mrk-[0-9a-f]{32}");
    assertThat(created.arn()).isEqualTo(arn(HERE, created.keyId()));
    assertThat(created.multiRegion()).isTrue();
    assertThat(created.keyState()).isEqualTo(KeyState.ENABLED);
    assertThat(created.multiRegionConfiguration())
        .isEqualTo(
            new MultiRegionConfiguration(
                MultiRegionKeyType.PRIMARY, related(HERE, created.keyId()), List.of()));
    storage.reopen(store);
    assertThat(describe(here, created.keyId())).isEqualTo(created);
  }

  @Test
  void createKey_ofASingleRegion_hasNoConfiguration() {
    KeyMetadata created = here.createKey(b -> b.multiRegion(false)).keyMetadata();
    assertThat(created.multiRegion()).isFalse();
    assertThat(created.multiRegionConfiguration()).isNull();
  }

  @Test
  void replicateKey_response_isCreating_withoutMaterialId() {
    KeyMetadata primary =
        here.createKey(b -> b.multiRegion(true).description("orders")).keyMetadata();
    now = NOW.plusSeconds(5);
    ReplicateKey.Response response = replicate(primary.keyId(), THERE);
    KeyMetadata replica = response.replicaKeyMetadata();
    assertThat(replica.keyState()).isEqualTo(KeyState.CREATING);
    assertThat(replica.enabled()).isFalse();
    assertThat(replica.currentKeyMaterialId()).isNull();
    assertThat(replica.arn()).isEqualTo(arn(THERE, primary.keyId()));
    assertThat(replica.description()).isEmpty();
    assertThat(replica.creationDate()).isEqualTo(now);
    assertThat(replica.multiRegionConfiguration())
        .isEqualTo(
            new MultiRegionConfiguration(
                MultiRegionKeyType.REPLICA,
                related(HERE, primary.keyId()),
                List.of(related(THERE, primary.keyId()))));
    assertThat(response.replicaPolicy())
        .isEqualTo(here.getKeyPolicy(b -> b.keyId(primary.keyId())).policy());
    assertThat(response.replicaTags()).isNull();
  }

  @Test
  void describeKey_relatedKeys_areListedInEachRegion() {
    String keyId = primaryWithReplica();
    replicate(keyId, ELSEWHERE);
    storage.reopen(store);
    List<MultiRegionKey> replicas = List.of(related(THERE, keyId), related(ELSEWHERE, keyId));
    for (KmsClient kms : List.of(here, there, elsewhere)) {
      KeyMetadata key = describe(kms, keyId);
      assertThat(key.keyState()).isEqualTo(KeyState.ENABLED);
      assertThat(key.currentKeyMaterialId())
          .isEqualTo(describe(here, keyId).currentKeyMaterialId());
      assertThat(key.multiRegionConfiguration())
          .isEqualTo(
              new MultiRegionConfiguration(
                  kms == here ? MultiRegionKeyType.PRIMARY : MultiRegionKeyType.REPLICA,
                  related(HERE, keyId),
                  replicas));
    }
  }

  @Test
  void describeKey_sameIdInAnotherAccount_isNotRelated() {
    String keyId = primaryWithReplica();
    assertThat(storage.relatedKeys("444455556666", keyId)).isEmpty();
    assertThat(storage.relatedKeys(ACCOUNT, keyId.substring(0, 35))).isEmpty();
    assertThat(storage.relatedKeys(ACCOUNT, keyId))
        .map(key -> key.address().region())
        .containsExactly(HERE, THERE);
  }

  @Test
  void replicateKey_policyDescriptionAndTags_areTheReplicasOwn() {
    String keyId =
        here.createKey(
                b -> b.multiRegion(true).description("primary").tags(List.of(new Tag("a", "1"))))
            .keyMetadata()
            .keyId();
    here.createAlias(b -> b.aliasName("alias/primary").targetKeyId(keyId));
    String policy = here.getKeyPolicy(b -> b.keyId(keyId)).policy().replace("key-default-1", "own");
    List<Tag> tags = List.of(new Tag("b", "2"));
    ReplicateKey.Response response =
        here.replicateKey(
            b ->
                b.keyId(keyId)
                    .replicaRegion(THERE)
                    .description("replica")
                    .policy(policy)
                    .tags(tags));
    assertThat(response.replicaPolicy()).isEqualTo(policy);
    assertThat(response.replicaTags()).isEqualTo(tags);
    storage.reopen(store);
    assertThat(there.getKeyPolicy(b -> b.keyId(keyId)).policy()).isEqualTo(policy);
    assertThat(there.listResourceTags(b -> b.keyId(keyId)).tags()).isEqualTo(tags);
    assertThat(there.listAliases(b -> b.keyId(keyId)).aliases()).isEmpty();
    assertThat(describe(there, keyId).description()).isEqualTo("replica");
    there.updateKeyDescription(b -> b.keyId(keyId).description("changed"));
    there.disableKey(b -> b.keyId(keyId));
    assertThat(describe(here, keyId).description()).isEqualTo("primary");
    assertThat(describe(here, keyId).keyState()).isEqualTo(KeyState.ENABLED);
  }

  @Test
  void decrypt_blobOfARelatedKey_succeedsInEachDirection() {
    String keyId = primaryWithReplica();
    Bytes ofPrimary = encrypt(here, keyId, "from here");
    Bytes ofReplica = encrypt(there, keyId, "from there");
    storage.reopen(store);
    assertThat(decrypt(there, ofPrimary)).isEqualTo("from here");
    assertThat(decrypt(here, ofReplica)).isEqualTo("from there");
    assertThat(there.decrypt(b -> b.ciphertextBlob(ofPrimary)).keyId())
        .isEqualTo(arn(THERE, keyId));
  }

  @Test
  void reEncrypt_blobOfARelatedKey_succeeds() {
    String keyId = primaryWithReplica();
    Bytes ofPrimary = encrypt(here, keyId, "text");
    String local = there.createKey(b -> {}).keyMetadata().keyId();
    var again = there.reEncrypt(b -> b.ciphertextBlob(ofPrimary).destinationKeyId(local));
    assertThat(again.sourceKeyId()).isEqualTo(arn(THERE, keyId));
    assertThat(decrypt(there, again.ciphertextBlob())).isEqualTo("text");
  }

  @Test
  void hmacKey_replica_verifiesTheMacsOfThePrimary() {
    String keyId =
        here.createKey(
                b ->
                    b.multiRegion(true)
                        .keySpec(KeySpec.HMAC_384)
                        .keyUsage(KeyUsageType.GENERATE_VERIFY_MAC))
            .keyMetadata()
            .keyId();
    replicate(keyId, THERE);
    SecretBytes message = SecretBytes.fromUtf8String("message");
    Bytes mac =
        here.generateMac(
                b -> b.keyId(keyId).message(message).macAlgorithm(MacAlgorithmSpec.HMAC_SHA_384))
            .mac();
    assertThat(
            there
                .verifyMac(
                    b ->
                        b.keyId(keyId)
                            .message(message)
                            .mac(mac)
                            .macAlgorithm(MacAlgorithmSpec.HMAC_SHA_384))
                .macValid())
        .isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "ECC_NIST_P256, SIGN_VERIFY, ECDSA_SHA_256",
    "ECC_NIST_EDWARDS25519, SIGN_VERIFY, ED25519_SHA_512",
    "ML_DSA_44, SIGN_VERIFY, ML_DSA_SHAKE_256"
  })
  void asymmetricKey_replica_hasTheSamePublicKey(
      KeySpec spec, KeyUsageType usage, String algorithm) {
    SigningAlgorithmSpec signing = SigningAlgorithmSpec.valueOf(algorithm);
    String keyId =
        here.createKey(b -> b.multiRegion(true).keySpec(spec).keyUsage(usage))
            .keyMetadata()
            .keyId();
    replicate(keyId, THERE);
    assertThat(there.getPublicKey(b -> b.keyId(keyId)).publicKey())
        .isEqualTo(here.getPublicKey(b -> b.keyId(keyId)).publicKey());
    SecretBytes message = SecretBytes.fromUtf8String("message");
    Bytes signature =
        there.sign(b -> b.keyId(keyId).message(message).signingAlgorithm(signing)).signature();
    assertThat(
            here.verify(
                    b ->
                        b.keyId(keyId)
                            .message(message)
                            .signature(signature)
                            .signingAlgorithm(signing))
                .signatureValid())
        .isTrue();
  }

  @Test
  void encapsulationKey_replica_decapsulatesWhatThePrimaryEncapsulated() {
    String keyId =
        here.createKey(
                b ->
                    b.multiRegion(true)
                        .keySpec(KeySpec.ML_KEM_512)
                        .keyUsage(KeyUsageType.ENCAPSULATE_DECAPSULATE))
            .keyMetadata()
            .keyId();
    replicate(keyId, THERE);
    var algorithm = io.github.embeddedkms.model.EncapsulationAlgorithmSpec.ML_KEM;
    var sealed = here.encapsulate(b -> b.keyId(keyId).encapsulationAlgorithm(algorithm));
    assertThat(
            there
                .decapsulate(
                    b ->
                        b.keyId(keyId)
                            .encapsulationAlgorithm(algorithm)
                            .sharedSecretCiphertextBlob(sealed.sharedSecretCiphertextBlob()))
                .sharedSecret())
        .isEqualTo(sealed.sharedSecret());
  }

  @Test
  void replicateKey_primaryOnly() {
    String keyId = primaryWithReplica();
    assertRefused(
        UnsupportedOperationException.class,
        arn(THERE, keyId) + " is not a multi-region primary key.",
        () -> there.replicateKey(b -> b.keyId(keyId).replicaRegion(ELSEWHERE)));
    String single = here.createKey(b -> {}).keyMetadata().keyId();
    assertRefused(
        UnsupportedOperationException.class,
        arn(HERE, single) + " is not a multi-region primary key.",
        () -> replicate(single, THERE));
  }

  @Test
  void replicateKey_regionOfARelatedKey_isRefused() {
    String keyId = primaryWithReplica();
    for (String region : List.of(HERE, THERE)) {
      assertRefused(
          AlreadyExistsException.class,
          "embedded-kms: " + arn(HERE, keyId) + " already has a related key in " + region,
          () -> replicate(keyId, region));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "cn-north-1, aws-cn",
    "us-gov-west-1, aws-us-gov",
    "us-iso-east-1, aws-iso",
    "eusc-de-east-1, aws-eusc"
  })
  void replicateKey_regionOfAnotherPartition_isRefused(String region, String partition) {
    String keyId = primary();
    assertRefused(
        ValidationException.class,
        "embedded-kms: ReplicaRegion "
            + region
            + " is in the partition "
            + partition
            + ", the key in aws",
        () -> replicate(keyId, region));
  }

  @Test
  void replicateKey_inChina_staysInChina() {
    KmsClient beijing = here.inRegion("cn-north-1");
    KmsClient ningxia = here.inRegion("cn-northwest-1");
    String keyId = beijing.createKey(b -> b.multiRegion(true)).keyMetadata().keyId();
    beijing.replicateKey(b -> b.keyId(keyId).replicaRegion("cn-northwest-1"));
    assertThat(decrypt(ningxia, encrypt(beijing, keyId, "sm4"))).isEqualTo("sm4");
    assertThat(catchThrowable(() -> beijing.replicateKey(b -> b.keyId(keyId).replicaRegion(HERE))))
        .isExactlyInstanceOf(ValidationException.class);
  }

  @Test
  void replicateKey_unacceptableTagsOrPolicy_areRefused() {
    String keyId = primary();
    assertRefused(
        TagException.class,
        "Tags beginning with aws: are reserved",
        () ->
            here.replicateKey(
                b -> b.keyId(keyId).replicaRegion(THERE).tags(List.of(new Tag("aws:a", "1")))));
    assertThat(
            catchThrowable(
                () -> here.replicateKey(b -> b.keyId(keyId).replicaRegion(THERE).policy("{"))))
        .isExactlyInstanceOf(MalformedPolicyDocumentException.class);
    assertThat(storage.relatedKeys(ACCOUNT, keyId)).hasSize(1);
  }

  @Test
  void replicateKey_materialOfAClosedCopy_isItsOwn() {
    String keyId = primaryWithReplica();
    Bytes blob = encrypt(here, keyId, "text");
    there.scheduleKeyDeletion(b -> b.keyId(keyId).pendingWindowInDays(7));
    now = NOW.plus(Duration.ofDays(7));
    assertThat(here.purge()).isEqualTo(1);
    assertThat(decrypt(here, blob)).isEqualTo("text");
    assertThat(catchThrowable(() -> describe(there, keyId)))
        .isExactlyInstanceOf(NotFoundException.class);
    // Its Region is free again.
    replicate(keyId, THERE);
    assertThat(decrypt(there, blob)).isEqualTo("text");
  }

  @Test
  void replicateKey_overtakenByARotation_copiesTheNewMaterialToo() {
    String keyId = primary();
    storage.beforeNextChange = () -> here.rotateKeyOnDemand(b -> b.keyId(keyId));
    replicate(keyId, THERE);
    assertThat(describe(there, keyId).currentKeyMaterialId())
        .isEqualTo(describe(here, keyId).currentKeyMaterialId());
    assertThat(decrypt(there, encrypt(here, keyId, "text"))).isEqualTo("text");
  }

  @Test
  void rotateKeyOnDemand_overtakenByAReplication_rotatesTheReplicaToo() {
    String keyId = primary();
    storage.beforeNextChange = () -> replicate(keyId, THERE);
    here.rotateKeyOnDemand(b -> b.keyId(keyId));
    assertThat(describe(there, keyId).currentKeyMaterialId())
        .isEqualTo(describe(here, keyId).currentKeyMaterialId());
    assertThat(there.listKeyRotations(b -> b.keyId(keyId)).rotations()).hasSize(1);
  }

  @Test
  void rotateKeyOnDemand_overtakenByAChangeOfAReplica_keepsThatChange() {
    String keyId = primaryWithReplica();
    storage.beforeNextChange =
        () -> there.updateKeyDescription(b -> b.keyId(keyId).description("new"));
    here.rotateKeyOnDemand(b -> b.keyId(keyId));
    assertThat(describe(there, keyId).description()).isEqualTo("new");
    assertThat(describe(there, keyId).currentKeyMaterialId())
        .isEqualTo(describe(here, keyId).currentKeyMaterialId());
  }

  @Test
  void rotation_ofThePrimary_isSeenOnReplicas() {
    String keyId = primaryWithReplica();
    Bytes old = encrypt(here, keyId, "old");
    here.enableKeyRotation(b -> b.keyId(keyId).rotationPeriodInDays(90));
    assertThat(there.getKeyRotationStatus(b -> b.keyId(keyId)).nextRotationDate())
        .isEqualTo(NOW.plus(Duration.ofDays(90)));
    here.rotateKeyOnDemand(b -> b.keyId(keyId));
    now = NOW.plus(Duration.ofDays(90));
    storage.reopen(store);
    // A call in the replica's Region carries out the rotation.
    var listed = there.listKeyRotations(b -> b.keyId(keyId)).rotations();
    assertThat(listed).hasSize(2);
    assertThat(listed).allSatisfy(each -> assertThat(each.keyId()).isEqualTo(arn(THERE, keyId)));
    var atHome = here.listKeyRotations(b -> b.keyId(keyId)).rotations();
    assertThat(listed)
        .extracting("keyMaterialId", "rotationDate", "rotationType", "keyMaterialState")
        .isEqualTo(
            atHome.stream()
                .map(
                    each ->
                        org.assertj.core.groups.Tuple.tuple(
                            each.keyMaterialId(),
                            each.rotationDate(),
                            each.rotationType(),
                            each.keyMaterialState()))
                .toList());
    assertThat(there.getKeyRotationStatus(b -> b.keyId(keyId)).nextRotationDate())
        .isEqualTo(NOW.plus(Duration.ofDays(180)));
    assertThat(decrypt(there, old)).isEqualTo("old");
    assertThat(decrypt(there, encrypt(here, keyId, "new"))).isEqualTo("new");
    here.disableKeyRotation(b -> b.keyId(keyId));
    assertThat(there.getKeyRotationStatus(b -> b.keyId(keyId)).keyRotationEnabled()).isFalse();
  }

  @Test
  void rotation_primaryDisabled_happensOnceItIsEnabled() {
    String keyId = primaryWithReplica();
    here.enableKeyRotation(b -> b.keyId(keyId).rotationPeriodInDays(90));
    here.disableKey(b -> b.keyId(keyId));
    now = NOW.plus(Duration.ofDays(100));
    there.disableKey(b -> b.keyId(keyId));
    // Enabling the replica does not rotate it, although the date is past.
    there.enableKey(b -> b.keyId(keyId));
    assertThat(there.listKeyRotations(b -> b.keyId(keyId)).rotations()).isEmpty();
    here.enableKey(b -> b.keyId(keyId));
    assertThat(there.listKeyRotations(b -> b.keyId(keyId)).rotations()).hasSize(1);
    assertThat(there.getKeyRotationStatus(b -> b.keyId(keyId)).nextRotationDate())
        .isEqualTo(now.plus(Duration.ofDays(90)));
  }

  @Test
  void rotation_onAReplica_isRefused() {
    String keyId = primaryWithReplica();
    String end = " on its primary key, in " + HERE;
    String start = "embedded-kms: " + arn(THERE, keyId) + " is a replica: call ";
    assertRefused(
        UnsupportedOperationException.class,
        start + "EnableKeyRotation" + end,
        () -> there.enableKeyRotation(b -> b.keyId(keyId)));
    assertRefused(
        UnsupportedOperationException.class,
        start + "DisableKeyRotation" + end,
        () -> there.disableKeyRotation(b -> b.keyId(keyId)));
    assertRefused(
        UnsupportedOperationException.class,
        start + "RotateKeyOnDemand" + end,
        () -> there.rotateKeyOnDemand(b -> b.keyId(keyId)));
  }

  @Test
  void updatePrimaryRegion_swapsTheRoles_inEveryRegion() {
    String keyId = primaryWithReplica();
    replicate(keyId, ELSEWHERE);
    here.enableKeyRotation(b -> b.keyId(keyId).rotationPeriodInDays(90));
    storage.changes = 0;
    here.updatePrimaryRegion(b -> b.keyId(keyId).primaryRegion(THERE));
    assertThat(storage.changes).isEqualTo(1);
    storage.reopen(store);
    for (KmsClient kms : List.of(here, there, elsewhere)) {
      KeyMetadata key = describe(kms, keyId);
      assertThat(key.keyState()).isEqualTo(KeyState.ENABLED);
      assertThat(key.multiRegionConfiguration())
          .isEqualTo(
              new MultiRegionConfiguration(
                  kms == there ? MultiRegionKeyType.PRIMARY : MultiRegionKeyType.REPLICA,
                  related(THERE, keyId),
                  List.of(related(HERE, keyId), related(ELSEWHERE, keyId))));
    }
    // The new primary key is the one that is rotated now.
    now = NOW.plus(Duration.ofDays(90));
    assertThat(here.listKeyRotations(b -> b.keyId(keyId)).rotations()).hasSize(1);
    there.rotateKeyOnDemand(b -> b.keyId(keyId));
    assertThat(catchThrowable(() -> here.rotateKeyOnDemand(b -> b.keyId(keyId))))
        .isExactlyInstanceOf(UnsupportedOperationException.class);
    there.replicateKey(b -> b.keyId(keyId).replicaRegion("ap-south-1"));
    assertThat(here.inRegion("ap-south-1").listKeyRotations(b -> b.keyId(keyId)).rotations())
        .hasSize(2);
  }

  @Test
  void updatePrimaryRegion_impossibleRequests_areRefused() {
    String keyId = primaryWithReplica();
    assertRefused(
        UnsupportedOperationException.class,
        "embedded-kms: " + arn(THERE, keyId) + " is not a multi-region primary key.",
        () -> there.updatePrimaryRegion(b -> b.keyId(keyId).primaryRegion(HERE)));
    assertRefused(
        UnsupportedOperationException.class,
        "embedded-kms: " + arn(HERE, keyId) + " is the primary key already",
        () -> here.updatePrimaryRegion(b -> b.keyId(keyId).primaryRegion(HERE)));
    assertRefused(
        NotFoundException.class,
        "Key '" + arn(ELSEWHERE, keyId) + "' does not exist",
        () -> here.updatePrimaryRegion(b -> b.keyId(keyId).primaryRegion(ELSEWHERE)));
    there.disableKey(b -> b.keyId(keyId));
    assertRefused(
        DisabledException.class,
        arn(THERE, keyId) + " is disabled.",
        () -> here.updatePrimaryRegion(b -> b.keyId(keyId).primaryRegion(THERE)));
    there.scheduleKeyDeletion(b -> b.keyId(keyId));
    assertRefused(
        KmsInvalidStateException.class,
        arn(THERE, keyId) + " is pending deletion.",
        () -> here.updatePrimaryRegion(b -> b.keyId(keyId).primaryRegion(THERE)));
  }

  @Test
  void updatePrimaryRegion_overtakenByAReplication_tellsTheNewReplicaToo() {
    String keyId = primaryWithReplica();
    storage.beforeNextChange = () -> replicate(keyId, ELSEWHERE);
    here.updatePrimaryRegion(b -> b.keyId(keyId).primaryRegion(THERE));
    assertThat(describe(elsewhere, keyId).multiRegionConfiguration().primaryKey())
        .isEqualTo(related(THERE, keyId));
  }

  @ParameterizedTest
  @ValueSource(strings = {"ReplicateKey", "UpdatePrimaryRegion"})
  void operation_malformedRegion_isRefusedByItsConstraint(String operation) {
    String keyId = primary();
    ThrowingCallable call =
        operation.equals("ReplicateKey")
            ? () -> here.replicateKey(b -> b.keyId(keyId).replicaRegion("local"))
            : () -> here.updatePrimaryRegion(b -> b.keyId(keyId).primaryRegion("local"));
    String member = operation.equals("ReplicateKey") ? "replicaRegion" : "primaryRegion";
    assertRefused(
        ValidationException.class,
        "1 validation error detected: Value 'local' at '"
            + member
            + "' failed to satisfy constraint: Member must satisfy regular expression pattern:"
            + " ^([a-z]+-){2,3}\\d+$",
        call);
  }

  @Test
  void replicateKey_overtaken_wipesTheCopiesOfItsFirstAttempt() {
    String keyId = primary();
    List<KeyEntry> attempts = new ArrayList<>();
    storage.beforeNextChange = () -> here.rotateKeyOnDemand(b -> b.keyId(keyId));
    storage.onChange =
        change ->
            change.puts().stream()
                .filter(entry -> entry.address().region().equals(THERE))
                .forEach(entry -> attempts.add((KeyEntry) entry));
    replicate(keyId, THERE);
    assertThat(attempts).hasSize(2);
    var material = attempts.get(0).materials().get(0).material();
    assertThat(catchThrowable(() -> material.<Integer, RuntimeException>lend(raw -> raw.length)))
        .isInstanceOf(io.github.embeddedkms.crypto.Material.ClosedException.class);
  }

  @Test
  void getKeyLastUsage_ofEachRelatedKey_isItsOwn() {
    String keyId = primaryWithReplica();
    Bytes unused = encrypt(there, keyId, "text");
    assertThat(there.getKeyLastUsage(b -> b.keyId(keyId)).keyLastUsage().operation()).isNotNull();
    assertThat(here.getKeyLastUsage(b -> b.keyId(keyId)).keyLastUsage().operation()).isNull();
  }

  /** The other node has used the deleted replica, and does not know that it was deleted. */
  @Test
  void getKeyLastUsage_replicaDeletedAndCreatedAgainByAnotherNode_isEmpty() {
    String keyId = primaryWithReplica();
    KmsClient node =
        LocalKeyProvider.builder()
            .region(THERE)
            .account(ACCOUNT)
            .clock(() -> now)
            .storage(storage)
            .build();
    Bytes unused = encrypt(node, keyId, "text");
    there.scheduleKeyDeletion(b -> b.keyId(keyId).pendingWindowInDays(7));
    now = now.plus(Duration.ofDays(7));
    here.purge();
    replicate(keyId, THERE);
    assertThat(node.getKeyLastUsage(b -> b.keyId(keyId)).keyLastUsage().operation()).isNull();
  }

  @Test
  void keys_ofOneRegion_areListedWithoutThoseOfOthers() {
    String keyId = primaryWithReplica();
    assertThat(there.listKeys(b -> {}).keys())
        .map(key -> key.keyArn())
        .containsExactly(arn(THERE, keyId));
    assertThat(storage.key(new Address(ACCOUNT, THERE, keyId)).orElseThrow().isReplica()).isTrue();
  }
}
