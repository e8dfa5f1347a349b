package io.github.embeddedkms;

import io.github.embeddedkms.operation.KmsRequest;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * What a fuzzer makes: a line with the name of an operation, and a body. The name keeps seeds
 * readable and valid when operations are added; any other line stands for some operation as well,
 * so that few inputs are wasted on names.
 *
 * @param line the first line, without its end
 * @param body what follows it
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

  /** The record of the operation. */
  public Class<? extends Record> type() {
    return REQUESTS.stream()
        .filter(type -> type.getSimpleName().equals(line))
        .findFirst()
        .orElseGet(() -> REQUESTS.get(Math.floorMod(line.hashCode(), REQUESTS.size())))
        .asSubclass(Record.class);
  }

  /** The header that asks for it; a line with a dot is one already. */
  public String target() {
    return line.contains(".") ? line : "TrentService." + type().getSimpleName();
  }
}
