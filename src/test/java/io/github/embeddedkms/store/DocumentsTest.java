package io.github.embeddedkms.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.embeddedkms.authorization.Policy;
import io.github.embeddedkms.authorization.PolicyFault;
import io.github.embeddedkms.crypto.HmacMaterial;
import io.github.embeddedkms.crypto.KeyPairType;
import io.github.embeddedkms.crypto.Material;
import io.github.embeddedkms.crypto.PrivateKeyMaterial;
import io.github.embeddedkms.crypto.Suite;
import io.github.embeddedkms.crypto.SymmetricMaterial;
import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.KeyManagerType;
import io.github.embeddedkms.model.KeyMaterialState;
import io.github.embeddedkms.model.KeySpec;
import io.github.embeddedkms.model.KeyState;
import io.github.embeddedkms.model.KeyUsageType;
import io.github.embeddedkms.model.MacAlgorithmSpec;
import io.github.embeddedkms.model.OriginType;
import io.github.embeddedkms.model.Required;
import io.github.embeddedkms.model.RotationType;
import io.github.embeddedkms.model.SecretBytes;
import io.github.embeddedkms.store.fixture.TestKeys;
import io.github.embeddedkms.store.fixture.TestPolicies;
import io.github.embeddedkms.store.process.Contents;
import java.lang.reflect.RecordComponent;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class DocumentsTest {

  private static final Address ADDRESS = Contents.address("key");
  private static final SymmetricMaterial MATERIAL =
      SymmetricMaterial.of(
          "key",
          Suite.XAES_256_GCM,
          SecretBytes.fromByteArray(new byte[Suite.XAES_256_GCM.keyBytes()]));
  private static final KeyEntry KEY =
      TestKeys.symmetric(ADDRESS, Instant.ofEpochSecond(1_700_000_000), MATERIAL);

  /**
   * The members of the newest version of the documents. An added member needs a higher {@link
   * Documents#VERSION}. Before version 6, there are no grants. Before version 5, keys have no
   * restricted policy. Before version 4, keys are neither imported nor multi-Region keys, and have
   * no transient state. Before version 3, keys have neither policy nor rotation, and materials are
   * not rotated, and there are no last uses. In version 1, a material has no public key, and its
   * suite is required.
   */
  private static final List<String> MEMBERS_OF_VERSION_6 =
      List.of(
          "KeyDocument creationDate:Instant! state:KeyState! deletionDate:Instant"
              + " description:String! keySpec:KeySpec! keyUsage:KeyUsageType! origin:OriginType!"
              + " tags:List! materials:List! policy:String rotation:Rotation"
              + " keyManager:KeyManagerType primaryRegion:String pendingWindowInDays:Integer"
              + " transition:Transition restrictedPolicy:String",
          "Transition until:Instant! next:KeyState!",
          "Rotation periodInDays:Integer! nextDate:Instant!",
          "Material materialId:Bytes! suite:Integer publicKey:Bytes rotated:Rotated"
              + " state:KeyMaterialState importState:ImportState validTo:Instant"
              + " description:String",
          "Rotated date:Instant! type:RotationType!",
          "Tag tagKey:String! tagValue:String!",
          "AliasDocument targetKeyId:String! creationDate:Instant! lastUpdatedDate:Instant!",
          "GrantDocument order:String! creationDate:Instant! operations:List! name:String"
              + " issuingAccount:String granteePrincipal:String granteeServicePrincipal:String"
              + " retiringPrincipal:String retiringServicePrincipal:String"
              + " encryptionContextSubset:Map encryptionContextEquals:Map sourceArn:String",
          "LastUseDocument date:Instant! operation:KeyLastUsageTrackingOperation");

  @Test
  void documents_currentVersion_haveTheMembersOfThatVersion() {
    assertThat(Documents.VERSION).isEqualTo(6);
    assertThat(
            List.of(
                members(KeyDocument.class),
                members(KeyDocument.Transition.class),
                members(KeyDocument.Rotation.class),
                members(KeyDocument.Material.class),
                members(KeyDocument.Rotated.class),
                members(io.github.embeddedkms.model.Tag.class),
                members(AliasDocument.class),
                members(GrantDocument.class),
                members(LastUseDocument.class)))
        .isEqualTo(MEMBERS_OF_VERSION_6);
  }

  private static String members(Class<? extends Record> document) {
    return document.getSimpleName()
        + Arrays.stream(document.getRecordComponents())
            .map(DocumentsTest::member)
            .collect(Collectors.joining());
  }

  private static String member(RecordComponent member) {
    return " "
        + member.getName()
        + ":"
        + member.getType().getSimpleName()
        + (member.isAnnotationPresent(Required.class) ? "!" : "");
  }

  @Test
  void write_keyWithoutNewFeatures_hasTheBytesOfVersion1() {
    assertThat(Documents.write(KEY).asUtf8String())
        .isEqualTo(
            "{\"CreationDate\":1700000000.000,\"State\":\"Enabled\",\"Description\":\"\","
                + "\"KeySpec\":\"SYMMETRIC_DEFAULT\",\"KeyUsage\":\"ENCRYPT_DECRYPT\","
                + "\"Origin\":\"AWS_KMS\",\"Tags\":[],\"Materials\":[{\"MaterialId\":\""
                + java.util.Base64.getEncoder().encodeToString(MATERIAL.id().asByteArray())
                + "\",\"Suite\":1}]}");
  }

  /** The HMAC key requires version 2, although it uses no new member: version 1 needs a suite. */
  @Test
  void write_keyOfAnotherKind_requiresVersion2() {
    assertThat(Documents.versionOf(KEY)).isEqualTo(1);
    SecureRandom random = new SecureRandom();
    HmacMaterial hmac = HmacMaterial.generate("key", MacAlgorithmSpec.HMAC_SHA_256, random);
    KeyEntry hmacKey = key(KeySpec.HMAC_256, KeyUsageType.GENERATE_VERIFY_MAC, hmac);
    assertThat(Documents.versionOf(hmacKey)).isEqualTo(2);
    assertThat(materialsOf(hmacKey)).isEqualTo("[{\"MaterialId\":\"" + base64(hmac.id()) + "\"}]}");
    PrivateKeyMaterial pair =
        PrivateKeyMaterial.generate("key", KeyPairType.ECC_NIST_EDWARDS25519, random);
    KeyEntry signing = key(KeySpec.ECC_NIST_EDWARDS25519, KeyUsageType.SIGN_VERIFY, pair);
    assertThat(Documents.versionOf(signing)).isEqualTo(2);
    assertThat(materialsOf(signing))
        .isEqualTo(
            "[{\"MaterialId\":\""
                + base64(pair.id())
                + "\",\"PublicKey\":\""
                + base64(pair.publicKey())
                + "\"}]}");
  }

  private static KeyEntry key(KeySpec spec, KeyUsageType usage, Material material) {
    return KeyEntry.created(
        ADDRESS,
        new KeyEntry.Birth(spec, usage, OriginType.AWS_KMS, Instant.ofEpochSecond(1_700_000_000)),
        "",
        List.of(),
        List.of(MaterialEntry.present(material, true)));
  }

  private static String materialsOf(KeyEntry key) {
    return Documents.write(key).asUtf8String().replaceFirst(".*\"Materials\":", "");
  }

  private static String base64(Bytes bytes) {
    return java.util.Base64.getEncoder().encodeToString(bytes.asByteArray());
  }

  private static KeyEntry read(String document) {
    Item item = new Item(ItemKind.KEY, ADDRESS, 1, 1, 1, Bytes.fromUtf8String(document));
    return KeyEntry.KIND.read(
        item,
        (address, keySpec, material) -> {
          // Checks the document; the bytes are not needed.
          Material unused = StoredMaterial.deferred(address, keySpec, material, (key, id) -> null);
          return MATERIAL;
        });
  }

  @Test
  void read_writtenDocument_givesTheEntry() {
    assertThat(read(Documents.write(KEY).asUtf8String())).isEqualTo(KEY);
  }

  private static final Policy UNRESTRICTED = TestPolicies.unrestricted(Contents.ACCOUNT);
  private static final Policy RESTRICTED = TestPolicies.allow(Contents.ACCOUNT, "kms:Decrypt");

  private static String inJson(Policy policy) {
    return "\"" + policy.text().replace("\"", "\\\"") + "\"";
  }

  /** A document of version 3, with everything that is new in it. Its bytes never change. */
  private static final String VERSION_3 =
      "{\"CreationDate\":1700000000.000,\"State\":\"Enabled\",\"Description\":\"\","
          + "\"KeySpec\":\"SYMMETRIC_DEFAULT\",\"KeyUsage\":\"ENCRYPT_DECRYPT\","
          + "\"Origin\":\"AWS_KMS\",\"Tags\":[],\"Materials\":[{\"MaterialId\":\""
          + base64(MATERIAL.id())
          + "\",\"Suite\":1},{\"MaterialId\":\""
          + base64(MATERIAL.id())
          + "\",\"Suite\":1,\"Rotated\":{\"Date\":1731536000.001,\"Type\":\"AUTOMATIC\"}},"
          + "{\"MaterialId\":\""
          + base64(MATERIAL.id())
          + "\",\"Suite\":1,\"Rotated\":{\"Date\":1731536000.002,\"Type\":\"ON_DEMAND\"}}],"
          + "\"Policy\":"
          + inJson(UNRESTRICTED)
          + ","
          + "\"Rotation\":{\"PeriodInDays\":90,\"NextDate\":1739312000.001}}";

  private static KeyEntry keyOfVersion3() {
    Instant rotated = Instant.ofEpochMilli(1_731_536_000_001L);
    List<MaterialEntry> materials =
        List.of(
            MaterialEntry.present(MATERIAL, false),
            MaterialEntry.present(
                MATERIAL, false, new MaterialEntry.Rotated(rotated, RotationType.AUTOMATIC)),
            MaterialEntry.present(
                MATERIAL,
                true,
                new MaterialEntry.Rotated(rotated.plusMillis(1), RotationType.ON_DEMAND)));
    return KEY.changed(
            next ->
                next.materials(materials)
                    .policy(UNRESTRICTED)
                    .rotation(new KeyEntry.Rotation(90, rotated.plus(Duration.ofDays(90)))))
        .atVersion(1);
  }

  @Test
  void documentOfVersion3_isWrittenAndReadForEver() {
    assertThat(Documents.write(keyOfVersion3()).asUtf8String()).isEqualTo(VERSION_3);
    assertThat(read(VERSION_3)).isEqualTo(keyOfVersion3());
  }

  @Test
  void versionOf_keyWithPolicyOrRotationOrRotatedMaterial_is3() {
    KeyEntry.Rotation rotation = new KeyEntry.Rotation(365, Instant.ofEpochSecond(1_731_536_000));
    assertThat(Documents.versionOf(KEY.changed(next -> next.policy(UNRESTRICTED)))).isEqualTo(3);
    KeyEntry rotating = KEY.changed(next -> next.rotation(rotation));
    assertThat(Documents.versionOf(rotating)).isEqualTo(3);
    List<MaterialEntry> materials = keyOfVersion3().materials();
    assertThat(Documents.versionOf(KEY.changed(next -> next.materials(materials)))).isEqualTo(3);

    KeyEntry plain = rotating.changed(next -> next.rotation(null)).atVersion(1);
    assertThat(plain).isEqualTo(KEY);
    assertThat(Documents.versionOf(plain)).isEqualTo(1);
    // Several materials that were not rotated, as a seed may give them, were always readable.
    List<MaterialEntry> seeded =
        List.of(MaterialEntry.present(MATERIAL, false), MaterialEntry.present(MATERIAL, true));
    assertThat(Documents.versionOf(KEY.changed(next -> next.materials(seeded)))).isEqualTo(1);
  }

  /** A document of version 4, with everything that is new in it. Its bytes never change. */
  private static final String VERSION_4 =
      "{\"CreationDate\":1700000000.000,\"State\":\"Creating\",\"Description\":\"\","
          + "\"KeySpec\":\"SYMMETRIC_DEFAULT\",\"KeyUsage\":\"ENCRYPT_DECRYPT\","
          + "\"Origin\":\"EXTERNAL\",\"Tags\":[],\"Materials\":[{\"MaterialId\":\""
          + base64(MATERIAL.id())
          + "\",\"Suite\":1,\"State\":\"CURRENT\",\"ValidTo\":1731536000.001},{\"MaterialId\":\""
          + base64(MATERIAL.id())
          + "\",\"State\":\"PENDING_ROTATION\",\"ImportState\":\"PENDING_IMPORT\","
          + "\"Description\":\"from the safe\"}],"
          + "\"PrimaryRegion\":\"eu-west-1\",\"PendingWindowInDays\":7,"
          + "\"Transition\":{\"Until\":1731536000.002,\"Next\":\"PendingImport\"}}";

  private static KeyEntry keyOfVersion4() {
    Instant date = Instant.ofEpochMilli(1_731_536_000_001L);
    return KeyEntry.created(
        ADDRESS,
        new KeyEntry.Birth(
            KeySpec.SYMMETRIC_DEFAULT,
            KeyUsageType.ENCRYPT_DECRYPT,
            OriginType.EXTERNAL,
            KEY.creationDate()),
        new KeyEntry.Life(
            KeyState.CREATING,
            null,
            7,
            new KeyEntry.Transition(date.plusMillis(1), KeyState.PENDING_IMPORT)),
        "",
        List.of(),
        new KeyEntry.Relations("eu-west-1", null),
        List.of(
            MaterialEntry.imported(MATERIAL, KeyMaterialState.CURRENT, date, null),
            MaterialEntry.imported(
                    MATERIAL, KeyMaterialState.PENDING_ROTATION, date, "from the safe")
                .withoutBytes()));
  }

  @Test
  void documentOfVersion4_isWrittenAndReadForEver() {
    assertThat(Documents.write(keyOfVersion4()).asUtf8String()).isEqualTo(VERSION_4);
    assertThat(read(VERSION_4)).isEqualTo(keyOfVersion4());
  }

  @Test
  void versionOf_importedOrMultiRegionOrTransientKey_is4() {
    assertThat(Documents.versionOf(keyOfVersion4())).isEqualTo(4);
    KeyEntry related = KEY.changed(next -> next.relations(keyOfVersion4().relations()));
    assertThat(Documents.versionOf(related)).isEqualTo(4);
    KeyEntry updating = KEY.changed(next -> next.transition(keyOfVersion4().life().transition()));
    assertThat(Documents.versionOf(updating)).isEqualTo(4);
    assertThat(Documents.versionOf(KEY.changed(next -> next.pendingWindowInDays(7)))).isEqualTo(4);
  }

  /** A document of version 5, with everything that is new in it. Its bytes never change. */
  private static final String VERSION_5 =
      VERSION_4.substring(0, VERSION_4.length() - 1)
          + ",\"RestrictedPolicy\":"
          + inJson(RESTRICTED)
          + "}";

  private static KeyEntry keyOfVersion5() {
    return keyOfVersion4().changed(next -> next.policy(RESTRICTED)).atVersion(1);
  }

  @Test
  void documentOfVersion5_isWrittenAndReadForEver() {
    assertThat(Documents.write(keyOfVersion5()).asUtf8String()).isEqualTo(VERSION_5);
    assertThat(read(VERSION_5)).isEqualTo(keyOfVersion5());
    assertThat(Documents.versionOf(keyOfVersion5())).isEqualTo(5);
    KeyEntry again = keyOfVersion5().changed(next -> next.policy(null)).atVersion(1);
    assertThat(Documents.write(again).asUtf8String()).isEqualTo(VERSION_4);
  }

  static List<Policy> restrictedPolicies() {
    return List.of(
        RESTRICTED,
        TestPolicies.allow("*", "kms:*"),
        TestPolicies.allow("111122223333", "kms:*"),
        TestPolicies.allow("arn:aws:iam::" + Contents.ACCOUNT + ":role/any", "kms:*"),
        Policy.keyPolicy(UNRESTRICTED.text().replace("Allow", "Deny")),
        // What cannot be parsed allows nothing.
        Policy.keyPolicy("{}"),
        Policy.keyPolicy(""),
        Policy.keyPolicy(UNRESTRICTED.text() + " ".repeat(32_768)));
  }

  @ParameterizedTest
  @MethodSource("restrictedPolicies")
  void write_restrictedPolicy_isInAMemberThatOlderVersionsRefuse(Policy policy) {
    KeyEntry key = KEY.changed(next -> next.policy(policy)).atVersion(1);
    assertThat(Documents.versionOf(key)).isEqualTo(5);
    String document = Documents.write(key).asUtf8String();
    assertThat(document)
        .isEqualTo(
            Documents.write(KEY)
                .asUtf8String()
                .replaceFirst("}$", ",\"RestrictedPolicy\":")
                .concat(inJson(policy) + "}"));
    assertThat(read(document)).isEqualTo(key);
  }

  @ParameterizedTest
  @ValueSource(strings = {"aws", "aws-cn", "aws-us-gov", "aws-iso"})
  void write_policyThatAllowsTheAccountEverything_isInTheMemberOfVersion3(String partition) {
    Policy policy =
        TestPolicies.allow("arn:" + partition + ":iam::" + Contents.ACCOUNT + ":root", "*");
    KeyEntry key = KEY.changed(next -> next.policy(policy)).atVersion(1);
    assertThat(Documents.versionOf(key)).isEqualTo(3);
    String document = Documents.write(key).asUtf8String();
    assertThat(document).endsWith(",\"Policy\":" + inJson(policy) + "}");
    assertThat(read(document)).isEqualTo(key);
  }

  /** Opening a store parses no policy: a broken one is found when it is used. */
  @ParameterizedTest
  @ValueSource(strings = {"Policy", "RestrictedPolicy"})
  void read_policyThatCannotBeParsed_isReadAndNotParsed(String member) {
    String document =
        Documents.write(KEY).asUtf8String().replaceFirst("}$", ",\"" + member + "\":\"{\"}");
    Policy policy = read(document).policy();
    assertThat(policy).isEqualTo(Policy.keyPolicy("{"));
    assertThatThrownBy(policy::printed).isInstanceOf(PolicyFault.class);
  }

  @Test
  void read_documentWithBothPolicies_isRefused() {
    String document =
        VERSION_3.replaceFirst("}$", ",\"RestrictedPolicy\":") + inJson(RESTRICTED) + "}";
    assertThatThrownBy(() -> read(document))
        .isInstanceOf(UnreadableItemException.class)
        .hasMessage(
            "embedded-kms: key key of account 000000000000 in us-east-1 was written by a newer"
                + " version of embedded-kms");
    assertThat(read(document.replaceFirst("\"Policy\":\"(\\\\.|[^\"\\\\])*\",", "")).policy())
        .isEqualTo(RESTRICTED);
  }

  @Test
  void read_materialWithSuiteButWithoutBytes_isRefused() {
    String altered =
        VERSION_4.replace(
            "\"State\":\"PENDING_ROTATION\"", "\"Suite\":1,\"State\":\"PENDING_ROTATION\"");
    assertThat(altered).isNotEqualTo(VERSION_4);
    assertThatThrownBy(() -> read(altered)).isInstanceOf(UnreadableItemException.class);
  }

  @Test
  void awsManagedKey_requiresVersion3_andIsReadBack() {
    KeyEntry.Birth birth =
        new KeyEntry.Birth(
            KeySpec.SYMMETRIC_DEFAULT,
            KeyUsageType.ENCRYPT_DECRYPT,
            OriginType.AWS_KMS,
            KEY.creationDate(),
            KeyManagerType.AWS);
    KeyEntry managed = KeyEntry.created(ADDRESS, birth, "", List.of(), KEY.materials());
    assertThat(Documents.versionOf(managed)).isEqualTo(3);
    String document = Documents.write(managed).asUtf8String();
    assertThat(document)
        .isEqualTo(
            Documents.write(KEY).asUtf8String().replaceFirst("}$", ",\"KeyManager\":\"AWS\"}"));
    assertThat(read(document)).isEqualTo(managed);
  }

  @Test
  void read_rotatedMaterialOfAnotherKind_isRefused() {
    HmacMaterial hmac =
        HmacMaterial.generate("key", MacAlgorithmSpec.HMAC_SHA_256, new SecureRandom());
    String document =
        Documents.write(key(KeySpec.HMAC_256, KeyUsageType.GENERATE_VERIFY_MAC, hmac))
            .asUtf8String();
    String rotated =
        document.replace("\"}]}", "\",\"Rotated\":{\"Date\":1,\"Type\":\"AUTOMATIC\"}}]}");
    assertThat(rotated).isNotEqualTo(document);
    assertThatThrownBy(() -> read(rotated)).isInstanceOf(UnreadableItemException.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"CreationDate\"              | {\"Nickname\":\"n\",\"CreationDate\"",
        "]}                             | ],\"RestrictedPolicy\":{}}",
        "]}                             | ],\"RestrictedPolicies\":\"{}\"}",
        "{\"CreationDate\"              | {\"Rotation\":{},\"CreationDate\"",
        "{\"CreationDate\"              | {\"Rotation\":{\"PeriodInDays\":365},\"CreationDate\"",
        "{\"CreationDate\"              | {\"Rotation\":{\"NextDate\":1},\"CreationDate\"",
        "\"Suite\":1                    | \"Suite\":1,\"Rotated\":{}",
        "\"Suite\":1                    | \"Suite\":1,\"Rotated\":{\"Date\":1}",
        "\"Suite\":1                    | \"Suite\":1,\"Rotated\":{\"Date\":1,\"Type\":\"SOON\"}",
        "\"Suite\":1                    | \"Suite\":1,\"ExpiresAt\":1700000000",
        "\"Suite\":1                    | \"Suite\":1,\"PublicKey\":\"AAAA\"",
        "\"Suite\":1                    | \"PublicKey\":\"AAAA\"",
        "\"Suite\":1                    | \"Suite\":3",
        "SYMMETRIC_DEFAULT              | HMAC_256",
        "SYMMETRIC_DEFAULT              | RSA_2048",
        "SYMMETRIC_DEFAULT              | RSA_512",
        "\"Tags\":[]                    | \"Tags\":[],\"Tags\":[]",
        "\"Tags\":[],                   | ''",
        "\"State\":\"Enabled\"          | \"State\":null",
        "\"State\":\"Enabled\"          | \"State\":\"Asleep\"",
        "\"State\":\"Enabled\"          | \"State\":7",
        ",\"Suite\":1                   | ''",
        "\"AWS_KMS\"                    | \"MOON\"",
        "]}                             | ]}}",
      })
  void read_documentOfLaterVersion_isRefused(String before, String after) {
    String document = Documents.write(KEY).asUtf8String();
    assertThat(document).contains(before);
    assertThatThrownBy(() -> read(document.replace(before, after)))
        .isInstanceOf(UnreadableItemException.class)
        .hasMessage(
            "embedded-kms: key key of account 000000000000 in us-east-1 was written by a newer"
                + " version of embedded-kms");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "null", "[]", "{}", "{\"TargetKeyId\":\"key\"}"})
  void read_incompleteAlias_isRefused(String document) {
    Item item = new Item(ItemKind.ALIAS, ADDRESS, 1, 1, 1, Bytes.fromUtf8String(document));
    assertThatThrownBy(() -> AliasEntry.KIND.read(item, (address, keySpec, material) -> null))
        .isInstanceOf(UnreadableItemException.class);
  }
}
