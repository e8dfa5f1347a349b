package io.github.embeddedkms;

/**
 * Is told of failures that are no answer: bugs of this library, a storage that cannot be reached, a
 * secret that was closed too early. The caller sees them too, or, where the storage failed, an
 * answer of the service in their place, which has no cause; this is for logs and alarms. Never told
 * of a {@link io.github.embeddedkms.exception.KmsException}, which is an answer.
 *
 * <p>Called on the thread of the failed call, by several threads at once. What a listener throws is
 * added to the failure as suppressed.
 */
@FunctionalInterface
public interface FailureListener {

  /**
   * A call failed without an answer.
   *
   * @param operation the operation's name, {@code GenerateDataKey} for example
   * @param failure what happened
   */
  void failed(String operation, Throwable failure);

  /**
   * A listener that does nothing.
   *
   * @return the listener used where none is given
   */
  static FailureListener none() {
    return (operation, failure) -> {};
  }
}
