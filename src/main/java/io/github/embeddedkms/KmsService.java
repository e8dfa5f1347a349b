package io.github.embeddedkms;

/**
 * The service itself, with clients for many callers. Each client acts in the Region and account of
 * its caller; all clients share the same state.
 *
 * <p>Implementations are safe for use by several threads.
 */
public interface KmsService {

  /**
   * Creates a client that makes its calls as the given caller. Creating one is inexpensive, and a
   * client does not need to be closed.
   *
   * @param caller the Region, account and principal of the calls
   * @return a client
   */
  KmsClient client(Caller caller);

  /**
   * Returns the default caller.
   *
   * @return the caller with the service's own Region and account
   */
  Caller defaultCaller();
}
