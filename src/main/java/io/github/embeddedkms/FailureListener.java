package io.github.embeddedkms;

/**
 * Receives failures that are not service errors: bugs of this library, a storage that cannot be
 * reached, a secret that was closed too early. It is meant for logs and alarms. The caller receives
 * these failures too, except that a storage failure becomes a service error without a cause. A
 * listener never receives a {@link io.github.embeddedkms.exception.KmsException}, which is a
 * service error.
 *
 * <p>A listener is called on the thread of the failed call, possibly by several threads at the same
 * time. An exception that it throws is added to the failure as a suppressed exception.
 */
@FunctionalInterface
public interface FailureListener {

  /**
   * Reports a failure during a call.
   *
   * @param operation the operation's name, for example {@code GenerateDataKey}
   * @param failure the failure
   */
  void failed(String operation, Throwable failure);

  /**
   * Returns a listener that does nothing.
   *
   * @return the listener that is used if none is set
   */
  static FailureListener none() {
    return (operation, failure) -> {};
  }
}
