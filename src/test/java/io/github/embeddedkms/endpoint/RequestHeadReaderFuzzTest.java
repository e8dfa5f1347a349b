package io.github.embeddedkms.endpoint;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads requests, head and body, from any bytes. What is read depends neither on how the bytes
 * arrive nor on how they were written, so another reader cannot see other requests in them.
 */
class RequestHeadReaderFuzzTest {

  private static final int MAX_BODY = 4096;

  /** One request, or the reason why there is none. */
  private record Outcome(String head, String body) {}

  @FuzzTest
  void anyBytes_areRefused_orAreRequestsThatReadTheSameAgain(FuzzedDataProvider data)
      throws InterruptedException {
    byte[] bytes = data.consumeRemainingAsBytes();
    List<Outcome> outcomes = readAll(new ByteArrayInputStream(bytes));
    assertThat(readAll(oneByOne(bytes))).isEqualTo(outcomes);
  }

  /** Delivers one byte at a time, as a slow client does. */
  private static InputStream oneByOne(byte[] bytes) {
    return new ByteArrayInputStream(bytes) {
      @Override
      public int read(byte[] target, int offset, int length) {
        return super.read(target, offset, Math.min(1, length));
      }
    };
  }

  private static List<Outcome> readAll(InputStream bytes) throws InterruptedException {
    InputBuffer in = new InputBuffer(bytes);
    List<Outcome> outcomes = new ArrayList<>();
    try {
      while (in.hasByte()) {
        RequestHead head = RequestHeadReader.read(in);
        requireSafe(head);
        String body = body(in, head);
        outcomes.add(new Outcome(head.toString(), body));
        assertThat(read(written(head, body))).isIn(head.headers(), 431, 417);
      }
    } catch (RequestRefusedException e) {
      assertThat(e.status()).isIn(400, 414, 417, 431, 501, 505);
      outcomes.add(new Outcome(e.status() + " " + e.reason(), ""));
    } catch (EOFException e) {
      outcomes.add(new Outcome("ended early", ""));
    } catch (IOException e) {
      throw new AssertionError("reading from memory", e);
    }
    return outcomes;
  }

  private static void requireSafe(RequestHead head) {
    assertThat(head.method()).matches("[!#$%&'*+.^_`|~0-9A-Za-z-]+");
    assertThat(head.target()).matches("[!-~]+");
    head.headers()
        .forEach(
            (name, values) -> {
              assertThat(name).matches("[!#$%&'*+.^_`|~0-9a-z-]+");
              assertThat(values)
                  .isNotEmpty()
                  .allSatisfy(value -> assertThat(value).matches("[\\t -~\\x80-\\xFF]*"))
                  .allSatisfy(value -> assertThat(value).doesNotMatch("(?s)[ \\t].*|.*[ \\t]"));
            });
    boolean chunked = head.headers().containsKey("transfer-encoding");
    assertThat(chunked).isEqualTo(head.bodyLength() == RequestHead.CHUNKED);
    assertThat(chunked && head.headers().containsKey("content-length")).isFalse();
  }

  private static String body(InputBuffer in, RequestHead head)
      throws IOException, RequestRefusedException, InterruptedException {
    RequestBody body =
        new RequestBody(in, head, () -> {}, MessageMemory.Reservation::requireForRequest);
    try (MessageMemory.Reservation memory = new MessageMemory(1 << 20).reservation()) {
      byte[] bytes = body.read(MAX_BODY, memory, Duration.ZERO);
      assertThat(bytes == null || bytes.length <= MAX_BODY).isTrue();
      if (bytes == null) {
        body.drop();
        return "too long";
      }
      assertThat(body.drop()).as("nothing is left").isTrue();
      if (head.bodyLength() != RequestHead.CHUNKED) {
        assertThat(bytes).hasSize((int) head.bodyLength());
      }
      return new String(bytes, ISO_8859_1);
    }
  }

  /** Writes a head in the plainest form. */
  private static byte[] written(RequestHead head, String body) {
    StringBuilder text = new StringBuilder(head.method()).append(" / HTTP/1.1\r\n");
    head.headers()
        .forEach(
            (name, values) ->
                values.forEach(
                    value -> text.append(name).append(": ").append(value).append("\r\n")));
    return text.append("\r\n").append(body).toString().getBytes(ISO_8859_1);
  }

  private static Object read(byte[] bytes) throws IOException {
    try {
      return RequestHeadReader.read(new InputBuffer(new ByteArrayInputStream(bytes))).headers();
    } catch (RequestRefusedException e) {
      // The plainest form can be longer, by a space; and HTTP/1.0 has no expectations.
      return e.status() == 431 || e.status() == 417 ? e.status() : e;
    }
  }
}
