package io.github.embeddedkms.cli.aws;

import io.github.embeddedkms.cli.terminal.CommandLineException;
import io.github.embeddedkms.model.RecordMember;
import io.github.embeddedkms.model.SecretBytes;
import java.lang.reflect.AnnotatedParameterizedType;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.TemporalAccessor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Checks, before a request is sent, what the AWS CLI checks: that all required members are there,
 * that values have the types of the record, and that none is below its minimum. What the service
 * would ignore (an unknown member) or reject without much help (a number instead of a string) is
 * reported with its position.
 *
 * <p>All other checks of values are the service's.
 */
final class ParameterTypes {

  static final String FAILED = "Parameter validation failed:\n";

  private static final DateTimeFormatter DATE_OR_TIME =
      new DateTimeFormatterBuilder()
          .append(DateTimeFormatter.ISO_LOCAL_DATE)
          .optionalStart()
          .appendLiteral('T')
          .append(DateTimeFormatter.ISO_LOCAL_TIME)
          .optionalStart()
          .appendOffsetId()
          .toFormatter(Locale.ROOT);

  private final BinaryFormat format;

  /** All errors, reported together. */
  private final List<String> problems = new ArrayList<>();

  private ParameterTypes(BinaryFormat format) {
    this.format = format;
  }

  /**
   * Returns the parameters with every value in the form that it has on the wire: Base64 without
   * line ends, timestamps as seconds.
   *
   * @param request the record of the request
   * @param parameters its members; files of bytes are byte arrays, which are wiped
   * @param format what strings have for bytes
   */
  static Map<String, @Nullable Object> check(
      Class<?> request, Map<String, @Nullable Object> parameters, BinaryFormat format) {
    ParameterTypes types = new ParameterTypes(format);
    Map<String, @Nullable Object> checked = types.record(request, parameters, "");
    if (!types.problems.isEmpty()) {
      throw CommandLineException.invalid(FAILED + String.join("\n", types.problems));
    }
    return checked;
  }

  private static String wrong(String path, String found, Type type) {
    return "Invalid type for parameter "
        + path
        + ": "
        + found
        + ", where "
        + named(type)
        + " is expected";
  }

  private Map<String, @Nullable Object> record(Class<?> type, Map<?, ?> values, String path) {
    Map<String, RecordMember> members = new LinkedHashMap<>();
    RecordMember.of(type).forEach(member -> members.put(member.wireName(), member));
    for (RecordMember member : members.values()) {
      if (member.isRequired() && !values.containsKey(member.wireName())) {
        problems.add(
            "Missing required parameter in "
                + (path.isEmpty() ? "input" : path)
                + ": \""
                + member.wireName()
                + "\"");
      }
    }
    Map<String, @Nullable Object> checked = new LinkedHashMap<>();
    values.forEach(
        (name, value) -> {
          RecordMember member = members.get(name);
          if (member == null) {
            problems.add(
                "Unknown parameter in "
                    + (path.isEmpty() ? "input" : path)
                    + ": \""
                    + name
                    + "\", must be one of: "
                    + String.join(", ", members.keySet()));
          } else {
            String place = path.isEmpty() ? member.wireName() : path + "." + member.wireName();
            checked.put(member.wireName(), value(member.annotatedType(), value, place));
          }
        });
    return checked;
  }

  private @Nullable Object value(AnnotatedType annotated, @Nullable Object value, String path) {
    Type type = annotated.getType();
    if (annotated instanceof AnnotatedParameterizedType generic
        && MemberTypes.elementOf(type) != null
        && value instanceof List<?> list) {
      checkMinimum(annotated, list, path);
      AnnotatedType element = generic.getAnnotatedActualTypeArguments()[0];
      List<@Nullable Object> checked = new ArrayList<>();
      for (Object each : list) {
        checked.add(value(element, each, path + "[" + checked.size() + "]"));
      }
      return checked;
    }
    if (MemberTypes.isMap(type) && value instanceof Map<?, ?> map) {
      map.forEach(
          (key, each) -> {
            if (!(each instanceof String)) {
              problems.add(wrong(path + "." + key, described(each), String.class));
            }
          });
      return map;
    }
    if (MemberTypes.isRecord(type) && value instanceof Map<?, ?> map) {
      return record((Class<?>) type, map, path);
    }
    if (MemberTypes.isBytes(type) && value instanceof byte[] content) {
      String base64 = Base64.getEncoder().encodeToString(content);
      Arrays.fill(content, (byte) 0);
      return base64;
    }
    if (MemberTypes.isBytes(type) && value instanceof String text) {
      return bytes(text, path, type == SecretBytes.class);
    }
    if (type == Instant.class && value != null) {
      return timestamp(value, path);
    }
    if (value == null || !isScalar(type, value)) {
      problems.add(wrong(path, described(value), type));
    } else {
      checkMinimum(annotated, value, path);
    }
    return value;
  }

  private void checkMinimum(AnnotatedType type, Object value, String path) {
    String violation = ParameterMinimum.violation(type, value, path);
    if (violation != null) {
      problems.add(violation);
    }
  }

  private static boolean isScalar(Type type, Object value) {
    if (type == Integer.class) {
      return value instanceof Integer;
    }
    if (type == Boolean.class) {
      return value instanceof Boolean;
    }
    boolean isText = type == String.class || (type instanceof Class<?> plain && plain.isEnum());
    return isText && value instanceof String;
  }

  private String bytes(String text, String path, boolean secret) {
    try {
      return format.onWire(text);
    } catch (IllegalArgumentException e) {
      // Without the message of the exception, which may quote from a secret.
      throw CommandLineException.value(
          format == BinaryFormat.RAW
              ? "Not a Unicode string: the value of " + path
              : "Invalid base64: " + (secret ? "the value of " + path : "\"" + text + "\""));
    }
  }

  /**
   * ISO 8601, or seconds since 1970. A time without an offset is one of the system's time zone, and
   * a date is its beginning, as for the AWS CLI.
   */
  private Object timestamp(Object value, String path) {
    if (value instanceof Number) {
      return value;
    }
    String text = String.valueOf(value);
    try {
      return new BigDecimal(text);
    } catch (NumberFormatException notANumber) {
      try {
        return BigDecimal.valueOf(instant(text).toEpochMilli(), 3);
      } catch (DateTimeException | ArithmeticException e) {
        problems.add(wrong(path, described(value), Instant.class));
        return value;
      }
    }
  }

  private static Instant instant(String text) {
    TemporalAccessor parsed =
        DATE_OR_TIME.parseBest(text, OffsetDateTime::from, LocalDateTime::from, LocalDate::from);
    if (parsed instanceof OffsetDateTime time) {
      return time.toInstant();
    }
    LocalDateTime local =
        parsed instanceof LocalDateTime time ? time : LocalDate.from(parsed).atStartOfDay();
    return local.atZone(ZoneId.systemDefault()).toInstant();
  }

  private static String described(@Nullable Object value) {
    if (value == null) {
      return "null";
    }
    if (value instanceof byte[]) {
      return "bytes";
    }
    if (value instanceof Map) {
      return "a map";
    }
    if (value instanceof List) {
      return "a list";
    }
    if (value instanceof Boolean) {
      return "a boolean";
    }
    return value instanceof Number ? "a number" : "a string";
  }

  private static String named(Type type) {
    if (MemberTypes.elementOf(type) != null) {
      return "a list";
    }
    if (MemberTypes.isMap(type) || MemberTypes.isRecord(type)) {
      return "a map";
    }
    return Map.<Type, String>of(
            Integer.class, "an integer", Boolean.class, "a boolean", Instant.class, "a timestamp")
        .getOrDefault(type, MemberTypes.isBytes(type) ? "Base64" : "a string");
  }
}
