package io.github.embeddedkms.wire;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Bodies that are meant to break something. */
class HostileBodyTest {

  private static final int HUNDRED_MEGABYTES = 100_000_000;

  private final AnswerContract contract = AnswerContract.overNamedKeys();

  @AfterEach
  void close() {
    contract.close();
  }

  private void assertRefused(String operation, byte[] body, String message) {
    WireResponse answer = contract.check("TrentService." + operation, body);
    assertThat(new String(answer.body(), UTF_8))
        .isEqualTo(
            "{\"__type\":\"SerializationException\",\"message\":\"embedded-kms: "
                + message
                + "\"}");
    assertThat(answer.status()).isEqualTo(400);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"X\":       | [",
        "{\"X\":       | {\"a\":",
        "{\"Tags\":    | [",
        "{\"KeySpec\": | {\"a\":",
        "''            | [",
        "''            | {\"a\":"
      })
  void nestingBomb_isRefused(String start, String bracket) {
    WireResponse answer =
        contract.check(
            "TrentService.CreateKey", (start + bracket.repeat(1_000_000)).getBytes(UTF_8));
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.errorCode()).isEqualTo("SerializationException");
    // It says where: at most 255 levels deep, where reading ends.
    assertThat(answer.body()).hasSizeLessThan(1000);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "GenerateRandom | NumberOfBytes | 2147483648",
        "GenerateRandom | NumberOfBytes | -2147483649",
        "GenerateRandom | NumberOfBytes | 99999999999999999999",
        "GenerateRandom | NumberOfBytes | 1e999999999",
        "ListKeys       | Limit         | 0.1"
      })
  void numberOutOfRange_isRefused(String operation, String member, String number) {
    assertRefused(
        operation,
        ("{\"" + member + "\":" + number + "}").getBytes(UTF_8),
        "not an integer of 32 bits at $." + member);
  }

  @Test
  void numberTooSmallToTellFromZero_isZero() {
    WireResponse answer =
        contract.check(
            "TrentService.GenerateRandom", "{\"NumberOfBytes\":1e-999999999}".getBytes(UTF_8));
    assertThat(new String(answer.body(), UTF_8))
        .isEqualTo(
            "{\"__type\":\"ValidationException\",\"message\":\"1 validation error detected: Value '0'"
                + " at 'numberOfBytes' failed to satisfy constraint: Member must have value greater"
                + " than or equal to 1\"}");
  }

  @Test
  void duplicateMember_isRefused() {
    assertRefused(
        "DescribeKey",
        "{\"KeyId\":\"alias/orders\",\"KeyId\":\"alias/orders\"}".getBytes(UTF_8),
        "a member twice at $.KeyId");
    assertRefused(
        "Encrypt",
        "{\"EncryptionContext\":{\"a\":\"1\",\"\\u0061\":\"1\"}}".getBytes(UTF_8),
        "a key twice at $.EncryptionContext.a");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"Description\":\"\u00c3(\"}",
        "{\"Description\":\"\u00c0\u00af\"}",
        "{\"Description\":\"\u00ed\u00a0\u0080\"}",
        "{\"Description\":\"\u00f5\u0080\u0080\u0080\"}",
        "{}\u00ff"
      })
  void invalidUtf8_isRefused(String bytes) {
    assertRefused("CreateKey", bytes.getBytes(ISO_8859_1), "not UTF-8");
  }

  /** Bodies of 1 MiB, most of whose parts violate a constraint; some responses were 66 MB long. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "CreateKey      | {\"Tags\":[                       | {}         | , | ]}  | 699046",
        "CreateKey      | {\"Tags\":[                       | null       | , | ]}  | 209714",
        "Encrypt        | {\"Plaintext\":\"\",\"GrantTokens\":[ | \"\"         | , | ]}  | 349518",
        "Decrypt        | {\"DryRunModifiers\":[            | \"x\"        | , | ]}  | 262140",
        "Decrypt        | {\"DryRunModifiers\":[            | null       | , | ]}  | 209713",
        "DescribeKey    | {\"KeyId\":\"                     | \u2028     | '' | \"} | 2",
        "DescribeKey    | {\"KeyId\":\"                     | \\\"        | '' | \"} | 1",
        "CreateAlias    | {\"AliasName\":\"                 | \\u0001     | '' | \"} | 3",
        "GenerateRandom | {\"CustomKeyStoreId\":\"          | \u2028     | '' | \"} | 1"
      })
  void violations_many_areCounted_andTheResponseIsLimited(
      String operation, String start, String part, String separator, String end, int count) {
    StringBuilder body = new StringBuilder(start);
    while (body.length() < 1 << 20) {
      body.append(part).append(separator);
    }
    body.setLength(body.length() - separator.length());
    byte[] request = body.append(end).toString().getBytes(UTF_8);
    WireResponse answer = contract.check("TrentService." + operation, request);
    assertThat(answer.errorCode()).isEqualTo("ValidationException");
    assertThat(answer.body()).hasSizeLessThan(8 * request.length + (64 << 10));
    String text = new String(answer.body(), 0, 200, UTF_8);
    assertThat(text).contains("\"" + count + " validation error");
  }

  /** How much is too much is for the transport to say; here it costs memory, and nothing else. */
  @Test
  void bodyOfHundredMegabytes_isAnswered() {
    byte[] body = new byte[HUNDRED_MEGABYTES];
    Arrays.fill(body, (byte) ' ');
    assertThat(contract.check("TrentService.ListKeys", body).errorCode())
        .isEqualTo("SerializationException");
    byte[] start = "{\"X\":\"".getBytes(UTF_8);
    Arrays.fill(body, (byte) 'a');
    System.arraycopy(start, 0, body, 0, start.length);
    body[body.length - 2] = '"';
    body[body.length - 1] = '}';
    assertThat(contract.check("TrentService.ListKeys", body).status()).isEqualTo(200);
  }
}
