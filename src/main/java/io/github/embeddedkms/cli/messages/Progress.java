package io.github.embeddedkms.cli.messages;

import io.github.embeddedkms.cli.terminal.Terminal;
import io.github.embeddedkms.cli.terminal.TerminalWriter;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * Shows how far the reading of a source is, on one line that is written again and again and wiped
 * at the end. It prints nothing during the first second, in which most sources end, and nothing if
 * standard error is not a terminal.
 *
 * <p>Not safe for use by several threads.
 */
final class Progress extends FilterInputStream {

  private static final long SECOND = 1_000_000_000;
  private static final long INTERVAL = SECOND / 5;
  private static final int BAR = 20;

  private final long size;
  private final TerminalWriter err;
  private final LongSupplier nanoTime;
  private final BooleanSupplier watched;
  private final long began;
  private long next;
  private boolean quiet;
  private long count;
  private int shown;

  /**
   * Begins to count.
   *
   * @param size of the source in bytes, or {@link Input#UNKNOWN}
   * @param nanoTime a clock in nanoseconds from anywhere
   * @param watched whether a terminal shows {@code err}; asked once, after the first second
   */
  Progress(
      InputStream in,
      long size,
      TerminalWriter err,
      LongSupplier nanoTime,
      BooleanSupplier watched) {
    super(in);
    this.size = size;
    this.err = err;
    this.nanoTime = nanoTime;
    this.watched = watched;
    this.began = nanoTime.getAsLong();
    this.next = began + SECOND;
  }

  /**
   * Starts counting for the person running the program.
   *
   * @param disturbs whether the line would appear in the middle of the result
   */
  static Progress of(Input in, TerminalWriter err, BooleanSupplier disturbs) {
    return new Progress(
        in,
        in.size(),
        err,
        System::nanoTime,
        () -> Terminal.isStandardError() && !disturbs.getAsBoolean());
  }

  @Override
  public int read() throws IOException {
    int read = in.read();
    advance(read < 0 ? 0 : 1);
    return read;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    int part = in.read(bytes, offset, length);
    advance(Math.max(0, part));
    return part;
  }

  private void advance(int part) {
    count += part;
    if (quiet) {
      return;
    }
    long now = nanoTime.getAsLong();
    if (now - next < 0) {
      return;
    }
    if (shown == 0 && !watched.getAsBoolean()) {
      quiet = true;
      return;
    }
    next = now + INTERVAL;
    show(line(now - began));
  }

  private String line(long nanos) {
    double rate = (double) count * SECOND / nanos;
    if (size <= 0) {
      return bytes(count) + "  " + bytes((long) rate) + "/s";
    }
    // A file may grow while it is read.
    double part = Math.min(1, (double) count / size);
    int filled = (int) (part * BAR);
    return "["
        + "#".repeat(filled)
        + " ".repeat(BAR - filled)
        + "] "
        + String.format(Locale.ROOT, "%3d%%  ", (int) (part * 100))
        + bytes(count)
        + " of "
        + bytes(size)
        + "  "
        + bytes((long) rate)
        + "/s"
        + (count == 0 ? "" : "  " + time(Math.max(0, size - count) / rate) + " left");
  }

  private void show(String line) {
    // What is left of a longer line is overwritten.
    err.returnCarriage();
    err.print(line + " ".repeat(Math.max(0, shown - line.length())));
    err.flush();
    shown = line.length();
  }

  /** Wipes the line. The source is not closed. */
  @Override
  public void close() {
    if (shown > 0) {
      err.returnCarriage();
      err.print(" ".repeat(shown));
      err.returnCarriage();
      err.flush();
      shown = 0;
    }
  }

  private static String bytes(long count) {
    double number = (double) count;
    int unit = 0;
    String[] units = {"B", "KiB", "MiB", "GiB", "TiB"};
    while (number >= 1024 && unit < units.length - 1) {
      number /= 1024;
      unit++;
    }
    return String.format(Locale.ROOT, unit == 0 ? "%.0f %s" : "%.1f %s", number, units[unit]);
  }

  private static String time(double seconds) {
    long whole = (long) Math.ceil(seconds);
    return whole < 3600
        ? String.format(Locale.ROOT, "%d:%02d", whole / 60, whole % 60)
        : String.format(Locale.ROOT, "%d:%02d:%02d", whole / 3600, whole / 60 % 60, whole % 60);
  }
}
