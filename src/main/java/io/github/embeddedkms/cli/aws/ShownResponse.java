package io.github.embeddedkms.cli.aws;

import io.github.embeddedkms.json.JsonRecords;
import io.github.embeddedkms.json.JsonTree;
import io.github.embeddedkms.model.RecordMember;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Responses as the AWS CLI shows them: timestamps are dates, everything else is as on the wire. */
final class ShownResponse {

  /** Created when the first date is shown: most responses have none, and creating it is slow. */
  private static final class Dates {

    private static final DateTimeFormatter SECONDS =
        DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ssxxx");
    private static final DateTimeFormatter MICROSECONDS =
        DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSSxxx");
  }

  private ShownResponse() {}

  /** The members that a response has on the wire. */
  static Map<String, @Nullable Object> of(Record response) {
    byte[] json = JsonRecords.write(response);
    try {
      return record(
          response.getClass(), (Map<?, ?>) JsonTree.read(new String(json, StandardCharsets.UTF_8)));
    } finally {
      Arrays.fill(json, (byte) 0);
    }
  }

  private static Map<String, @Nullable Object> record(Class<?> type, @Nullable Map<?, ?> values) {
    Map<String, @Nullable Object> shown = new LinkedHashMap<>();
    if (values != null) {
      for (RecordMember member : RecordMember.of(type)) {
        if (values.containsKey(member.wireName())) {
          shown.put(member.wireName(), shown(member.type(), values.get(member.wireName())));
        }
      }
    }
    return shown;
  }

  private static @Nullable Object shown(Type type, @Nullable Object value) {
    if (type == Instant.class && value instanceof Number seconds) {
      return date(new BigDecimal(seconds.toString()));
    }
    if (MemberTypes.isRecord(type) && value instanceof Map<?, ?> nested) {
      return record((Class<?>) type, nested);
    }
    Type element = MemberTypes.elementOf(type);
    return element != null && value instanceof List<?> list
        ? list.stream().map(each -> shown(element, each)).toList()
        : value;
  }

  /** In this machine's time zone, with a fraction only where there is one. */
  private static String date(BigDecimal seconds) {
    ZonedDateTime date =
        Instant.ofEpochMilli(seconds.movePointRight(3).longValue()).atZone(ZoneId.systemDefault());
    return (date.getNano() == 0 ? Dates.SECONDS : Dates.MICROSECONDS).format(date);
  }
}
