package io.github.embeddedkms.wire;

import io.github.embeddedkms.model.RecordMember;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Finds members of a response that are absent although the service always sends them. */
final class MissingMembers {

  private MissingMembers() {}

  /**
   * The path of the first one, in Java names: {@code keyMetadata.arn}. The plaintext may be absent
   * only if the request names a recipient, for whom it is encrypted instead.
   */
  static Optional<String> firstIn(Record response, Record request) {
    Optional<String> missing = firstIn(response, "");
    return missing.isEmpty() && isAbsent("plaintext", response) && !isPresent("recipient", request)
        ? Optional.of("plaintext")
        : missing;
  }

  private static boolean isAbsent(String name, Record holder) {
    return RecordMember.of(holder.getClass()).stream()
        .anyMatch(member -> member.name().equals(name) && member.valueIn(holder) == null);
  }

  private static boolean isPresent(String name, Record holder) {
    return RecordMember.of(holder.getClass()).stream()
        .anyMatch(member -> member.name().equals(name) && member.valueIn(holder) != null);
  }

  private static Optional<String> firstIn(Record holder, String prefix) {
    for (RecordMember member : RecordMember.of(holder.getClass())) {
      String path = prefix + member.name();
      Object value = member.valueIn(holder);
      if (value == null && !member.isNullable()) {
        return Optional.of(path);
      }
      Optional<String> nested = firstNested(value, path);
      if (nested.isPresent()) {
        return nested;
      }
    }
    return Optional.empty();
  }

  private static Optional<String> firstNested(@Nullable Object value, String path) {
    if (value instanceof Record holder) {
      return firstIn(holder, path + ".");
    }
    if (value instanceof List<?> list) {
      for (int i = 0; i < list.size(); i++) {
        // Elements are counted from 1, as in the service's messages.
        String element = path + "." + (i + 1) + ".member";
        Optional<String> found =
            list.get(i) == null ? Optional.of(element) : firstNested(list.get(i), element);
        if (found.isPresent()) {
          return found;
        }
      }
    }
    return Optional.empty();
  }
}
