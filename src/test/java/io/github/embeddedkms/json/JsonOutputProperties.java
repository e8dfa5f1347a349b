package io.github.embeddedkms.json;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.io.StringWriter;
import java.lang.reflect.Field;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** The bytes are those of Gson's writer, except unpaired surrogates, which Gson does not escape. */
class JsonOutputProperties {

  private static byte[] written(Object value) {
    return JsonTree.write(value);
  }

  private static String ofGson(String text) throws IOException {
    StringWriter json = new StringWriter();
    try (JsonWriter out = new JsonWriter(json)) {
      out.value(text);
    }
    return json.toString();
  }

  @Property
  void string_isWrittenAsGsonWritesIt(@ForAll("strings") String text) throws IOException {
    assertThat(new String(written(text), UTF_8)).isEqualTo(ofGson(text));
  }

  @Provide
  Arbitrary<String> strings() {
    return Arbitraries.strings()
        .all()
        .withCharRange('\0', '\u0080')
        .withChars("\u07ff\u0800\u2027\u2028\u2029\u202a\ud7ff\ue000\uffff")
        .filter(text -> UTF_8.newEncoder().canEncode(text));
  }

  @Example
  void character_eachOne_isWrittenAsGsonWritesIt() throws IOException {
    for (int c = 0; c <= Character.MAX_CODE_POINT; c++) {
      String text = Character.toString(c);
      boolean unpaired = c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE;
      String expected = unpaired ? String.format("\"\\u%04x\"", c) : ofGson(text);
      assertThat(new String(written(text), UTF_8)).isEqualTo(expected);
    }
  }

  @Property(tries = 100)
  void strings_ofAnyLengths_areWrittenWhole(@ForAll("units") List<String> units) {
    Map<String, Object> tree = new TreeMap<>();
    for (int i = 0; i < units.size(); i++) {
      tree.put("a" + i, units.get(i).repeat(37 * i + 480));
    }
    assertThat(JsonTree.read(new String(written(tree), UTF_8))).isEqualTo(tree);
  }

  @Provide
  Arbitrary<List<String>> units() {
    return Arbitraries.of("a", "\u0001", "\u00e9", "\u2028", "\u20ac", "\ud83d\ude00", "\ud800")
        .list()
        .ofMaxSize(6);
  }

  @Example
  void value_eachKind_isWrittenOnOneLine() {
    Map<String, Object> tree = new TreeMap<>();
    tree.put("a", Arrays.asList(1, null, true, false, List.of(), Collections.emptyMap(), "b"));
    tree.put("c", new BigDecimal("-0.001"));
    assertThat(new String(written(tree), UTF_8))
        .isEqualTo("{\"a\":[1,null,true,false,[],{},\"b\"],\"c\":-0.001}");
  }

  @Example
  void secret_isWiped_whereverItWas() throws ReflectiveOperationException {
    Field array = JsonOutput.class.getDeclaredField("bytes");
    array.setAccessible(true);
    byte[] first = Base64.getEncoder().encode("a secret".getBytes(UTF_8));
    byte[] second = new byte[4000];
    Arrays.fill(second, (byte) 'A');
    byte[] before;
    byte[] after;
    try (JsonOutput out = new JsonOutput()) {
      out.beginArray();
      out.base64(first);
      before = (byte[]) array.get(out);
      assertThat(new String(before, ISO_8859_1)).startsWith("[\"YSBzZWNyZXQ=\"");
      out.base64(second);
      out.endArray();
      after = (byte[]) array.get(out);
      assertThat(new String(out.toByteArray(), UTF_8))
          .isEqualTo("[\"YSBzZWNyZXQ=\",\"" + "A".repeat(4000) + "\"]");
    }
    assertThat(List.of(first, second, before, after)).allMatch(JsonOutputProperties::isWiped);
    assertThat(after).isNotSameAs(before);
  }

  private static boolean isWiped(byte[] bytes) {
    for (byte b : bytes) {
      if (b != 0) {
        return false;
      }
    }
    return true;
  }
}
