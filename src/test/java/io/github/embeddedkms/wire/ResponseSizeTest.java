package io.github.embeddedkms.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.embeddedkms.Caller;
import io.github.embeddedkms.KmsClient;
import io.github.embeddedkms.local.LocalKeyProvider;
import io.github.embeddedkms.model.GrantConstraints;
import io.github.embeddedkms.model.GrantOperation;
import io.github.embeddedkms.model.SecretBytes;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The longest response of each kind of request, from an account whose names are as long as the
 * service allows. {@code AnswerContract} holds every other response to eight times the request and
 * 64 KiB.
 */
class ResponseSizeTest {

  /** The longest name of a Region that a request can have. */
  private static final Caller CALLER =
      Caller.of("us-gov-east-1", "111122223333").inRegion("us-gov-" + "a".repeat(25));

  private static final int KEYS_ON_A_PAGE = 1000;
  private static final int ALIASES_ON_A_PAGE = 100;
  private static final int LENGTH_OF_ALIAS = 256;
  private static final int GRANTS_ON_A_PAGE = 100;

  /** 256 characters. */
  private static final String PRINCIPAL =
      "arn:aws-us-gov:iam::111122223333:user/" + "a".repeat(218);

  /** All that a grant for a symmetric encryption key can permit. */
  private static final List<GrantOperation> OPERATIONS =
      List.of(
          GrantOperation.DECRYPT,
          GrantOperation.ENCRYPT,
          GrantOperation.GENERATE_DATA_KEY,
          GrantOperation.GENERATE_DATA_KEY_WITHOUT_PLAINTEXT,
          GrantOperation.RE_ENCRYPT_FROM,
          GrantOperation.RE_ENCRYPT_TO,
          GrantOperation.CREATE_GRANT,
          GrantOperation.RETIRE_GRANT,
          GrantOperation.DESCRIBE_KEY,
          GrantOperation.GENERATE_DATA_KEY_PAIR,
          GrantOperation.GENERATE_DATA_KEY_PAIR_WITHOUT_PLAINTEXT);

  /** With as many digits as a time has. */
  private static final Instant NOW = Instant.parse("2026-11-29T12:00:00.123Z");

  private static final LocalKeyProvider PROVIDER =
      LocalKeyProvider.builder().clock(InstantSource.fixed(NOW)).build();

  private static final WireServer WIRE =
      new WireServer(
          PROVIDER,
          (operation, failure) -> {
            throw new AssertionError(operation, failure);
          });

  private static String keyId = "";
  private static String blob = "";
  private static String alias = "";

  @BeforeAll
  static void fillTheAccount() {
    var kms = PROVIDER.client(CALLER);
    // A control character takes six bytes in JSON.
    String description = "\u0001".repeat(8192);
    keyId = kms.createKey(key -> key.description(description)).keyMetadata().keyId();
    SecretBytes plaintext = SecretBytes.fromUtf8String("a".repeat(4096));
    blob =
        base64(
            kms.encrypt(request -> request.keyId(keyId).plaintext(plaintext))
                .ciphertextBlob()
                .asByteArray());
    List<String> others = new ArrayList<>();
    for (int i = 0; i < KEYS_ON_A_PAGE; i++) {
      others.add(kms.createKey(key -> {}).keyMetadata().keyId());
    }
    for (int i = 0; i <= ALIASES_ON_A_PAGE; i++) {
      String number = "alias/" + (100 + i);
      alias = number + "a".repeat(LENGTH_OF_ALIAS - number.length());
      // A key has 50 aliases at most.
      String target = i < ALIASES_ON_A_PAGE ? others.get(i) : keyId;
      kms.createAlias(request -> request.aliasName(alias).targetKeyId(target));
    }
    createGrants(kms);
  }

  @AfterAll
  static void close() {
    PROVIDER.close();
  }

  /** With all members that a grant can have, except keys of pairs, whose length has no limit. */
  private static void createGrants(KmsClient kms) {
    String sourceArn = "arn:aws-us-gov:rds:us-gov-east-1:111122223333:db:";
    Map<String, String> pairs = new LinkedHashMap<>();
    for (int i = 0; i < 8; i++) {
      pairs.put(String.valueOf(i), "\u0001".repeat(384));
    }
    GrantConstraints constraints =
        new GrantConstraints(pairs, null, sourceArn + "a".repeat(512 - sourceArn.length()));
    for (int i = 0; i <= GRANTS_ON_A_PAGE; i++) {
      String name = "a".repeat(253) + (100 + i);
      kms.createGrant(
          grant ->
              grant
                  .keyId(keyId)
                  .name(name)
                  .granteePrincipal(PRINCIPAL)
                  .retiringPrincipal(PRINCIPAL)
                  .operations(OPERATIONS)
                  .constraints(constraints));
    }
  }

  private static String base64(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }

  private static WireResponse answer(String operation, String body) {
    return WIRE.answer("TrentService." + operation, body.getBytes(UTF_8), CALLER);
  }

  /** As many items as the service allows: such a request is short, whatever the page is. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ListKeys            | {\"Limit\":1000}                                        | 166166",
        "ListAliases         | {\"Limit\":1000}                                        | 72866",
        "ListGrants          |"
            + " {\"Limit\":1000,\"KeyId\":\"${key}\",\"GranteePrincipal\":\"${principal}\"} |"
            + " 2039015",
        "ListRetirableGrants | {\"Limit\":1000,\"RetiringPrincipal\":\"${principal}\"} | 2038884"
      })
  void page_ofAListing_isAsLongAsItsItems(String operation, String body, int most) {
    WireResponse page =
        answer(operation, body.replace("${key}", keyId).replace("${principal}", PRINCIPAL));
    assertThat(page.status()).isEqualTo(200);
    assertThat(new String(page.body(), UTF_8)).endsWith("\"Truncated\":true}");
    assertThat(page.body().length).isEqualTo(most);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "CreateKey           | {\"Description\":\"${description}\"}                     | 49744",
        "DescribeKey         | {\"KeyId\":\"${key}\"}                                   | 49744",
        "Decrypt             | {\"CiphertextBlob\":\"${blob}\"}                         | 5721",
        "Encrypt             | {\"KeyId\":\"${alias}\",\"Plaintext\":\"${plaintext}\"}  | 5739",
        "ReEncrypt           | {\"CiphertextBlob\":\"${blob}\",\"DestinationKeyId\":\"${alias}\"} |"
            + " 6103",
        "GenerateDataKey     | {\"KeyId\":\"${key}\",\"NumberOfBytes\":1024}            | 3067",
        "GenerateDataKeyWithoutPlaintext | {\"KeyId\":\"${key}\",\"NumberOfBytes\":1024} | 1684",
        "GenerateRandom      | {\"NumberOfBytes\":1024}                               | 1384",
        "ScheduleKeyDeletion | {\"KeyId\":\"${key}\",\"PendingWindowInDays\":30}        | 201",
        "CancelKeyDeletion   | {\"KeyId\":\"${key}\"}                                   | 117",
        "EnableKey           | {\"KeyId\":\"${key}\"}                                   | 0"
      })
  void response_isWithinTheLimit(String operation, String body, int most) {
    String filled =
        body.replace("${description}", "\u2028".repeat(8192))
            .replace("${key}", keyId)
            .replace("${alias}", alias)
            .replace("${plaintext}", base64("a".repeat(4096).getBytes(UTF_8)))
            .replace("${blob}", blob);
    WireResponse response = answer(operation, filled);
    assertThat(response.status()).isEqualTo(200);
    assertThat(response.body().length).isEqualTo(most);
    AnswerContract.checkSize("TrentService." + operation, filled.getBytes(UTF_8), response);
  }
}
