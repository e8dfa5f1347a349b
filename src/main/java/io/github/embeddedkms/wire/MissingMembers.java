package io.github.embeddedkms.wire;

import io.github.embeddedkms.model.RecordMember;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Finds members of a response that are absent although the service always sends them. */
final class MissingMembers {

  private MissingMembers() {}

  /** The path of the first one, in Java names: {@code keyMetadata.arn}. */
  static Optional<String> firstIn(Record response) {
    return firstIn(response, "");
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
