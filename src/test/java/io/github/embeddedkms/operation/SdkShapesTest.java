package io.github.embeddedkms.operation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.RecordMember;
import io.github.embeddedkms.model.SecretBytes;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.time.Instant;
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
 * Compares the records and enumerations with the shapes of the AWS SDK, which are generated from
 * the service's own model: they have the same members in the same order, of the same types.
 */
class SdkShapesTest {

  private static final String SDK_MODEL = "software.amazon.awssdk.services.kms.model.";

  /**
   * Members that this version of the SDK does not have yet, by their shapes. They are the last of
   * their records, as new members are.
   */
  private static final Map<String, List<String>> NEWER_MEMBERS =
      Map.of("ListKeysRequest", List.of("ResourceOwners List"));

  /** Enumerations that only such members have. */
  private static final Set<String> NEWER_ENUMERATIONS = Set.of("ResourceOwnerType");

  /** Every record, with the name of its shape in the SDK. */
  static Stream<Object[]> records() {
    Map<Class<?>, String> records = new LinkedHashMap<>();
    for (OperationType operation : OperationType.values()) {
      if (operation.isSupported()) {
        add(records, operation.request(), operation.operationName() + "Request");
        add(records, operation.response(), operation.operationName() + "Response");
      }
    }
    return records.entrySet().stream()
        .map(entry -> new Object[] {entry.getKey(), entry.getValue()});
  }

  /** Adds a record and all shared records that it contains. */
  private static void add(Map<Class<?>, String> records, Class<?> type, String shape) {
    records.put(type, shape);
    for (RecordMember member : RecordMember.of(type)) {
      Class<?> element = elementOf(member.type());
      if (element.isRecord() && !records.containsKey(element)) {
        add(records, element, element.getSimpleName());
      }
    }
  }

  @Test
  void records_sharedOnes_areReached() {
    assertThat(records().map(row -> row[1]))
        .contains(
            "KeyMetadata",
            "Tag",
            "RecipientInfo",
            "MultiRegionKey",
            "AliasListEntry",
            "RotationsListEntry",
            "GrantListEntry",
            "GrantConstraints");
  }

  @ParameterizedTest(name = "{1}")
  @MethodSource("records")
  void record_hasTheMembersOfItsShape(Class<?> type, String shape) throws Exception {
    List<String> ours = RecordMember.of(type).stream().map(this::describe).toList();
    Stream<String> sdks = fieldsOf(shape).stream().map(this::describe);
    // A member that the SDK has as well is there twice, and no longer belongs to the newer ones.
    Stream<String> newer = NEWER_MEMBERS.getOrDefault(shape, List.of()).stream();
    assertThat(ours).isEqualTo(Stream.concat(sdks, newer).toList());
  }

  @Test
  void newerMembers_areThoseOfRecords() {
    assertThat(records().map(row -> row[1])).containsAll(NEWER_MEMBERS.keySet());
  }

  static Stream<Class<?>> enumerations() {
    return allEnumerations().filter(type -> !NEWER_ENUMERATIONS.contains(type.getSimpleName()));
  }

  private static Stream<Class<?>> allEnumerations() {
    return records()
        .flatMap(row -> RecordMember.of((Class<?>) row[0]).stream())
        .<Class<?>>map(member -> elementOf(member.type()))
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
    assertThat(enumerations()).hasSize(27);
    assertThat(allEnumerations().map(Class::getSimpleName)).containsAll(NEWER_ENUMERATIONS);
  }

  /** One that the SDK has must be compared with it. */
  @Test
  void newerEnumerations_areNotInTheSdk() {
    assertThat(NEWER_ENUMERATIONS)
        .allSatisfy(
            name ->
                assertThatExceptionOfType(ClassNotFoundException.class)
                    .isThrownBy(() -> Class.forName(SDK_MODEL + name)));
  }

  /**
   * Returns the Java name and wire value of each constant, without the SDK's placeholder for
   * unknown values.
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

  private String describe(RecordMember member) {
    Class<?> type =
        member.type() instanceof ParameterizedType generic
            ? (Class<?>) generic.getRawType()
            : (Class<?>) member.type();
    return member.wireName() + " " + sdkTypeOf(type);
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
