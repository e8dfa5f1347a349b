package io.github.embeddedkms.operation;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.SecretBytes;
import io.github.embeddedkms.model.WireName;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;

/**
 * The records and enumerations against the shapes of the AWS SDK, which are generated from the
 * service's own model: the same members in the same order, of the same types.
 */
class SdkShapesTest {

  private static final String SDK_MODEL = "software.amazon.awssdk.services.kms.model.";

  /** Every record with the name that its shape has in the SDK. */
  static Stream<Object[]> records() {
    Map<Class<?>, String> records = new LinkedHashMap<>();
    for (Class<?> request : KmsRequest.class.getPermittedSubclasses()) {
      add(records, request, request.getSimpleName() + "Request");
      add(records, responseOf(request), request.getSimpleName() + "Response");
    }
    return records.entrySet().stream()
        .map(entry -> new Object[] {entry.getKey(), entry.getValue()});
  }

  /** Adds a record and all the shared ones that it is made of. */
  private static void add(Map<Class<?>, String> records, Class<?> type, String shape) {
    records.put(type, shape);
    for (RecordComponent component : type.getRecordComponents()) {
      Class<?> element = elementOf(component.getGenericType());
      if (element.isRecord() && !records.containsKey(element)) {
        add(records, element, element.getSimpleName());
      }
    }
  }

  @Test
  void records_sharedOnes_areReached() {
    assertThat(records().map(row -> row[1]))
        .contains("KeyMetadata", "Tag", "RecipientInfo", "MultiRegionKey", "AliasListEntry");
  }

  private static Class<?> responseOf(Class<?> request) {
    Class<?> response = request.getDeclaredClasses()[0];
    assertThat(response.getSimpleName()).isEqualTo("Response");
    // The type that the request names as its answer is its own nested record.
    ParameterizedType kmsRequest =
        (ParameterizedType)
            Arrays.stream(request.getGenericInterfaces())
                .filter(type -> type.getTypeName().startsWith(KmsRequest.class.getName()))
                .findFirst()
                .orElseThrow();
    assertThat(kmsRequest.getActualTypeArguments()).containsExactly(response);
    return response;
  }

  @ParameterizedTest(name = "{1}")
  @MethodSource("records")
  void record_hasTheMembersOfItsShape(Class<?> type, String shape) throws Exception {
    List<String> ours = Arrays.stream(type.getRecordComponents()).map(this::describe).toList();
    List<String> sdks = fieldsOf(shape).stream().map(this::describe).toList();
    assertThat(ours).isEqualTo(sdks);
  }

  static Stream<Class<?>> enumerations() {
    return records()
        .flatMap(row -> Arrays.stream(((Class<?>) row[0]).getRecordComponents()))
        .<Class<?>>map(component -> elementOf(component.getGenericType()))
        .filter(Class::isEnum)
        .distinct();
  }

  @ParameterizedTest
  @MethodSource("enumerations")
  void enumeration_hasTheValuesOfItsShape(Class<?> type) throws Exception {
    Class<?> shape = Class.forName(SDK_MODEL + type.getSimpleName());
    assertThat(values(type)).isEqualTo(values(shape));
  }

  @Test
  void enumerations_areAllReached() {
    assertThat(enumerations()).hasSize(15);
  }

  /**
   * Java name and wire value of each constant; the SDK's placeholder for unknown ones is not one.
   */
  private static Set<String> values(Class<?> enumeration) {
    Set<String> values = new TreeSet<>();
    for (Object constant : enumeration.getEnumConstants()) {
      String name = ((Enum<?>) constant).name();
      if (!name.equals("UNKNOWN_TO_SDK_VERSION")) {
        values.add(name + "=" + constant);
      }
    }
    return values;
  }

  private static List<SdkField<?>> fieldsOf(String shape) throws Exception {
    Object builder = Class.forName(SDK_MODEL + shape).getMethod("builder").invoke(null);
    return ((SdkPojo) builder).sdkFields();
  }

  private String describe(SdkField<?> field) {
    return field.memberName() + " " + field.marshallingType().getTargetClass().getSimpleName();
  }

  private String describe(RecordComponent component) {
    WireName wireName = component.getAnnotation(WireName.class);
    String name = component.getName();
    String wire =
        wireName != null
            ? wireName.value()
            : Character.toUpperCase(name.charAt(0)) + name.substring(1);
    return wire + " " + sdkTypeOf(component.getType());
  }

  private static String sdkTypeOf(Class<?> type) {
    if (type == Bytes.class || type == SecretBytes.class) {
      return SdkBytes.class.getSimpleName();
    }
    if (type.isEnum()) {
      return String.class.getSimpleName();
    }
    if (type.isRecord()) {
      return SdkPojo.class.getSimpleName();
    }
    assertThat(type)
        .isIn(String.class, Integer.class, Boolean.class, Instant.class, List.class, Map.class);
    return type.getSimpleName();
  }

  private static Class<?> elementOf(Type type) {
    if (type instanceof ParameterizedType generic) {
      return (Class<?>) generic.getActualTypeArguments()[0];
    }
    return (Class<?>) type;
  }
}
