package io.github.embeddedkms.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.embeddedkms.json.JsonException;
import io.github.embeddedkms.json.JsonRecords;
import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.GrantOperation;
import io.github.embeddedkms.model.KeySpec;
import io.github.embeddedkms.model.KeyState;
import io.github.embeddedkms.model.KeyUsageType;
import io.github.embeddedkms.model.OriginType;
import io.github.embeddedkms.model.RecordMember;
import io.github.embeddedkms.model.Tag;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/** The fast reading of documents gives what the strict reading of JSON gives, or nothing. */
class DocumentReaderProperties {

  private static final List<Class<? extends Record>> DOCUMENTS =
      List.of(KeyDocument.class, AliasDocument.class, GrantDocument.class, LastUseDocument.class);

  private static final KeyDocument DOCUMENT = sample(KeyDocument.class);

  /**
   * The sample has a value in every member of the record, so that a new member whose type the
   * reader does not support, or that it forgets, is found here.
   */
  @Example
  void everyDocument_withEveryMember_isReadAsWritten() {
    for (Class<? extends Record> type : DOCUMENTS) {
      Record sample = sample(type);
      for (RecordMember member : RecordMember.of(type)) {
        assertThat(member.valueIn(sample)).as(member.name()).isNotNull();
      }
      assertThat(DocumentReader.of(type).readAsWritten(JsonRecords.write(sample)))
          .as(type.getSimpleName())
          .isEqualTo(sample);
    }
  }

  @Example
  void everyKind_thatIsStored_isCovered() {
    assertThat(InMemoryKeyStorage.KINDS)
        .extracting(Object::toString)
        .containsExactly("KeyEntry", "AliasEntry", "GrantEntry", "LastUseEntry");
  }

  @Property
  void keyDocument_written_isReadAsStrictly(@ForAll("documents") KeyDocument document) {
    byte[] json = JsonRecords.write(document);
    assertThat(DocumentReader.of(KeyDocument.class).read(json))
        .isEqualTo(JsonRecords.readStrictly(KeyDocument.class, json))
        .isEqualTo(document);
  }

  /** Otherwise nearly every document would be read slowly. */
  @Property
  void keyDocument_inAscii_isReadAsWritten(
      @ForAll("asciiDescriptions") String description, @ForAll("dates") Instant date) {
    KeyDocument document = document(description, date, date, List.of());
    assertThat(DocumentReader.of(KeyDocument.class).readAsWritten(JsonRecords.write(document)))
        .isEqualTo(document);
  }

  @Property
  void document_withAnyByteChanged_isNeverReadOtherwiseThanStrictly(
      @ForAll("documents") KeyDocument document,
      @ForAll @IntRange(max = 100_000) int position,
      @ForAll("telling") char character,
      @ForAll("edits") String edit) {
    byte[] json = JsonRecords.write(document);
    assertSameAsStrictly(edited(json, position % (json.length + 1), (byte) character, edit));
  }

  @Example
  void document_inAnotherForm_isReadOrRefusedAsStrictly() {
    String json = new String(JsonRecords.write(DOCUMENT), StandardCharsets.UTF_8);
    List<String> others =
        List.of(
            json + " ",
            json + "{}",
            json.replaceFirst(",", ", "),
            json.replaceFirst("\\{", "{\"Unknown\":1,"),
            json.replaceFirst("\\{", "{\"CreationDate\":1,"),
            json.replaceFirst("}$", ",\"Unknown\":{}}"),
            json.replaceFirst("\"Origin\":\"[A-Z_]+\",", ""),
            json.replaceFirst("\"Origin\":\"[A-Z_]+\"", "\"Origin\":\"NEW_ORIGIN\""),
            json.replaceFirst("\"Origin\":\"[A-Z_]+\"", "\"Origin\":null"),
            json.replaceFirst("\"Description\":\"", "\"Description\":\"\\\\u0041"),
            json.replaceFirst("\"Suite\":1", "\"Suite\":01"),
            json.replaceFirst("\"Suite\":1", "\"Suite\":1.0"),
            json.replaceFirst("\"Suite\":1", "\"Suite\":99999999999"),
            json.replaceFirst("\"Suite\":1", "\"Suite\":2147483648"),
            json.replaceFirst("\"CreationDate\":[0-9.]+", "\"CreationDate\":1e3"),
            json.replaceFirst("\"CreationDate\":[0-9.]+", "\"CreationDate\":12345678901.000"),
            json.replaceFirst("\"CreationDate\":[0-9.]+", "\"CreationDate\":-1.000"),
            json.replaceFirst("\"MaterialId\":\"", "\"MaterialId\":\"!"));
    assertThat(others).doesNotContain(json);
    for (String other : others) {
      byte[] bytes = other.getBytes(StandardCharsets.UTF_8);
      assertThat(DocumentReader.of(KeyDocument.class).readAsWritten(bytes)).as(other).isNull();
      assertSameAsStrictly(bytes);
    }
  }

  /** Grants have maps, which no other document has. */
  @Property
  void grantDocument_written_isReadAsStrictly(
      @ForAll("pairs") Map<String, String> pairs,
      @ForAll @IntRange(max = 100_000) int position,
      @ForAll("telling") char character,
      @ForAll("edits") String edit) {
    GrantDocument document = grantDocument(pairs);
    byte[] json = JsonRecords.write(document);
    assertThat(DocumentReader.of(GrantDocument.class).read(json)).isEqualTo(document);
    assertSameAsStrictly(
        GrantDocument.class, edited(json, position % (json.length + 1), (byte) character, edit));
  }

  @Example
  void grantDocument_mapInAnotherForm_isReadOrRefusedAsStrictly() {
    GrantDocument document = grantDocument(Map.of("a", "b"));
    String json = new String(JsonRecords.write(document), StandardCharsets.UTF_8);
    String map = "{\"a\":\"b\"}";
    assertThat(json).contains(map);
    assertThat(
            DocumentReader.of(GrantDocument.class)
                .readAsWritten(json.getBytes(StandardCharsets.UTF_8)))
        .isEqualTo(document);
    for (String other :
        List.of(
            "{\"a\":\"b\",\"a\":\"b\"}",
            "{\"a\":\"b\",\"a\":\"c\"}",
            "{\"a\":\"b\",}",
            "{\"a\":\"b\"",
            "{\"a\" :\"b\"}",
            "{\"a\":1}",
            "{\"a\":null}",
            "{\"\\u0061\":\"b\"}",
            "{\"\u00e4\":\"b\"}",
            "{\"a\"}",
            "{a:\"b\"}",
            "[]",
            "{,}")) {
      byte[] bytes = json.replace(map, other).getBytes(StandardCharsets.UTF_8);
      assertThat(DocumentReader.of(GrantDocument.class).readAsWritten(bytes)).as(other).isNull();
      assertSameAsStrictly(GrantDocument.class, bytes);
    }
  }

  private static GrantDocument grantDocument(Map<String, String> pairs) {
    return new GrantDocument(
        "00000000000000ff",
        Instant.ofEpochMilli(1_772_600_767_089L),
        List.of(GrantOperation.DECRYPT),
        null,
        null,
        "arn:aws:iam::111122223333:user/alice",
        null,
        null,
        null,
        new LinkedHashMap<>(pairs),
        null,
        null);
  }

  @Provide
  Arbitrary<Map<String, String>> pairs() {
    return Arbitraries.maps(strings(), strings()).ofMaxSize(3);
  }

  private static void assertSameAsStrictly(byte[] json) {
    assertSameAsStrictly(KeyDocument.class, json);
  }

  private static void assertSameAsStrictly(Class<? extends Record> type, byte[] json) {
    String text = new String(json, StandardCharsets.ISO_8859_1);
    assertThat(outcome(() -> DocumentReader.of(type).read(json)))
        .as(text)
        .isEqualTo(outcome(() -> JsonRecords.readStrictly(type, json)));
  }

  private interface Reading {
    Object read();
  }

  private static Object outcome(Reading reading) {
    try {
      return reading.read();
    } catch (JsonException e) {
      return e.getMessage();
    }
  }

  private static byte[] edited(byte[] json, int position, byte value, String edit) {
    int end = edit.equals("insert") ? position : Math.min(json.length, position + 1);
    byte[] middle = edit.equals("delete") ? new byte[0] : new byte[] {value};
    byte[] whole = Arrays.copyOf(json, position + middle.length + json.length - end);
    System.arraycopy(middle, 0, whole, position, middle.length);
    System.arraycopy(json, end, whole, position + middle.length, json.length - end);
    return whole;
  }

  private static KeyDocument document(
      String description, Instant created, Instant deletion, List<Tag> tags) {
    return new KeyDocument(
        created,
        KeyState.ENABLED,
        deletion,
        description,
        KeySpec.SYMMETRIC_DEFAULT,
        KeyUsageType.ENCRYPT_DECRYPT,
        OriginType.AWS_KMS,
        tags,
        DOCUMENT.materials(),
        null,
        null,
        null,
        null,
        null,
        null,
        null);
  }

  /** Returns a record with a value in each member, by the type of the member. */
  private static <R extends Record> R sample(Class<R> type) {
    return RecordMember.newRecord(
        type, RecordMember.of(type).stream().map(member -> sampleOf(member.type())).toArray());
  }

  private static Object sampleOf(Type type) {
    if (type instanceof ParameterizedType list && list.getRawType() == List.class) {
      return List.of(sampleOf(list.getActualTypeArguments()[0]));
    }
    if (type instanceof ParameterizedType map && map.getRawType() == Map.class) {
      return Map.of("a key", "a value");
    }
    Class<?> plain = (Class<?>) type;
    if (plain.isRecord()) {
      return sample(plain.asSubclass(Record.class));
    }
    if (plain.isEnum()) {
      return plain.getEnumConstants()[0];
    }
    if (plain == String.class) {
      return "a text";
    }
    if (plain == Integer.class) {
      return 1;
    }
    if (plain == Instant.class) {
      return Instant.ofEpochMilli(1_772_600_767_089L);
    }
    if (plain == Bytes.class) {
      return Bytes.fromByteArray(new byte[] {1, 2, 3});
    }
    throw new AssertionError("DocumentReader and this test need the type " + type);
  }

  @Provide
  Arbitrary<KeyDocument> documents() {
    Arbitrary<Tag> tags = Combinators.combine(strings(), strings()).as(Tag::new);
    return Combinators.combine(
            strings(), dates(), dates().injectNull(0.5), tags.list().ofMaxSize(3))
        .as(DocumentReaderProperties::document);
  }

  private static Arbitrary<String> strings() {
    return Arbitraries.oneOf(
        Arbitraries.strings().ascii().ofMaxLength(20),
        Arbitraries.strings().withCharRange('\u0000', '\ud7ff').ofMaxLength(5));
  }

  @Provide
  Arbitrary<String> asciiDescriptions() {
    return Arbitraries.strings()
        .withCharRange(' ', '~')
        .filter(text -> !text.contains("\\") && !text.contains("\""));
  }

  @Provide
  Arbitrary<Instant> dates() {
    return Arbitraries.longs().between(0, 9_999_999_999_999L).map(Instant::ofEpochMilli);
  }

  @Provide
  Arbitrary<Character> telling() {
    return Arbitraries.of(
        '"', '\\', '{', '}', '[', ']', ':', ',', ' ', '\n', '0', '1', '9', '.', '-', 'e', 'a', 'A',
        '+', '/', '=', '\u0000', '\u007f', '\u00ff');
  }

  @Provide
  Arbitrary<String> edits() {
    return Arbitraries.of("insert", "delete", "replace");
  }
}
