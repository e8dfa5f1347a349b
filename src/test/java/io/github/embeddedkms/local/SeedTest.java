package io.github.embeddedkms.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.embeddedkms.crypto.Material;
import io.github.embeddedkms.exception.AccessDeniedException;
import io.github.embeddedkms.model.AliasListEntry;
import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.KeyState;
import io.github.embeddedkms.model.SecretBytes;
import io.github.embeddedkms.model.Tag;
import io.github.embeddedkms.store.Address;
import io.github.embeddedkms.store.Change;
import io.github.embeddedkms.store.KeyEntry;
import io.github.embeddedkms.store.KeyStorage;
import io.github.embeddedkms.store.fixture.OverDatabases;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class SeedTest {

  private static final String KEY_ID = "1234abcd-12ab-34cd-56ef-1234567890ab";
  private static final String OTHER_KEY_ID = "bc436485-5092-42b8-92a3-0aa8b93536dc";
  private static final String OLD = "00".repeat(32);
  private static final String NEW = "0F".repeat(32);

  private static LocalKeyProvider provider(Seed seed) {
    return LocalKeyProvider.builder().seed(seed).build();
  }

  private static Seed oneKey(Consumer<Seed.KeyBuilder> key) {
    return Seed.builder().key(KEY_ID, key).build();
  }

  private static Bytes seal(LocalKeyProvider kms) {
    return kms.encrypt(b -> b.keyId(KEY_ID).plaintext(SecretBytes.fromUtf8String("hello")))
        .ciphertextBlob();
  }

  private static String open(LocalKeyProvider kms, Bytes blob) {
    return kms.decrypt(b -> b.ciphertextBlob(blob)).plaintext().asUtf8String();
  }

  @Test
  void keysAndAliases_areInTheDefaultRegionAndAccount_withTheProvidersDates() {
    Seed seed =
        Seed.builder()
            .alias("alias/apart", OTHER_KEY_ID)
            .key(KEY_ID, key -> key.description("orders").alias("alias/orders").backingKey(OLD))
            .key(OTHER_KEY_ID, key -> {})
            .build();
    try (LocalKeyProvider kms =
        LocalKeyProvider.builder()
            .region("eu-west-1")
            .account("111122223333")
            .clock(() -> Instant.parse("2020-01-02T03:04:05.678999Z"))
            .seed(seed)
            .build()) {
      var metadata = kms.describeKey(b -> b.keyId("alias/orders")).keyMetadata();
      assertThat(metadata.arn()).isEqualTo("arn:aws:kms:eu-west-1:111122223333:key/" + KEY_ID);
      assertThat(metadata.description()).isEqualTo("orders");
      assertThat(metadata.creationDate()).isEqualTo("2020-01-02T03:04:05.678Z");
      assertThat(metadata.keyState()).isEqualTo(KeyState.ENABLED);
      assertThat(kms.listAliases(b -> {}).aliases())
          .containsExactly(
              alias("alias/apart", OTHER_KEY_ID, metadata.creationDate()),
              alias("alias/orders", KEY_ID, metadata.creationDate()));
      assertThat(kms.inRegion("eu-west-2").listKeys(b -> {}).keys()).isEmpty();
      kms.deleteAlias(b -> b.aliasName("alias/orders"));
      kms.scheduleKeyDeletion(b -> b.keyId(KEY_ID).pendingWindowInDays(7));
    }
  }

  private static AliasListEntry alias(String name, String keyId, Instant created) {
    String arn = "arn:aws:kms:eu-west-1:111122223333:" + name;
    return new AliasListEntry(name, arn, keyId, created, created);
  }

  @Test
  void tags_areStoredWithTheKey() {
    KeyStorage storage = KeyStorage.inMemory();
    Seed seed = oneKey(key -> key.tag("team", "billing").tag("stage", ""));
    try (LocalKeyProvider kms = LocalKeyProvider.builder().storage(storage).seed(seed).build()) {
      Address address = new Address(kms.defaultCaller().account(), "us-east-1", KEY_ID);
      assertThat(storage.key(address).orElseThrow().tags())
          .containsExactly(new Tag("team", "billing"), new Tag("stage", ""));
    }
  }

  /** Uses the worked example of the blob format's specification. */
  @Test
  void backingKey_decryptsBlobOfTheSameKeyElsewhere() {
    byte[] material = new byte[32];
    IntStream.range(0, 32).forEach(i -> material[i] = (byte) i);
    String blob =
        "0101030e63f4cfda491cbdcfe2b776fe2f7236aca83bd356c699ff9c279c887c0c10"
            + "000102030405060708090a0b0c0d0e0f1011121314151617"
            + "769b6ea98b4cc9020d80167308af366ea051559e80";
    try (LocalKeyProvider kms = provider(oneKey(key -> key.backingKey(material)))) {
      var opened =
          kms.decrypt(
              b ->
                  b.ciphertextBlob(Bytes.fromByteArray(HexFormat.of().parseHex(blob)))
                      .encryptionContext(Map.of("tenant", "acme", "a", "\u00e9")));
      assertThat(opened.plaintext().asUtf8String()).isEqualTo("hello");
    }
  }

  @Test
  void severalBackingKeys_lastEncrypts_allDecrypt() {
    try (LocalKeyProvider before = provider(oneKey(key -> key.backingKey(OLD)));
        LocalKeyProvider rotated = provider(oneKey(key -> key.backingKey(OLD).backingKey(NEW)));
        LocalKeyProvider after = provider(oneKey(key -> key.backingKey(NEW)))) {
      assertThat(open(rotated, seal(before))).isEqualTo("hello");
      assertThat(open(after, seal(rotated))).isEqualTo("hello");
      assertThat(catchThrowable(() -> open(before, seal(rotated))))
          .isInstanceOf(AccessDeniedException.class);
    }
  }

  @Test
  void twoProvidersOfOneSeed_decryptEachOthersBlobs_andEncryptDifferently() {
    Seed seed = oneKey(key -> key.backingKey(OLD));
    try (LocalKeyProvider other = provider(seed)) {
      Bytes blob;
      try (LocalKeyProvider one = provider(seed)) {
        blob = seal(one);
      }
      // The closed provider wiped its own material, not the seed's.
      assertThat(open(other, blob)).isEqualTo("hello");
      assertThat(seal(other)).isNotEqualTo(blob);
    }
    try (LocalKeyProvider later = provider(seed)) {
      assertThat(open(later, seal(later))).isEqualTo("hello");
    }
  }

  @Test
  void noBackingKey_eachProviderHasItsOwnMaterial() {
    Seed seed = oneKey(key -> {});
    try (LocalKeyProvider one = provider(seed);
        LocalKeyProvider other = provider(seed)) {
      Bytes blob = seal(one);
      assertThat(open(one, blob)).isEqualTo("hello");
      assertThat(catchThrowable(() -> open(other, blob))).isInstanceOf(AccessDeniedException.class);
    }
  }

  static Stream<Arguments> badSeeds() {
    return Stream.of(
        bad(
            b -> b.key("mrk-1234ABCD12ab34cd56ef1234567890ab", key -> {}),
            "key mrk-1234ABCD12ab34cd56ef1234567890ab: the id is not mrk- and 32 hexadecimal"
                + " digits in lower case"),
        badKey(
            key -> key.replica("eu-west-1"), "only keys whose ids begin with mrk- have replicas"),
        bad(
            b -> b.key("1234ABCD-12ab-34cd-56ef-1234567890ab", key -> {}),
            "key 1234ABCD-12ab-34cd-56ef-1234567890ab: the id is not a UUID in lower case"),
        bad(b -> b.key("", key -> {}), "key : the id is not a UUID in lower case"),
        bad(
            b -> b.key(KEY_ID, key -> {}).key(KEY_ID, key -> {}),
            "key " + KEY_ID + ": comes twice"),
        badKey(key -> key.backingKey(OLD).backingKey("xyz"), "a backing key is not hexadecimal"),
        badKey(key -> key.backingKey("000"), "a backing key is not hexadecimal"),
        badKey(key -> key.backingKey(""), "a backing key has 0 bytes, not 32 (or 16 for SM4)"),
        badKey(
            key -> key.backingKey(OLD).backingKey("00".repeat(31)),
            "a backing key has 31 bytes, not 32 (or 16 for SM4)"),
        badKey(
            key -> key.backingKey(OLD).backingKey(NEW).backingKey(OLD),
            "a backing key comes twice"),
        badKey(
            key -> key.description("x".repeat(8193)),
            "1 validation error detected: Value '"
                + "x".repeat(8193)
                + "' at 'description' failed to satisfy constraint: Member must have length less than or equal to 8192"),
        badKey(
            key -> key.tag("", "v"),
            "1 validation error detected: Value '' at 'tags.1.member.tagKey' failed to satisfy constraint: Member must have length greater than or equal to 1"),
        badKey(key -> key.tag("k", "v").tag("k", "w"), "Duplicate tag keys"),
        badKey(key -> key.tag("AWS:x", "v"), "Tags beginning with aws: are reserved"),
        badKey(key -> IntStream.range(0, 51).forEach(i -> key.tag("k" + i, "")), "Too many tags"),
        badAlias(
            "alias/a b",
            "1 validation error detected: Value 'alias/a b' at 'aliasName' failed to satisfy constraint: Member must satisfy regular expression pattern: ^[a-zA-Z0-9:/_-]+$"),
        badAlias(
            "orders",
            "Alias must start with the prefix \"alias/\". Please see https://docs.aws.amazon.com/kms/latest/developerguide/kms-alias.html"),
        badAlias("alias/", "the alias has no name after its prefix"),
        badAlias("alias/aws/s3", "NotAuthorizedException"),
        bad(
            b -> b.key(KEY_ID, key -> key.alias("alias/a").alias("alias/a")),
            "alias alias/a: comes twice"),
        bad(
            b -> {
              b.key(KEY_ID, key -> {});
              IntStream.rangeClosed(1, 51).forEach(i -> b.alias("alias/number-" + i, KEY_ID));
            },
            "alias alias/number-51: its key " + KEY_ID + " already has 50 aliases, the maximum"),
        badAlias(
            "alias/Service:Test", "alias/Service:Test contains invalid characters for an alias"),
        bad(
            b -> b.key(KEY_ID, key -> {}).alias("alias/a", OTHER_KEY_ID),
            "alias alias/a: its key " + OTHER_KEY_ID + " is not in the seed"));
  }

  private static Arguments badKey(Consumer<Seed.KeyBuilder> key, String message) {
    return bad(b -> b.key(KEY_ID, key), "key " + KEY_ID + ": " + message);
  }

  private static Arguments badAlias(String name, String message) {
    return bad(b -> b.key(KEY_ID, key -> key.alias(name)), "alias " + name + ": " + message);
  }

  private static Arguments bad(Consumer<Seed.Builder> seed, String message) {
    return Arguments.of(seed, "embedded-kms: " + message);
  }

  @ParameterizedTest
  @MethodSource("badSeeds")
  void build_invalidContent_isRefusedWithItsName(Consumer<Seed.Builder> content, String message) {
    Seed.Builder builder = Seed.builder();
    content.accept(builder);
    assertThatIllegalArgumentException().isThrownBy(builder::build).withMessage(message);
  }

  @Test
  void material_hasTheLengthOfTheRegionsKeys() {
    Seed sm4 = oneKey(key -> key.backingKey("00".repeat(16)));
    try (LocalKeyProvider kms = LocalKeyProvider.builder().region("cn-north-1").seed(sm4).build()) {
      assertThat(open(kms, seal(kms))).isEqualTo("hello");
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> provider(sm4))
        .withMessage(
            "embedded-kms: key " + KEY_ID + ": material in us-east-1 has 32 bytes, not 16");
    Seed aes = oneKey(key -> key.backingKey(OLD));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LocalKeyProvider.builder().region("cn-north-1").seed(aes).build())
        .withMessage(
            "embedded-kms: key " + KEY_ID + ": material in cn-north-1 has 16 bytes, not 32");
  }

  @OverDatabases
  @Test
  void build_storageHasKeyWithOtherMaterial_isRefusedAndStorageClosed() {
    Fixture fixture = new Fixture();
    fixture.keyWith(OTHER_KEY_ID, new byte[32]);
    Seed seed =
        Seed.builder().key(KEY_ID, key -> {}).key(OTHER_KEY_ID, key -> key.backingKey(NEW)).build();
    assertRefused(
        fixture,
        seed,
        "key "
            + OTHER_KEY_ID
            + ": the storage has this key with other material; use another storage, or give the key"
            + " another id in the seed");
  }

  @OverDatabases
  @Test
  void build_storageHasAliasForAnotherKey_isRefusedAndStorageClosed() {
    Fixture fixture = new Fixture();
    Seed seed = oneKey(key -> key.alias("alias/new").alias(Fixture.ALIAS));
    assertRefused(
        fixture,
        seed,
        "alias "
            + Fixture.ALIAS
            + ": the storage has it for key "
            + fixture.keyId
            + ", the seed for key "
            + KEY_ID
            + "; change the seed, or point the alias back with UpdateAlias");
  }

  private static void assertRefused(Fixture fixture, Seed seed, String why) {
    fixture.storage.changes = 0;
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                LocalKeyProvider.builder()
                    .region(Fixture.REGION)
                    .account(Fixture.ACCOUNT)
                    .storage(fixture.storage)
                    .seed(seed)
                    .build())
        .withMessage("embedded-kms: " + why);
    assertThat(fixture.storage.changes).isZero();
    assertThat(catchThrowable(() -> fixture.storage.nextDue()))
        .hasMessage("the key storage is closed");
  }

  @Test
  void build_storageKeepsChanging_isRefusedAndMaterialWiped() {
    List<Change> refused = new ArrayList<>();
    KeyStorage storage =
        new Fixture.CountingStorage(KeyStorage.inMemory()) {
          @Override
          public boolean apply(Change change) {
            refused.add(change);
            return false;
          }
        };
    Seed seed = oneKey(key -> key.backingKey(OLD).alias("alias/a"));
    assertThat(catchThrowable(() -> LocalKeyProvider.builder().storage(storage).seed(seed).build()))
        .isExactlyInstanceOf(IllegalStateException.class)
        .hasMessage(
            "embedded-kms: the seed was not applied: other processes keep changing the storage");
    KeyEntry key = (KeyEntry) refused.get(0).puts().get(0);
    SecretBytes plaintext = SecretBytes.fromUtf8String("x");
    assertThat(catchThrowable(() -> key.currentMaterial().seal(plaintext, new byte[0])))
        .isInstanceOf(Material.ClosedException.class);
  }

  @Test
  void seed_isAValue_andShowsNoMaterial() {
    Seed seed = oneKey(key -> key.backingKey(NEW).alias("alias/a"));
    assertThat(seed)
        .hasToString("Seed[1 keys, 1 aliases]")
        .isEqualTo(oneKey(key -> key.backingKey(NEW.toLowerCase(Locale.ROOT)).alias("alias/a")))
        .hasSameHashCodeAs(oneKey(key -> key.backingKey(NEW).alias("alias/a")))
        .isNotEqualTo(oneKey(key -> key.backingKey(OLD).alias("alias/a")))
        .isNotEqualTo(oneKey(key -> key.backingKey(NEW)));
    assertThat(seed.keys().toString()).doesNotContainIgnoringCase("0f0f");
  }

  @Test
  void builder_usedAgain_doesNotChangeEarlierSeeds() {
    Seed.Builder builder = Seed.builder().key(KEY_ID, key -> {});
    Seed before = builder.build();
    builder.key(OTHER_KEY_ID, key -> {});
    assertThat(before).isEqualTo(oneKey(key -> {})).isNotEqualTo(builder.build());
  }
}
