package io.github.embeddedkms.endpoint;

import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The body of one request: of known length, or in chunks, whose extensions and trailers are
 * dropped. Used by one thread.
 *
 * <p>Source: RFC 9112, sections 6 and 7.1.
 */
final class RequestBody {

  /** Sends status 100, which some clients wait for. */
  interface Continue {
    void send() throws IOException;
  }

  /** Reserves memory for a body, and does not count the time as the client's. */
  interface MemoryWait {
    void await(MessageMemory.Reservation memory, long bytes, Duration timeout)
        throws RequestRefusedException, InterruptedException;
  }

  /**
   * The maximum number of bytes of an oversized body that are read and dropped, so that its sender
   * receives the response.
   */
  private static final long MAX_DROPPED_BYTES = 256L << 20;

  private static final int FIRST_CAPACITY = 1 << 10;
  private static final int MAX_HEX_DIGITS = 15;

  private final InputBuffer in;
  private final Continue continueResponse;
  private final MemoryWait memoryWait;
  private final boolean chunked;
  private final long length;

  /** The bytes that are left of the body, or of the current chunk. */
  private long left;

  /** How many more bytes of chunk extensions and trailers are accepted. */
  private int extensionsLeft = RequestHeadReader.MAX_HEADERS_SIZE;

  private boolean beforeFirstChunk = true;
  private boolean ended;
  private boolean awaitsContinue;

  /**
   * Creates the body that follows a head.
   *
   * @param in the bytes of the connection
   * @param continueResponse called before the first byte is read, if the client waits for it
   * @param memoryWait called before memory is allocated
   */
  RequestBody(InputBuffer in, RequestHead head, Continue continueResponse, MemoryWait memoryWait) {
    this.in = in;
    this.continueResponse = continueResponse;
    this.memoryWait = memoryWait;
    this.chunked = head.bodyLength() == RequestHead.CHUNKED;
    this.length = head.bodyLength();
    this.left = chunked ? 0 : length;
    this.ended = !chunked && length == 0;
    this.awaitsContinue = head.awaitsContinue() && !ended;
  }

  /**
   * Reads the whole body.
   *
   * @param most the maximum number of bytes
   * @param memory where memory for a large body is reserved
   * @param timeout how long to wait for memory
   * @return the body, which the caller must wipe; null if it is longer
   * @throws RequestRefusedException if it is malformed, or there is no memory in time
   */
  byte @Nullable [] read(int most, MessageMemory.Reservation memory, Duration timeout)
      throws IOException, RequestRefusedException, InterruptedException {
    if (length > most) {
      return null;
    }
    if (!chunked) {
      memoryWait.await(memory, length, timeout);
    }
    byte[] body = new byte[chunked ? FIRST_CAPACITY : (int) length];
    int count = 0;
    boolean complete = false;
    try {
      while (hasMore()) {
        if (count == body.length) {
          if (count >= most) {
            return null;
          }
          int capacity = Math.min(most, 2 * count);
          if (capacity > MessageMemory.SMALL) {
            memoryWait.await(memory, most, timeout);
          }
          byte[] before = body;
          body = Arrays.copyOf(before, capacity);
          Arrays.fill(before, (byte) 0);
        }
        count += readSome(body, count);
      }
      complete = count == body.length;
      return complete ? body : Arrays.copyOf(body, count);
    } finally {
      if (!complete) {
        Arrays.fill(body, (byte) 0);
      }
    }
  }

  /**
   * Reads and drops what is left of the body.
   *
   * @return whether its end was reached, so that another request can follow
   */
  boolean drop() throws IOException, RequestRefusedException {
    if (awaitsContinue) {
      // The client may send the body or not, so there is no telling where a next request begins.
      return false;
    }
    long dropped = 0;
    while (hasMore()) {
      if (dropped >= MAX_DROPPED_BYTES) {
        return false;
      }
      int count = in.skip(left);
      left -= count;
      dropped += count;
    }
    return true;
  }

  private int readSome(byte[] target, int offset) throws IOException {
    int count = in.read(target, offset, (int) Math.min(left, target.length - offset));
    left -= count;
    return count;
  }

  private boolean hasMore() throws IOException, RequestRefusedException {
    if (awaitsContinue) {
      awaitsContinue = false;
      continueResponse.send();
    }
    if (left > 0) {
      return true;
    }
    if (!ended && chunked) {
      nextChunk();
      return !ended;
    }
    ended = true;
    return false;
  }

  private void nextChunk() throws IOException, RequestRefusedException {
    if (!beforeFirstChunk && (in.read() != '\r' || in.read() != '\n')) {
      throw malformed();
    }
    beforeFirstChunk = false;
    String line = in.line(MAX_HEX_DIGITS + extensionsLeft + 2);
    if (line == null) {
      throw new RequestRefusedException(431, "the extensions of the chunks are too long");
    }
    left = chunkSize(line);
    if (left == 0) {
      RequestHeadReader.readFields(in, extensionsLeft + 2, null);
      ended = true;
    }
  }

  private long chunkSize(String line) throws RequestRefusedException {
    int digits = 0;
    while (digits < line.length() && Character.digit(line.charAt(digits), 16) >= 0) {
      digits++;
    }
    if (digits == 0 || digits > MAX_HEX_DIGITS) {
      throw malformed();
    }
    requireExtension(line, digits);
    extensionsLeft = Math.max(0, extensionsLeft - (line.length() - digits));
    return Long.parseLong(line.substring(0, digits), 16);
  }

  /** An extension begins with a semicolon; white space before it is allowed. */
  private static void requireExtension(String line, int begin) throws RequestRefusedException {
    boolean semicolon = false;
    for (int i = begin; i < line.length(); i++) {
      char c = line.charAt(i);
      boolean blank = c == ' ' || c == '\t';
      semicolon |= c == ';';
      if ((!semicolon && !blank) || (c < ' ' && c != '\t') || c == 0x7F) {
        throw malformed();
      }
    }
    if (!semicolon && begin < line.length()) {
      throw malformed();
    }
  }

  private static RequestRefusedException malformed() {
    return new RequestRefusedException(400, "a chunk of the body is malformed");
  }
}
