package io.github.embeddedkms.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;

/**
 * The network to a server, which can lose what is sent without reporting it: no connection is
 * closed, and neither end learns that the other is unreachable. A connection that has lost
 * something stays lost.
 */
final class SilentNetwork implements AutoCloseable {

  /** Which part of an exchange is lost. */
  enum Lost {
    REQUEST,
    ANSWER
  }

  /** A planned loss: the connection on which the client next sends these words is lost. */
  private record Plan(Pattern words, Lost lost) {}

  private final int serverPort;
  private final ServerSocket entry;
  private final List<Line> lines = new CopyOnWriteArrayList<>();
  private final AtomicReference<Plan> plan = new AtomicReference<>();
  private volatile boolean silent;

  /** Creates a network to the server with the given port on this machine. */
  SilentNetwork(int serverPort) throws IOException {
    this.serverPort = serverPort;
    this.entry = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    start(this::accept);
  }

  /** Returns the port that leads to the server. */
  int port() {
    return entry.getLocalPort();
  }

  /** Loses the connection on which the client next sends something with these words. */
  void loseAt(String words, Lost lost) {
    plan.set(new Plan(Pattern.compile("\\b" + words + "\\b"), lost));
  }

  /** Returns whether the planned loss has happened. */
  boolean hasLost() {
    return plan.get() == null;
  }

  /** Loses all connections, and new ones too: they are accepted but lead nowhere. */
  void fallSilent() {
    silent = true;
    lines.forEach(line -> line.lost = true);
  }

  /** Lets new connections reach the server again. */
  void recover() {
    silent = false;
  }

  private void accept() throws IOException {
    while (true) {
      Line line = new Line(entry.accept(), new Socket(entry.getInetAddress(), serverPort));
      line.lost = silent;
      lines.add(line);
      start(line::forwardRequests);
      start(line::forwardResponses);
    }
  }

  private interface Loop {
    void run() throws IOException;
  }

  private static void start(Loop loop) {
    Thread thread =
        new Thread(
            () -> {
              try {
                loop.run();
              } catch (IOException e) {
                // One of the sockets was closed, so there is nothing more to transfer.
              }
            },
            "silent-network");
    thread.setDaemon(true);
    thread.start();
  }

  /** A client's connection, and the corresponding connection to the server. */
  private final class Line {

    private final Socket client;
    private final Socket server;
    private volatile boolean lost;

    Line(Socket client, Socket server) {
      this.client = client;
      this.server = server;
    }

    private void forwardRequests() throws IOException {
      byte[] buffer = new byte[65_536];
      for (int read = read(client, buffer); read >= 0; read = read(client, buffer)) {
        Plan planned = plan.get();
        // On the same machine, what the driver sends in one piece arrives in one piece.
        boolean reached =
            planned != null
                && !lost
                && planned.words.matcher(text(buffer, read)).find()
                && plan.compareAndSet(planned, null);
        boolean dropped = lost || (reached && planned.lost == Lost.REQUEST);
        lost |= reached;
        if (!dropped) {
          server.getOutputStream().write(buffer, 0, read);
        }
      }
      if (!lost) {
        close();
      }
    }

    private void forwardResponses() throws IOException {
      byte[] buffer = new byte[65_536];
      for (int read = read(server, buffer); read >= 0; read = read(server, buffer)) {
        if (!lost) {
          client.getOutputStream().write(buffer, 0, read);
        }
      }
      if (!lost) {
        close();
      }
    }

    private static String text(byte[] bytes, int length) {
      return new String(bytes, 0, length, StandardCharsets.ISO_8859_1);
    }

    private static int read(Socket socket, byte[] buffer) throws IOException {
      return socket.getInputStream().read(buffer);
    }

    private void close() throws IOException {
      client.close();
      server.close();
    }
  }

  /** Closes all connections. */
  @Override
  public void close() {
    try {
      entry.close();
      for (Line line : lines) {
        line.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
