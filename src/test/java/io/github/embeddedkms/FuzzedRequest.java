package io.github.embeddedkms;

import io.github.embeddedkms.operation.KmsRequest;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * The input from a fuzzer: a line with the name of an operation, and a body. The name keeps seeds
 * readable, and valid when operations are added. Any other line also selects an operation, so that
 * few inputs are wasted on names.
 *
 * @param line the first line, without its end
 * @param body the bytes after the first line
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record FuzzedRequest(String line, byte[] body) {

  private static final List<Class<?>> REQUESTS =
      Arrays.stream(KmsRequest.class.getPermittedSubclasses())
          .sorted(Comparator.comparing(Class::getSimpleName))
          .toList();

  /** Splits an input. */
  public static FuzzedRequest of(byte[] input) {
    int end = 0;
    while (end < input.length && input[end] != '\n') {
      end++;
    }
    String line = new String(input, 0, end, StandardCharsets.ISO_8859_1);
    return new FuzzedRequest(
        line, Arrays.copyOfRange(input, Math.min(end + 1, input.length), input.length));
  }

  /** Returns the record of the operation. */
  public Class<? extends Record> type() {
    return REQUESTS.stream()
        .filter(type -> type.getSimpleName().equals(line))
        .findFirst()
        .orElseGet(() -> REQUESTS.get(Math.floorMod(line.hashCode(), REQUESTS.size())))
        .asSubclass(Record.class);
  }

  /** Returns the header of the operation. A line with a dot is already a header. */
  public String target() {
    return line.contains(".") ? line : "TrentService." + type().getSimpleName();
  }
}
