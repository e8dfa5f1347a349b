package io.github.embeddedkms.junit;

import io.github.embeddedkms.local.AccessRecorder;
import io.github.embeddedkms.local.LocalKeyProvider;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * The permissions that a class or a single method needed, with all providers that it had. They are
 * printed to standard output when its context ends: build tools and IDEs show that, and not all of
 * them show JUnit's report entries. Safe for use by several threads.
 */
// JUnit before 5.13 closes a CloseableResource, later versions close an AutoCloseable.
@SuppressWarnings("deprecation")
final class RecordedAccess implements ExtensionContext.Store.CloseableResource, AutoCloseable {

  private final String name;
  private @Nullable AccessRecorder first;

  private RecordedAccess(String name) {
    this.name = name;
  }

  /**
   * Returns the recording of a class or method, which all providers of its tests share; null if
   * nothing is recorded.
   */
  static @Nullable RecordedAccess of(Scope scope, ExtensionContext context) {
    if (!scope.settings().recordAccess()) {
      return null;
    }
    ExtensionContext owner = scope.contextOfElement(context);
    String name = owner.getRequiredTestClass().getName();
    String test = owner.getTestMethod().map(method -> "." + method.getName()).orElse("");
    return owner
        .getStore(EmbeddedKmsExtension.NAMESPACE)
        .getOrComputeIfAbsent(
            List.of(RecordedAccess.class, scope.element()),
            key -> new RecordedAccess(name + test),
            RecordedAccess.class);
  }

  /** Returns a recorder of a provider that adds to this recording. */
  synchronized AccessRecorder around(LocalKeyProvider provider) {
    if (first == null) {
      first = AccessRecorder.around(provider);
      return first;
    }
    return first.andAround(provider);
  }

  @Override
  public synchronized void close() {
    if (first != null) {
      System.out.println("embedded-kms: access of " + name + "\n" + first.report());
    }
  }
}
