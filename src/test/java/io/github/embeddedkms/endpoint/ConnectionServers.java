package io.github.embeddedkms.endpoint;

import io.github.embeddedkms.KmsService;
import io.github.embeddedkms.wire.RequestCallers;
import io.github.embeddedkms.wire.WireServer;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Semaphore;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** Servers of an endpoint whose memory for large messages a test can fill. */
final class ConnectionServers {

  private ConnectionServers() {}

  /** Creates a server for one request at a time, with long times for clients. */
  static ConnectionServer create(
      List<ServerSocket> sockets, KmsService service, MessageMemory memory, Duration waitTimeout) {
    return create(sockets, service, memory, waitTimeout, Duration.ofMinutes(1), null);
  }

  static ConnectionServer create(
      List<ServerSocket> sockets,
      KmsService service,
      MessageMemory memory,
      Duration waitTimeout,
      Duration requestTimeout,
      @Nullable SSLContext tls) {
    RequestHandler handler =
        new RequestHandler(
            new WireServer(service, (operation, failure) -> {}),
            null,
            new RequestCallers(service.defaultCaller()),
            new RequestGate(Set.of(), false),
            null,
            1 << 20,
            new Semaphore(1),
            waitTimeout);
    Duration minute = Duration.ofMinutes(1);
    Limits limits = new Limits(10, 10, requestTimeout, minute, minute);
    return new ConnectionServer(sockets, handler, limits, memory, tls, (operation, failure) -> {});
  }
}
