package io.github.embeddedkms.cli.aws;

import io.github.embeddedkms.operation.KmsRequest;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One operation of the service.
 *
 * @param request the record of its request
 */
public record OperationType(Class<?> request) {

  /**
   * Returns all operations.
   *
   * @return the operations in the order of their names
   */
  public static List<OperationType> all() {
    return Arrays.stream(KmsRequest.class.getPermittedSubclasses())
        .map(OperationType::new)
        .toList();
  }

  /**
   * Finds an operation by its name, loading only its own class: finding it among all of them takes
   * longer than most operations do.
   *
   * @param name a Java identifier, {@code GenerateDataKey} for example
   * @return the operation, if there is one of this name
   */
  public static Optional<OperationType> named(String name) {
    try {
      Class<?> found = Class.forName(KmsRequest.class.getPackageName() + "." + name);
      return found.isRecord() && KmsRequest.class.isAssignableFrom(found)
          ? Optional.of(new OperationType(found))
          : Optional.empty();
    } catch (ClassNotFoundException | LinkageError e) {
      // A file system that ignores case finds the file of a class under another name.
      return Optional.empty();
    }
  }

  /**
   * Returns the name of the operation.
   *
   * @return the name, {@code GenerateDataKey} for example
   */
  public String name() {
    return request.getSimpleName();
  }

  Class<?> response() {
    for (Class<?> nested : request.getDeclaredClasses()) {
      if (nested.getSimpleName().equals("Response")) {
        return nested;
      }
    }
    throw new AssertionError(request + " has its response nested in it");
  }

  /**
   * The member of the response that a listing fills page by page; null if this is no listing. All
   * listings have the same members: limit and marker in the request, the next marker in the
   * response.
   */
  @Nullable String listed() {
    if (!names(request).containsAll(List.of(PagedListing.LIMIT, PagedListing.MARKER))
        || !names(response())
            .containsAll(List.of(PagedListing.NEXT_MARKER, PagedListing.TRUNCATED))) {
      return null;
    }
    List<String> lists =
        NamedMember.of(response()).stream()
            .filter(NamedMember::isList)
            .map(NamedMember::wireName)
            .toList();
    return lists.size() == 1 ? lists.get(0) : null;
  }

  private static List<String> names(Class<?> type) {
    return NamedMember.of(type).stream().map(NamedMember::wireName).toList();
  }
}
