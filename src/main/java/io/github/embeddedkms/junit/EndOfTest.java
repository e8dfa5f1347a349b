package io.github.embeddedkms.junit;

import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * What is done when the store of a test's context is closed, after its {@code @AfterEach} methods.
 *
 * @param action what is done
 */
// JUnit before 5.13 closes a CloseableResource, later versions close an AutoCloseable.
@SuppressWarnings("deprecation")
record EndOfTest(Runnable action)
    implements ExtensionContext.Store.CloseableResource, AutoCloseable {

  @Override
  public void close() {
    action.run();
  }
}
