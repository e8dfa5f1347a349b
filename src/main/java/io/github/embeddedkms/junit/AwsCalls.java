package io.github.embeddedkms.junit;

/**
 * Whether calls of AWS are refused, for {@link KmsCallGuard}. This class is separate from it
 * because the AWS SDK may not be on the class path. Safe for use by several threads.
 */
final class AwsCalls {

  private static volatile boolean refusedEverywhere;
  private static final ThreadLocal<Integer> TESTS = ThreadLocal.withInitial(() -> 0);

  private AwsCalls() {}

  /** Refuses calls on all threads, until the JVM ends. */
  static void refuseEverywhere() {
    refusedEverywhere = true;
  }

  static boolean areRefusedEverywhere() {
    return refusedEverywhere;
  }

  /** Refuses calls on this thread until {@link #endTest}. Tests can be nested. */
  static void beginTest() {
    TESTS.set(TESTS.get() + 1);
  }

  static void endTest() {
    int left = TESTS.get() - 1;
    if (left > 0) {
      TESTS.set(left);
    } else {
      TESTS.remove();
    }
  }

  static boolean areRefusedHere() {
    return refusedEverywhere || TESTS.get() > 0;
  }
}
