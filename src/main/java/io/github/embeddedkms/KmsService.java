package io.github.embeddedkms;

/**
 * The service itself, behind which many callers stand: gives each a client that acts in its Region
 * and account, over one and the same state.
 *
 * <p>Implementations are safe for use by several threads.
 */
public interface KmsService {

  /**
   * A client that calls as somebody. Cheap to make; needs no closing.
   *
   * @param caller in which Region, from which account, as which principal
   * @return a client
   */
  KmsClient client(Caller caller);

  /**
   * Who calls where nothing else is said.
   *
   * @return the service's own Region and account
   */
  Caller defaultCaller();
}
