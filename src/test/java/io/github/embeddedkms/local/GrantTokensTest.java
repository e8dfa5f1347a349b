package io.github.embeddedkms.local;

import static io.github.embeddedkms.authorization.RefusalTexts.T2;
import static io.github.embeddedkms.authorization.RefusalTexts.T5;
import static io.github.embeddedkms.authorization.Subjects.ALICE;
import static io.github.embeddedkms.authorization.Subjects.BOB;
import static io.github.embeddedkms.authorization.Subjects.CAROL;
import static io.github.embeddedkms.authorization.Subjects.DEFAULT;
import static io.github.embeddedkms.authorization.Subjects.ROOT_A;
import static io.github.embeddedkms.model.GrantOperation.DECRYPT;
import static io.github.embeddedkms.model.GrantOperation.ENCRYPT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.embeddedkms.exception.InvalidGrantTokenException;
import io.github.embeddedkms.model.SecretBytes;
import io.github.embeddedkms.operation.CreateGrant;
import io.github.embeddedkms.operation.DescribeKey;
import io.github.embeddedkms.operation.Encrypt;
import io.github.embeddedkms.operation.EncryptBuilder;
import io.github.embeddedkms.operation.RetireGrant;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Grant tokens: their form, and that they decide nothing. */
class GrantTokensTest {

  private static final String MESSAGE = "embedded-kms: no grant was issued with this token";
  private static final String GRANT = "0123456789abcdef".repeat(4);
  private static final String KEY =
      "arn:aws:kms:eu-north-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";
  private static final String URL_ALPHABET =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

  private static void assertNoToken(String token) {
    assertThatThrownBy(() -> GrantTokens.parse(token))
        .as(token)
        .isExactlyInstanceOf(InvalidGrantTokenException.class)
        .hasMessage(MESSAGE);
  }

  private static String token(int version, int length, byte[] arn, int rest) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(
            ByteBuffer.allocate(3 + arn.length + rest)
                .put((byte) version)
                .putShort((short) length)
                .put(arn)
                .array());
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void create_hasTheDocumentedForm_andIsParsed() {
    Set<String> tokens = new HashSet<>();
    for (int i = 0; i < 100; i++) {
      String token = GrantTokens.create(KEY, GRANT);
      tokens.add(token);
      assertThat(GrantTokens.parse(token)).isEqualTo(new GrantTokens.Named(KEY, GRANT));
      ByteBuffer decoded = ByteBuffer.wrap(Base64.getUrlDecoder().decode(token));
      assertThat(decoded.get()).isEqualTo((byte) 1);
      byte[] arn = new byte[decoded.getShort()];
      decoded.get(arn);
      assertThat(new String(arn, StandardCharsets.UTF_8)).isEqualTo(KEY);
      byte[] id = new byte[32];
      decoded.get(id);
      assertThat(HexFormat.of().formatHex(id)).isEqualTo(GRANT);
      assertThat(decoded.remaining()).isEqualTo(16);
    }
    assertThat(tokens).hasSize(100).allMatch(token -> token.matches("[A-Za-z0-9_-]+"));
  }

  @Test
  void parse_everyPrefix_isRefused() {
    String token = GrantTokens.create(KEY, GRANT);
    for (int end = 0; end < token.length(); end++) {
      assertNoToken(token.substring(0, end));
      assertNoToken(token.substring(end + 1));
    }
  }

  /** A token is no secret and not authenticated: another one names another grant, or is refused. */
  @Test
  void parse_everyOtherCharacter_isATokenOrRefused() {
    String token = GrantTokens.create(KEY, GRANT);
    int parsed = 0;
    for (int i = 0; i < token.length(); i++) {
      for (char c : (URL_ALPHABET + "+/=. \n\u00e9").toCharArray()) {
        String other = token.substring(0, i) + c + token.substring(i + 1);
        Throwable thrown = catchThrowable(() -> GrantTokens.parse(other));
        if (thrown == null) {
          parsed++;
          GrantTokens.Named named = GrantTokens.parse(other);
          assertThat(named.grantId()).matches("[0-9a-f]{64}");
          assertThat(named.keyArn()).startsWith("arn:").contains(":kms:", ":key/");
          // No two strings are the same token.
          assertThat(Base64.getUrlDecoder().decode(other))
              .satisfies(
                  bytes ->
                      assertThat(Base64.getUrlEncoder().withoutPadding().encodeToString(bytes))
                          .isEqualTo(other));
        } else {
          assertThat(thrown)
              .as(other)
              .isExactlyInstanceOf(InvalidGrantTokenException.class)
              .hasMessage(MESSAGE);
        }
      }
    }
    assertThat(parsed).isGreaterThan(64 * 64);
  }

  @Test
  void parse_otherFormsOfBase64_areRefused() {
    // This Region's name has a length with which the last character has unused bits.
    String token = GrantTokens.create(KEY, GRANT);
    byte[] bytes = Base64.getUrlDecoder().decode(token);
    assertThat(bytes.length % 3).isEqualTo(1);
    assertNoToken(Base64.getUrlEncoder().encodeToString(bytes));
    assertNoToken(token + "=");
    assertNoToken(token + "==");
    char last = token.charAt(token.length() - 1);
    assertNoToken(
        token.substring(0, token.length() - 1)
            + URL_ALPHABET.charAt(URL_ALPHABET.indexOf(last) + 1));
    String withBothCharacters = tokenWith("-", "_");
    assertThat(GrantTokens.parse(withBothCharacters).keyArn()).isEqualTo(KEY);
    assertNoToken(withBothCharacters.replace('-', '+'));
    assertNoToken(withBothCharacters.replace('_', '/'));
    assertNoToken(Base64.getMimeEncoder().encodeToString(bytes));
    for (String around : List.of(" ", "\n", "\t", "\u0000", "A", "-")) {
      assertNoToken(around + token);
      assertNoToken(token + around);
    }
    assertNoToken(HexFormat.of().formatHex(bytes));
    assertNoToken(new String(bytes, StandardCharsets.ISO_8859_1));
  }

  private static String tokenWith(String... characters) {
    String token;
    do {
      token = GrantTokens.create(KEY, GRANT);
    } while (!List.of(characters).stream().allMatch(token::contains));
    return token;
  }

  @Test
  void parse_otherContents_areRefused() {
    byte[] arn = bytes(KEY);
    int rest = 48;
    assertThat(GrantTokens.parse(token(1, arn.length, arn, rest)))
        .isEqualTo(new GrantTokens.Named(KEY, "0".repeat(64)));
    for (int version : new int[] {0, 2, 255}) {
      assertNoToken(token(version, arn.length, arn, rest));
    }
    for (int length : new int[] {0, 1, arn.length - 1, arn.length + 1, 0x7FFF, 0x8000, 0xFFFF}) {
      assertNoToken(token(1, length, arn, rest));
    }
    for (int other : new int[] {0, 16, 32, 47, 49, 64}) {
      assertNoToken(token(1, arn.length, arn, other));
    }
    for (String wrong :
        List.of(
            "",
            "1234abcd-12ab-34cd-56ef-1234567890ab",
            "alias/x",
            KEY.replace(":key/1234abcd-12ab-34cd-56ef-1234567890ab", ":alias/x"),
            KEY.replace(":kms:", ":s3:"),
            KEY.replace("arn:", "ARN:"),
            "\u0000" + KEY)) {
      assertNoToken(token(1, bytes(wrong).length, bytes(wrong), rest));
    }
    for (String text : List.of("", "x", "=", "....", "\u00e9", "A".repeat(8192), "null", GRANT)) {
      assertNoToken(text);
    }
  }

  /** With such bytes, several tokens would be one. */
  @Test
  void parse_arnThatIsNotUtf8_isRefused() {
    byte[] arn = bytes(KEY);
    arn[arn.length - 1] = (byte) 0xFF;
    assertNoToken(token(1, arn.length, arn, 48));
  }

  /** A grant counts without its token, and a token without a grant does not. */
  @Test
  void call_withTokens_isDecidedAsWithout() {
    try (World world = new World(DEFAULT, Map.of())) {
      CreateGrant.Response ofAlice = grant(world, ALICE);
      CreateGrant.Response ofBob = grant(world, BOB);
      CreateGrant.Response retired = grant(world, ALICE);
      world.kms.retireGrant(b -> b.grantToken(retired.grantToken()));
      String foreign = GrantTokens.create(KEY, GRANT);
      List<List<String>> tokens =
          List.of(
              List.of(),
              List.of(ofAlice.grantToken()),
              List.of(ofBob.grantToken()),
              List.of(retired.grantToken()),
              List.of(foreign),
              List.of(ofAlice.grantToken(), ofAlice.grantToken(), ofBob.grantToken(), foreign));
      for (List<String> each : tokens) {
        world.expect(ALICE, w -> encrypt(w, each), null);
        world.expect(ALICE, w -> new DescribeKey(w.keyArn, each), T2);
        world.expect(CAROL, w -> encrypt(w, each), T5);
      }
    }
  }

  private static CreateGrant.Response grant(World world, String grantee) {
    return world.kms.createGrant(
        b ->
            b.keyId(world.keyId)
                .granteePrincipal(grantee)
                .retiringPrincipal(CAROL)
                .operations(List.of(ENCRYPT, DECRYPT)));
  }

  private static Encrypt encrypt(World world, List<String> tokens) {
    return EncryptBuilder.builder()
        .keyId(world.keyArn)
        .plaintext(SecretBytes.fromUtf8String("x"))
        .grantTokens(tokens)
        .build();
  }

  /** Wherever it stands; but only for callers that may. */
  @Test
  void call_withAStringThatIsNoToken_isRefusedAfterThePermission() {
    try (World world = new World(DEFAULT, Map.of())) {
      String token = grant(world, ALICE).grantToken();
      for (String wrong : List.of("x", token + "A", token.substring(1), token + "=")) {
        for (List<String> tokens : List.of(List.of(wrong), List.of(token, wrong))) {
          world.expectError(ALICE, w -> encrypt(w, tokens), MESSAGE);
          world.expectError(ROOT_A, w -> new DescribeKey(w.keyArn, tokens), MESSAGE);
          world.expect(BOB, w -> encrypt(w, tokens), T2);
        }
        world.expectError(CAROL, w -> new RetireGrant(wrong, null, null, null), MESSAGE);
      }
    }
  }

  /** To the foreign caller, a grant that vanished is the same as a key that never existed. */
  @Test
  void retireGrant_tokenOfWhatIsGone_tellsNothingToForeignCallers() {
    try (World world = new World(DEFAULT, Map.of())) {
      CreateGrant.Response grant = grant(world, ALICE);
      world.expect(CAROL, w -> new RetireGrant(grant.grantToken(), null, null, null), null);
      String neverCreated = World.ROOT.arn("key/1234abcd-12ab-34cd-56ef-1234567890ab");
      for (String token :
          List.of(
              grant.grantToken(),
              GrantTokens.create(world.keyArn, GRANT),
              GrantTokens.create(neverCreated, GRANT),
              grant(world, BOB).grantToken())) {
        String answer =
            GrantTokens.parse(token).grantId().equals(GRANT) || token.equals(grant.grantToken())
                ? T5
                : null;
        world.expect(CAROL, w -> new RetireGrant(token, null, null, null), answer);
      }
      world.expectError(
          ROOT_A,
          w -> new RetireGrant(grant.grantToken(), null, null, null),
          "embedded-kms: the key has no grant " + grant.grantId());
    }
  }
}
