package io.github.embeddedkms.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.embeddedkms.crypto.Suite;
import io.github.embeddedkms.crypto.SymmetricMaterial;
import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.Required;
import io.github.embeddedkms.model.SecretBytes;
import io.github.embeddedkms.store.fixture.TestKeys;
import io.github.embeddedkms.store.process.Contents;
import java.lang.reflect.RecordComponent;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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
   * The members of each version of the documents. An added member needs a line of its own for the
   * next version, and a higher {@link Documents#VERSION}. The lines of older versions never change.
   */
  private static final List<String> MEMBERS_OF_VERSION_1 =
      List.of(
          "KeyDocument creationDate:Instant! state:KeyState! deletionDate:Instant"
              + " description:String! keySpec:KeySpec! keyUsage:KeyUsageType! origin:OriginType!"
              + " tags:List! materials:List!",
          "Material materialId:Bytes! suite:Integer!",
          "Tag tagKey:String! tagValue:String!",
          "AliasDocument targetKeyId:String! creationDate:Instant! lastUpdatedDate:Instant!");

  @Test
  void documents_currentVersion_haveTheMembersOfThatVersion() {
    assertThat(Documents.VERSION).isEqualTo(1);
    assertThat(
            List.of(
                members(KeyDocument.class),
                members(KeyDocument.Material.class),
                members(io.github.embeddedkms.model.Tag.class),
                members(AliasDocument.class)))
        .isEqualTo(MEMBERS_OF_VERSION_1);
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

  private static KeyEntry read(String document) {
    Item item = new Item(ItemKind.KEY, ADDRESS, 1, 1, 1, Bytes.fromUtf8String(document));
    return KeyEntry.KIND.read(
        item, (address, material, last) -> MaterialEntry.symmetric(MATERIAL, last));
  }

  @Test
  void read_writtenDocument_givesTheEntry() {
    assertThat(read(Documents.write(KEY).asUtf8String())).isEqualTo(KEY);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"CreationDate\"              | {\"Policy\":\"p\",\"CreationDate\"",
        "\"Suite\":1                    | \"Suite\":1,\"ValidTo\":1700000000",
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
    assertThatThrownBy(() -> AliasEntry.KIND.read(item, (address, material, last) -> null))
        .isInstanceOf(UnreadableItemException.class);
  }
}
