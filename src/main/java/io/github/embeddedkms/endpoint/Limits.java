package io.github.embeddedkms.endpoint;

import java.time.Duration;

/**
 * How many clients an endpoint serves, and how long it waits for each.
 *
 * @param connections the maximum number of connections
 * @param connectionsPerPeer the maximum number of connections from one address
 * @param requestTimeout the time in which a client must send a request
 * @param responseTimeout the time in which a client must receive a response
 * @param idleTimeout how long a connection is kept without a request
 */
record Limits(
    int connections,
    int connectionsPerPeer,
    Duration requestTimeout,
    Duration responseTimeout,
    Duration idleTimeout) {

  /**
   * Connections beyond the maximum that are accepted for health checks. Other requests on them are
   * refused.
   */
  static final int RESERVED = 16;

  /** The time in which a client must send a request on such a connection. */
  static final Duration RESERVED_TIMEOUT = Duration.ofSeconds(2);

  /** How long a client has to take note that a connection is being closed. */
  static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(1);
}
