package io.github.embeddedkms.junit;

import org.junit.jupiter.api.extension.ExtensionContext;

/** A test whose thread cannot call AWS. The store of its context closes it, on the same thread. */
// JUnit before 5.13 closes a CloseableResource, later versions close an AutoCloseable.
@SuppressWarnings("deprecation")
final class GuardedTest implements ExtensionContext.Store.CloseableResource, AutoCloseable {

  private GuardedTest() {}

  static GuardedTest begin() {
    AwsCalls.beginTest();
    return new GuardedTest();
  }

  @Override
  public void close() {
    AwsCalls.endTest();
  }
}
