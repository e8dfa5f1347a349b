package io.github.embeddedkms.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.embeddedkms.KmsClient;
import io.github.embeddedkms.exception.NotFoundException;
import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.KeyMetadata;
import io.github.embeddedkms.model.KeyState;
import io.github.embeddedkms.model.MultiRegionKey;
import io.github.embeddedkms.model.MultiRegionKeyType;
import io.github.embeddedkms.model.OriginType;
import io.github.embeddedkms.model.SecretBytes;
import io.github.embeddedkms.seed.SeedFiles;
import io.github.embeddedkms.store.fixture.OverDatabases;
import io.github.embeddedkms.store.fixture.TestStore;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Seeds with multi-Region keys. */
@OverDatabases
class MultiRegionSeedTest {

  private static final String KEY_ID = "mrk-1234abcd12ab34cd56ef1234567890ab";
  private static final String MATERIAL =
      "5cdaead27fe7da2de47945d73cd6d79e36494e73802f3cd3869f1d2cb0b5d7a9";

  private final TestStore store = TestStore.create();
  private final Fixture.CountingStorage storage = new Fixture.CountingStorage(store.open());
  private Instant now = Fixture.NOW;

  @AfterEach
  void close() {
    storage.close();
    store.close();
  }

  private static Seed seed(Consumer<Seed.KeyBuilder> key) {
    return Seed.builder().key(KEY_ID, key).build();
  }

  private LocalKeyProvider provider(Seed seed) {
    return LocalKeyProvider.builder()
        .region("eu-central-1")
        .clock(() -> now)
        .storage(storage)
        .seed(seed)
        .build();
  }

  private static KeyMetadata describe(KmsClient kms) {
    return kms.describeKey(b -> b.keyId(KEY_ID)).keyMetadata();
  }

  private static void assertOpens(KmsClient from, KmsClient to) {
    Bytes blob =
        from.encrypt(b -> b.keyId(KEY_ID).plaintext(SecretBytes.fromUtf8String("text")))
            .ciphertextBlob();
    assertThat(to.decrypt(b -> b.ciphertextBlob(blob)).plaintext().asUtf8String())
        .isEqualTo("text");
  }

  @Test
  void key_withReplicas_hasThemFromTheBeginning() {
    Seed seed =
        seed(
            key ->
                key.backingKey(MATERIAL)
                    .description("orders")
                    .replica("eu-west-1")
                    .replica("us-east-1"));
    LocalKeyProvider kms = provider(seed);
    KmsClient replica = kms.inRegion("us-east-1");
    assertThat(describe(kms).multiRegionConfiguration().multiRegionKeyType())
        .isEqualTo(MultiRegionKeyType.PRIMARY);
    assertThat(describe(replica).multiRegionConfiguration().replicaKeys())
        .map(MultiRegionKey::region)
        .containsExactly("eu-west-1", "us-east-1");
    assertThat(describe(replica).description()).isEmpty();
    assertThat(describe(replica).keyState()).isEqualTo(KeyState.ENABLED);
    storage.reopen(store);
    assertOpens(kms, replica);
    assertOpens(kms.inRegion("eu-west-1"), kms);
    kms.rotateKeyOnDemand(b -> b.keyId(KEY_ID));
    assertOpens(kms, replica);
  }

  @Test
  void key_withoutMaterialInTheSeed_sharesRandomMaterialWithItsReplica() {
    LocalKeyProvider kms = provider(seed(key -> key.replica("eu-west-1")));
    assertOpens(kms, kms.inRegion("eu-west-1"));
  }

  @Test
  void key_withImportedMaterial_isUsableInEachRegion() {
    LocalKeyProvider kms =
        provider(
            seed(key -> key.origin(OriginType.EXTERNAL).backingKey(MATERIAL).replica("eu-west-1")));
    assertOpens(kms, kms.inRegion("eu-west-1"));
  }

  /** Nodes in two Regions start at the same time. */
  @Test
  void seed_appliedInAnotherRegionMeanwhile_createsNoSecondPrimaryKey() {
    storage.beforeNextChange =
        () -> {
          LocalKeyProvider other =
              LocalKeyProvider.builder()
                  .region("eu-west-1")
                  .clock(() -> now)
                  .storage(storage)
                  .seed(seed(key -> {}))
                  .build();
          assertThat(describe(other).keyState()).isEqualTo(KeyState.ENABLED);
        };
    LocalKeyProvider kms = provider(seed(key -> {}));
    assertThat(catchThrowable(() -> describe(kms))).isInstanceOf(NotFoundException.class);
    assertThat(describe(kms.inRegion("eu-west-1")).multiRegionConfiguration().replicaKeys())
        .isEmpty();
  }

  @Test
  void seed_appliedAgain_leavesRelatedKeysUnchanged() {
    Seed seed = seed(key -> key.backingKey(MATERIAL).replica("eu-west-1").replica("us-east-1"));
    LocalKeyProvider kms = provider(seed);
    kms.updatePrimaryRegion(b -> b.keyId(KEY_ID).primaryRegion("us-east-1"));
    kms.scheduleKeyDeletion(b -> b.keyId(KEY_ID).pendingWindowInDays(7));
    now = now.plus(Duration.ofDays(7));
    kms.purge();
    storage.changes = 0;
    LocalKeyProvider again = provider(seed);
    assertThat(storage.changes).isZero();
    // The key of this Region was deleted, and a replica is not created again.
    assertThat(catchThrowable(() -> describe(again))).isInstanceOf(NotFoundException.class);
    assertThat(describe(again.inRegion("eu-west-1")).multiRegionConfiguration().primaryKey())
        .isEqualTo(
            new MultiRegionKey("arn:aws:kms:us-east-1:000000000000:key/" + KEY_ID, "us-east-1"));
  }

  @Test
  void replica_inAnImpossibleRegion_isRefusedWhenTheSeedIsApplied() {
    String prefix = "embedded-kms: key " + KEY_ID + ": ";
    assertThatIllegalArgumentException()
        .isThrownBy(() -> provider(seed(key -> key.replica("eu-central-1"))))
        .withMessage(prefix + "its replica is in eu-central-1, the provider's own Region");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> LocalKeyProvider.builder().seed(seed(key -> key.replica("cn-north-1"))).build())
        .withMessage(prefix + "its replica in cn-north-1 is in another partition than us-east-1");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                LocalKeyProvider.builder()
                    .seed(seed(key -> key.origin(OriginType.EXTERNAL).replica("eu-west-1")))
                    .build())
        .withMessage(prefix + "a key without material has no replicas");
  }

  @Test
  void file_withReplicaRegions_isTheSameSeed() {
    assertThat(
            SeedFiles.read(
                """
                Keys:
                  Symmetric:
                    Aes:
                      - Metadata:
                          KeyId: %s
                          MultiRegion: true
                        BackingKeys:
                          - %s
                        ReplicaRegions:
                          - eu-west-1
                """
                    .formatted(KEY_ID, MATERIAL),
                "seed.yaml"))
        .isEqualTo(seed(key -> key.backingKey(MATERIAL).replica("eu-west-1")));
  }
}
