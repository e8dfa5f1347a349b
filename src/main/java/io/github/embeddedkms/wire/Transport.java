package io.github.embeddedkms.wire;

/**
 * Carries one request of the protocol to a server and returns the response.
 *
 * <p>Implementations are safe for use by several threads.
 */
@FunctionalInterface
public interface Transport {

  /**
   * Sends one request and waits for the response.
   *
   * @param target the value of the header {@code X-Amz-Target}
   * @param body a JSON object in UTF-8; must not be used after this method returns, because it is
   *     wiped then
   * @return status and body; {@link WireClient} wipes the body
   */
  WireResponse send(String target, byte[] body);
}
