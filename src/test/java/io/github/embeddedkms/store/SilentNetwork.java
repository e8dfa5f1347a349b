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
 * The network before a server, which can lose what is sent without a sign: no connection is closed,
 * and neither end learns that the other is out of reach. A connection that lost something stays
 * lost.
 */
final class SilentNetwork implements AutoCloseable {

  /** What is lost of an exchange. */
  enum Lost {
    REQUEST,
    ANSWER
  }

  /** When a connection is lost: when the client sends something with these words. */
  private record Plan(Pattern words, Lost lost) {}

  private final int serverPort;
  private final ServerSocket entry;
  private final List<Line> lines = new CopyOnWriteArrayList<>();
  private final AtomicReference<Plan> plan = new AtomicReference<>();
  private volatile boolean silent;

  /** A network before the server with this port of this machine. */
  SilentNetwork(int serverPort) throws IOException {
    this.serverPort = serverPort;
    this.entry = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    start(this::accept);
  }

  /** The port that leads to the server. */
  int port() {
    return entry.getLocalPort();
  }

  /** Loses the one connection on which the client next sends something with these words. */
  void loseAt(String words, Lost lost) {
    plan.set(new Plan(Pattern.compile("\\b" + words + "\\b"), lost));
  }

  /** Whether the connection that was to be lost is lost. */
  boolean hasLost() {
    return plan.get() == null;
  }

  /** Loses all connections, and new ones too: they are accepted and lead nowhere. */
  void fallSilent() {
    silent = true;
    lines.forEach(line -> line.lost = true);
  }

  /** New connections lead to the server again. */
  void recover() {
    silent = false;
  }

  private void accept() throws IOException {
    while (true) {
      Line line = new Line(entry.accept(), new Socket(entry.getInetAddress(), serverPort));
      line.lost = silent;
      lines.add(line);
      start(line::carryRequests);
      start(line::carryAnswers);
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
                // One of the sockets was closed: there is nothing to carry any more.
              }
            },
            "silent-network");
    thread.setDaemon(true);
    thread.start();
  }

  /** A connection of a client and the one to the server that belongs to it. */
  private final class Line {

    private final Socket client;
    private final Socket server;
    private volatile boolean lost;

    Line(Socket client, Socket server) {
      this.client = client;
      this.server = server;
    }

    private void carryRequests() throws IOException {
      byte[] buffer = new byte[65_536];
      for (int read = read(client, buffer); read >= 0; read = read(client, buffer)) {
        Plan planned = plan.get();
        // What the driver sends in one piece arrives in one, on the same machine.
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

    private void carryAnswers() throws IOException {
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
