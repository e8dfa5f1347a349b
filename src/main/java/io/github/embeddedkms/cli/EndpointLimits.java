package io.github.embeddedkms.cli;

import io.github.embeddedkms.endpoint.KmsEndpoint;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * The options of {@code serve} that limit its clients. Without them, the endpoint's defaults apply.
 */
final class EndpointLimits {

  @Option(
      names = "--maximum-connections",
      paramLabel = "N",
      description = "the number of connections that are open at once (default: 1024)")
  private @Nullable Integer connections;

  @Option(
      names = "--maximum-connections-per-peer",
      paramLabel = "N",
      description = "the same for connections from one address (default: 768)")
  private @Nullable Integer connectionsPerPeer;

  @Option(
      names = "--request-timeout",
      paramLabel = "SECONDS",
      description = "the time in which a client must send a request (default: 10)")
  private @Nullable Integer requestTimeout;

  @Option(
      names = "--response-timeout",
      paramLabel = "SECONDS",
      description = "the time in which a client must receive the response (default: 30)")
  private @Nullable Integer responseTimeout;

  @Option(
      names = "--idle-timeout",
      paramLabel = "SECONDS",
      description = "how long a connection is kept without a request (default: 60)")
  private @Nullable Integer idleTimeout;

  EndpointLimits() {}

  /**
   * Applies the options.
   *
   * @throws IllegalArgumentException if one is outside its bounds
   */
  void apply(KmsEndpoint.Builder endpoint) {
    if (connections != null) {
      endpoint.maximumConnections(connections);
    }
    if (connectionsPerPeer != null) {
      endpoint.maximumConnectionsPerPeer(connectionsPerPeer);
    }
    if (requestTimeout != null) {
      endpoint.requestTimeout(Duration.ofSeconds(requestTimeout));
    }
    if (responseTimeout != null) {
      endpoint.responseTimeout(Duration.ofSeconds(responseTimeout));
    }
    if (idleTimeout != null) {
      endpoint.idleTimeout(Duration.ofSeconds(idleTimeout));
    }
  }
}
