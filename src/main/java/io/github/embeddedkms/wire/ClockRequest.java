package io.github.embeddedkms.wire;

import io.github.embeddedkms.AdjustableClock;
import io.github.embeddedkms.json.JsonException;
import io.github.embeddedkms.json.JsonTree;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a client asks of a clock.
 *
 * @param set the time to set; null to leave it
 * @param advance how far to advance; null for not at all
 * @param freeze whether the clock stands still afterwards; null to leave it running or frozen
 */
record ClockRequest(@Nullable Instant set, @Nullable Duration advance, @Nullable Boolean freeze) {

  private static final Set<String> MEMBERS = Set.of("Set", "Advance", "Freeze");

  /** More seconds than from any time that a clock can show to any other. */
  private static final BigDecimal MAX_SECONDS = BigDecimal.valueOf(1_000_000_000_000L);

  /**
   * No request needs more. Reading a number takes time that grows with the square of its digits.
   */
  private static final int MAX_BYTES = 1024;

  private static final int NANO_DIGITS = 9;
  private static final BigInteger NANOS = BigInteger.valueOf(1_000_000_000);

  /**
   * Reads a request.
   *
   * @throws IllegalArgumentException if it is not a valid request; the message says why
   */
  static ClockRequest read(byte[] body) {
    Map<?, ?> members = objectIn(body);
    for (Object name : members.keySet()) {
      if (!MEMBERS.contains(name)) {
        throw refused("the clock has no " + name + ", only Set, Advance and Freeze");
      }
    }
    if (members.isEmpty()) {
      throw refused("the body has none of Set, Advance and Freeze");
    }
    if (members.containsKey("Set") && members.containsKey("Advance")) {
      throw refused("the body has both Set and Advance");
    }
    return new ClockRequest(
        members.containsKey("Set") ? instant(members.get("Set")) : null,
        members.containsKey("Advance") ? duration(members.get("Advance")) : null,
        members.containsKey("Freeze") ? flag(members.get("Freeze")) : null);
  }

  /** Turns a clock. A clock that is to be frozen shows exactly the time that was set. */
  void apply(AdjustableClock clock) {
    // A time that is refused must leave the clock as it was, so it is turned first.
    if (set != null) {
      clock.set(set);
    }
    if (advance != null) {
      clock.advance(advance);
    }
    if (freeze != null && freeze) {
      clock.freeze();
      if (set != null) {
        // It may have run on in the meantime.
        clock.set(set);
      }
    }
    if (freeze != null && !freeze) {
      clock.resume();
    }
  }

  private static Map<?, ?> objectIn(byte[] body) {
    if (body.length > MAX_BYTES) {
      throw refused("the body has more than " + MAX_BYTES + " bytes");
    }
    try {
      // A new decoder reports malformed input, which the convenience methods replace silently.
      String json = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body)).toString();
      if (JsonTree.read(json) instanceof Map<?, ?> object) {
        return object;
      }
      throw refused("the body is not a JSON object");
    } catch (CharacterCodingException | JsonException e) {
      throw refused("the body is not a JSON object");
    }
  }

  private static Instant instant(@Nullable Object value) {
    try {
      if (value instanceof String text) {
        return OffsetDateTime.parse(text).toInstant();
      }
      if (value instanceof Number number) {
        return Instant.EPOCH.plus(seconds(number));
      }
    } catch (DateTimeException e) {
      // Refused below.
    }
    throw refused(
        "Set takes an instant, for example \"2026-01-31T00:00:00Z\", or seconds since 1970");
  }

  private static Duration duration(@Nullable Object value) {
    try {
      if (value instanceof String text) {
        return Duration.parse(text);
      }
      if (value instanceof Number number) {
        return seconds(number);
      }
    } catch (DateTimeException e) {
      // Refused below.
    }
    throw refused("Advance takes a duration, for example \"P7D\" or \"PT1H30M\", or seconds");
  }

  private static boolean flag(@Nullable Object value) {
    if (value instanceof Boolean flag) {
      return flag;
    }
    throw refused("Freeze takes true or false");
  }

  /** The bounds come first: arithmetic with a number of a large exponent would fill the heap. */
  private static Duration seconds(Number number) {
    BigDecimal seconds =
        number instanceof BigDecimal decimal ? decimal : BigDecimal.valueOf(number.longValue());
    if (seconds.signum() == 0) {
      return Duration.ZERO;
    }
    if (seconds.abs().compareTo(MAX_SECONDS) > 0 || seconds.scale() > NANO_DIGITS) {
      throw new DateTimeException("out of range, or finer than a nanosecond");
    }
    BigInteger[] parts =
        seconds.movePointRight(NANO_DIGITS).toBigIntegerExact().divideAndRemainder(NANOS);
    return Duration.ofSeconds(parts[0].longValueExact(), parts[1].longValueExact());
  }

  private static IllegalArgumentException refused(String reason) {
    return new IllegalArgumentException("embedded-kms: " + reason);
  }
}
