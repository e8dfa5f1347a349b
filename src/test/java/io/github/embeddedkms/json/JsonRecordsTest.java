package io.github.embeddedkms.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.KeyState;
import io.github.embeddedkms.model.SecretBytes;
import io.github.embeddedkms.model.Tag;
import io.github.embeddedkms.model.UnknownValue;
import io.github.embeddedkms.model.WireName;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** The codec on a record of the test's own, which has a component of every type. */
class JsonRecordsTest {

  public record Everything(
      String text,
      Integer number,
      Boolean flag,
      Instant moment,
      Bytes bytes,
      SecretBytes secret,
      KeyState state,
      List<String> texts,
      List<KeyState> states,
      List<Tag> tags,
      Tag tag,
      Map<String, String> pairs,
      @WireName("AWSAccountId") String awsAccountId) {}

  private static final Everything NOTHING =
      new Everything(null, null, null, null, null, null, null, null, null, null, null, null, null);

  private static final Everything FULL =
      new Everything(
          "t\u00e9xt",
          7,
          true,
          Instant.parse("2019-10-22T18:06:12.317Z"),
          Bytes.fromByteArray(new byte[] {1, -1}),
          SecretBytes.fromUtf8String("secret"),
          KeyState.PENDING_DELETION,
          List.of("a", ""),
          List.of(KeyState.ENABLED),
          List.of(new Tag("k", "v")),
          new Tag("one", ""),
          Map.of("p", "q"),
          "000000000000");

  private static final String FULL_TEXT =
      "{\"Text\":\"t\u00e9xt\",\"Number\":7,\"Flag\":true,\"Moment\":1571767572.317,"
          + "\"Bytes\":\"Af8=\",\"Secret\":\"c2VjcmV0\",\"State\":\"PendingDeletion\","
          + "\"Texts\":[\"a\",\"\"],\"States\":[\"Enabled\"],"
          + "\"Tags\":[{\"TagKey\":\"k\",\"TagValue\":\"v\"}],"
          + "\"Tag\":{\"TagKey\":\"one\",\"TagValue\":\"\"},\"Pairs\":{\"p\":\"q\"},"
          + "\"AWSAccountId\":\"000000000000\"}";

  private static Everything read(String json) {
    return JsonRecords.read(Everything.class, json.getBytes(UTF_8)).record();
  }

  @Example
  void write_everyType_asOnTheWire() {
    assertThat(new String(JsonRecords.write(FULL), UTF_8)).isEqualTo(FULL_TEXT);
    assertThat(new String(JsonRecords.write(NOTHING), UTF_8)).isEqualTo("{}");
    Map<String, String> members = new LinkedHashMap<>();
    members.put("__type", "X");
    members.put("message", "\"quoted\"\n");
    assertThat(new String(JsonRecords.write(members), UTF_8))
        .isEqualTo("{\"__type\":\"X\",\"message\":\"\\\"quoted\\\"\\n\"}");
  }

  @Example
  void read_everyType_comesBack() {
    assertThat(read(FULL_TEXT)).isEqualTo(FULL);
    assertThat(read("{}")).isEqualTo(NOTHING);
  }

  @Example
  void read_nullMembersAndUnknownOnes_areAbsent() {
    assertThat(read("{\"Text\":null,\"Nobody\":{\"deep\":[1,{}]},\"text\":\"lower case\"}"))
        .isEqualTo(NOTHING);
    assertThat(read("{\"Texts\":[\"a\",null]}").texts()).isEqualTo(Arrays.asList("a", null));
    assertThat(read("{\"Pairs\":{\"a\":null}}").pairs()).containsEntry("a", null);
  }

  @Example
  void write_nullElements_areKept() {
    String text =
        "{\"Texts\":[null],\"States\":[null,\"Enabled\"],\"Tags\":[null],\"Pairs\":{\"a\":null}}";
    assertThat(new String(JsonRecords.write(read(text)), UTF_8)).isEqualTo(text);
  }

  @Example
  void write_unpairedSurrogates_areEscaped_soThatTheyComeBack() {
    String text =
        "{\"Text\":\"\\ud800\\udbff\\udc00x\\udfff\",\"Pairs\":{\"\\ud800\":\"?\",\"?\":\"\u00e9\"}}";
    Everything record = read(text);
    assertThat(record.text()).isEqualTo("\ud800\udbff\udc00x\udfff");
    byte[] written = JsonRecords.write(record);
    assertThat(new String(written, UTF_8))
        .isEqualTo(text.replace("\\udbff\\udc00", "\udbff\udc00"));
    assertThat(read(new String(written, UTF_8))).isEqualTo(record);
  }

  @Example
  void read_moments_inAnySpelling() {
    Instant expected = Instant.parse("2017-07-05T17:04:55.918Z");
    for (String number : List.of("1499274295.918", "1.499274295918E9", "1499274295918e-3")) {
      assertThat(read("{\"Moment\":" + number + "}").moment()).isEqualTo(expected);
    }
    assertThat(read("{\"Moment\":0}").moment()).isEqualTo(Instant.EPOCH);
  }

  @Example
  void read_valuesOfNoEnumeration_areReportedAndAbsent() {
    JsonRecords.Read<Everything> read =
        JsonRecords.read(
            Everything.class,
            "{\"State\":\"enabled\",\"States\":[\"Enabled\",\"X\",\"Disabled\"]}".getBytes(UTF_8));
    assertThat(read.record().state()).isNull();
    assertThat(read.record().states()).containsExactly(KeyState.ENABLED, KeyState.DISABLED);
    assertThat(read.unknownValues())
        .extracting(UnknownValue::path, UnknownValue::value)
        .containsExactly(
            org.assertj.core.api.Assertions.tuple("state", "enabled"),
            org.assertj.core.api.Assertions.tuple("states.2.member", "X"));
    assertThat(read.unknownValues().get(0).known()).startsWith("Creating", "Enabled", "Disabled");
  }

  @Example
  void read_whatIsNoJsonOrOfAnotherType_saysWhatAndWhere() {
    assertRefused("{\"Text\":7}", "Expected STRING but was NUMBER at $.Text");
    assertRefused("{\"Number\":\"7\"}", "Expected NUMBER but was STRING at $.Number");
    assertRefused("{\"Flag\":\"true\"}", "Expected BOOLEAN but was STRING at $.Flag");
    assertRefused("{\"Tags\":{}}", "Expected BEGIN_ARRAY but was BEGIN_OBJECT at $.Tags");
    assertRefused("{\"Tags\":[7]}", "Expected BEGIN_OBJECT but was NUMBER at $.Tags[0]");
    assertRefused("{\"Pairs\":{\"a\":1}}", "Expected STRING but was NUMBER at $.Pairs.a");
    assertRefused("[]", "Expected BEGIN_OBJECT but was BEGIN_ARRAY at $");
    assertRefused("{\"Number\":1.5}", "not an integer of 32 bits at $.Number");
    assertRefused("{\"Number\":2147483648}", "not an integer of 32 bits at $.Number");
    assertRefused("{\"Moment\":1e99}", "no date at $.Moment");
    assertRefused("{\"Text\":\"a\",\"Text\":\"b\"}", "a member twice at $.Text");
    assertRefused("{\"Pairs\":{\"a\":\"1\",\"a\":\"2\"}}", "a key twice at $.Pairs.a");
    assertThatExceptionOfType(NotBase64Exception.class)
        .isThrownBy(() -> read("{\"Secret\":\"c2Vj*mV0\"}"))
        .withMessage("not base64 at $.Secret");
    for (String text :
        List.of(
            "",
            " ",
            "nil",
            "{",
            "{}{}",
            "{} x",
            "{'Text':\"a\"}",
            "{Text:1}",
            "{\"Text\":\"\n\"}",
            "{\"Moment\":NaN}",
            "{\"a\":1,}",
            "[[",
            "{\"x\":" + "[".repeat(100_000))) {
      assertThatExceptionOfType(JsonException.class)
          .as(text.length() < 99 ? text : "bomb")
          .isThrownBy(() -> read(text));
    }
    assertThatExceptionOfType(JsonException.class)
        .isThrownBy(() -> JsonRecords.read(Everything.class, new byte[] {'{', (byte) 0xC3, '}'}))
        .withMessage("not UTF-8");
  }

  private static void assertRefused(String json, String message) {
    assertThatExceptionOfType(JsonException.class)
        .isThrownBy(() -> read(json))
        .withMessage(message);
  }

  public record Inner(SecretBytes secret, Integer number) {}

  public record Outer(Inner one, List<Inner> several, SecretBytes last, KeyState state) {}

  private static final String THREE_SECRETS =
      "{\"One\":{\"Secret\":\"AQ==\",\"Number\":1},\"Several\":[{\"Secret\":\"Ag==\"}],"
          + "\"Last\":\"Aw==\"";

  @Example
  void secrets_readBeforeALaterError_areWiped() {
    assertWiped(1, "{\"One\":{\"Secret\":\"AQ==\",\"Number\":\"no number\"}}");
    assertWiped(1, "{\"One\":{\"Secret\":\"AQ==\",\"Secret\":\"AQ==\"}}");
    assertWiped(2, "{\"Last\":\"AQ==\",\"Several\":[{\"Secret\":\"Ag==\"},{\"Secret\":\"!\"}]}");
    assertWiped(3, THREE_SECRETS + ",\"State\":7}");
    assertWiped(3, THREE_SECRETS + ",\"State\"");
    assertWiped(3, THREE_SECRETS + "} {}");
    assertWiped(3, THREE_SECRETS);
  }

  @Example
  void secrets_ofARecordThatWasRead_areTheCallers() {
    ReadState found = new ReadState();
    Outer outer =
        JsonRecords.read(
                Outer.class, (THREE_SECRETS + ",\"State\":\"Unknown\"}").getBytes(UTF_8), found)
            .record();
    assertThat(outer.last().asByteArray()).containsExactly(3);
    assertThat(found.secrets()).hasSize(3).noneMatch(JsonRecordsTest::isClosed);
  }

  private static void assertWiped(int secrets, String json) {
    ReadState found = new ReadState();
    assertThatExceptionOfType(JsonException.class)
        .isThrownBy(() -> JsonRecords.read(Outer.class, json.getBytes(UTF_8), found));
    assertThat(found.secrets()).as(json).hasSize(secrets).allMatch(JsonRecordsTest::isClosed);
  }

  private static boolean isClosed(SecretBytes secret) {
    try {
      secret.asByteArray();
      return false;
    } catch (IllegalStateException e) {
      return true;
    }
  }

  @Property
  void anyRecord_comesBack(@ForAll("records") Everything record) {
    assertThat(JsonRecords.read(Everything.class, JsonRecords.write(record)).record())
        .isEqualTo(record);
  }

  @Provide
  Arbitrary<Everything> records() {
    Arbitrary<String> text =
        Arbitraries.strings().all().ofMaxLength(8).filter(JsonRecordsTest::isUnicode);
    Arbitrary<byte[]> bytes = Arbitraries.bytes().array(byte[].class).ofMaxSize(20);
    return Combinators.combine(
            text.injectNull(0.2),
            Arbitraries.integers().injectNull(0.2),
            Arbitraries.longs()
                .between(-99_999_999_999L, 99_999_999_999L)
                .map(Instant::ofEpochMilli)
                .injectNull(0.2),
            bytes.map(Bytes::fromByteArray).injectNull(0.2),
            bytes.map(SecretBytes::fromByteArray).injectNull(0.2),
            text.list().ofMaxSize(3).injectNull(0.2),
            Arbitraries.maps(text, text).ofMaxSize(3).injectNull(0.2),
            Arbitraries.of(KeyState.class).injectNull(0.2))
        .as(
            (t, number, moment, plain, secret, texts, pairs, state) ->
                new Everything(
                    t, number, null, moment, plain, secret, state, texts, null, null, null, pairs,
                    t));
  }

  private static boolean isUnicode(String text) {
    return UTF_8.newEncoder().canEncode(text);
  }

  /** Texts that are nearly right: nothing but a record or a JsonException may come out. */
  @Property
  void mutatedText_isReadOrRefused(@ForAll Random random) {
    byte[] text = FULL_TEXT.getBytes(UTF_8);
    for (int changes = random.nextInt(4) + 1; changes > 0; changes--) {
      text[random.nextInt(text.length)] = (byte) random.nextInt(256);
    }
    byte[] cut = Arrays.copyOf(text, random.nextInt(text.length + 1));
    for (byte[] attempt : List.of(text, cut)) {
      ReadState found = new ReadState();
      try {
        assertThat(JsonRecords.read(Everything.class, attempt, found).record()).isNotNull();
        assertThat(found.secrets()).noneMatch(JsonRecordsTest::isClosed);
      } catch (JsonException e) {
        assertThat(e.getMessage()).isNotEmpty();
        assertThat(found.secrets()).allMatch(JsonRecordsTest::isClosed);
      }
    }
  }
}
