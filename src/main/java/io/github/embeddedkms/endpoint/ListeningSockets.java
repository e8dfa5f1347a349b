package io.github.embeddedkms.endpoint;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Binds the sockets on which an endpoint listens. */
final class ListeningSockets {

  private static final int BACKLOG = 1024;

  /** How often another free port is tried if IPv6 has the one that is free for IPv4 in use. */
  private static final int ATTEMPTS = 20;

  private ListeningSockets() {}

  /**
   * Binds one address.
   *
   * @param address the address
   * @param port the port; 0 for any free port
   * @return the socket
   * @throws IOException if the port is taken, or the address is not one of this machine
   */
  static List<ServerSocket> on(InetAddress address, int port) throws IOException {
    return List.of(bind(address, port));
  }

  /**
   * Binds both loopback addresses to the same port: clients resolve {@code localhost} to either. If
   * another process had one of them, it would receive requests that are meant for this endpoint.
   *
   * @param port the port; 0 for any port that is free on both
   * @return the sockets, that for 127.0.0.1 first; only that one if the machine has no IPv6
   * @throws IOException if the port is taken
   */
  static List<ServerSocket> onLoopback(int port) throws IOException {
    InetAddress ipv4 = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
    byte[] one = new byte[16];
    one[15] = 1;
    InetAddress ipv6 = InetAddress.getByAddress(one);
    for (int attempt = 1; ; attempt++) {
      List<ServerSocket> sockets = new ArrayList<>();
      ServerSocket first = bind(ipv4, port);
      sockets.add(first);
      try {
        ServerSocket second = bindIfPresent(ipv6, first.getLocalPort());
        if (second != null) {
          sockets.add(second);
        }
        return sockets;
      } catch (IOException e) {
        first.close();
        if (port != 0 || attempt == ATTEMPTS) {
          throw e;
        }
      }
    }
  }

  /** Returns null if the machine has no such address. */
  private static @Nullable ServerSocket bindIfPresent(InetAddress address, int port)
      throws IOException {
    try {
      bind(address, 0).close();
    } catch (SocketException e) {
      return null;
    }
    try {
      return bind(address, port);
    } catch (BindException e) {
      throw new BindException(e.getMessage() + " ([::1]:" + port + ")");
    }
  }

  private static ServerSocket bind(InetAddress address, int port) throws IOException {
    ServerSocket socket = new ServerSocket();
    try {
      socket.bind(new InetSocketAddress(address, port), BACKLOG);
      return socket;
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }
}
