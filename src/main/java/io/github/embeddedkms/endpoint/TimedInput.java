package io.github.embeddedkms.endpoint;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * The bytes of a socket, until a deadline for all of them together. The timeout of a socket limits
 * one read only, so a client that sends one byte at a time could continue for ever.
 */
final class TimedInput extends InputStream {

  private final Socket socket;
  private final InputStream in;
  private long end;

  TimedInput(Socket socket) throws IOException {
    this.socket = socket;
    this.in = socket.getInputStream();
  }

  /** Starts a new deadline. */
  void limit(Duration time) {
    end = System.nanoTime() + time.toNanos();
  }

  /** Returns the time that is left; zero if none is. */
  Duration remaining() {
    return Duration.ofNanos(Math.max(0, end - System.nanoTime()));
  }

  /** Adds to the time that is left. */
  void extend(long nanos) {
    end += nanos;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    long nanos = end - System.nanoTime();
    if (nanos <= 0) {
      throw new SocketTimeoutException();
    }
    // 0 would mean no limit.
    socket.setSoTimeout(
        (int) Math.min(Integer.MAX_VALUE, TimeUnit.NANOSECONDS.toMillis(nanos) + 1));
    return in.read(target, offset, length);
  }
}
