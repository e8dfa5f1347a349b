package io.github.embeddedkms.junit;

/**
 * Shows why calls were refused below the failure of a test, which suppresses it: JUnit has no other
 * output that build tools and IDEs print with a failure, and only with a failure.
 */
final class RefusedCalls extends Exception {

  private static final long serialVersionUID = 1L;

  RefusedCalls(String explanations) {
    // The calls may have been made in other threads, and are over.
    super(explanations, null, false, false);
  }
}
