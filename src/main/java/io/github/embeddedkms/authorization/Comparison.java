package io.github.embeddedkms.authorization;

import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.Year;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Base64;
import java.util.Set;
import java.util.function.Function;
import java.util.function.IntPredicate;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What condition operators compare: a function that turns a value of a policy into a test of a
 * value of the request. A value that does not have the type of the operator never matches.
 */
final class Comparison {

  private static final Predicate<String> NEVER = Set.<String>of()::contains;
  private static final int MAX_NUMBER = 1000;

  private Comparison() {}

  static Predicate<String> numeric(Wildcard wanted, IntPredicate order) {
    return ordered(wanted, order, Comparison::number);
  }

  static Predicate<String> date(Wildcard wanted, IntPredicate order) {
    return ordered(wanted, order, Comparison::instant);
  }

  private static <T extends Comparable<T>> Predicate<String> ordered(
      Wildcard wanted, IntPredicate order, Function<String, @Nullable T> parser) {
    T limit = parser.apply(wanted.text());
    if (limit == null) {
      return NEVER;
    }
    return actual -> {
      T value = parser.apply(actual);
      return value != null && order.test(value.compareTo(limit));
    };
  }

  private static @Nullable BigDecimal number(String text) {
    try {
      // Long numbers take long to parse, and none is needed.
      return text.length() > MAX_NUMBER ? null : new BigDecimal(text);
    } catch (NumberFormatException e) {
      return null;
    }
  }

  /**
   * Parses a date in the W3C profile of ISO 8601 (a year, a month, a day, or a time with its
   * offset), or seconds since 1970. Four digits are a year.
   */
  private static @Nullable Instant instant(String text) {
    try {
      if (text.indexOf('T') > 0) {
        return OffsetDateTime.parse(text).toInstant();
      }
      if (text.length() == 4) {
        return start(Year.parse(text).atDay(1));
      }
      if (text.indexOf('-') > 0) {
        boolean isMonth = text.indexOf('-') == text.lastIndexOf('-');
        return start(isMonth ? YearMonth.parse(text).atDay(1) : LocalDate.parse(text));
      }
      return Instant.ofEpochSecond(Long.parseLong(text));
    } catch (DateTimeException | NumberFormatException e) {
      return null;
    }
  }

  private static Instant start(LocalDate day) {
    return day.atStartOfDay(ZoneOffset.UTC).toInstant();
  }

  static Predicate<String> bool(Wildcard wanted) {
    String flag = wanted.text();
    return flag.equalsIgnoreCase("true") || flag.equalsIgnoreCase("false")
        ? flag::equalsIgnoreCase
        : NEVER;
  }

  static Predicate<String> binary(Wildcard wanted) {
    byte[] bytes = bytes(wanted.text());
    return bytes == null ? NEVER : actual -> Arrays.equals(bytes, bytes(actual));
  }

  private static byte @Nullable [] bytes(String base64) {
    try {
      return Base64.getDecoder().decode(base64);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  static Predicate<String> ipAddress(Wildcard wanted) {
    IpRange range = IpRange.parse(wanted.text());
    return range == null ? NEVER : range::contains;
  }
}
