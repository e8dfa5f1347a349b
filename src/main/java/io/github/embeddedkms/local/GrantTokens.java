package io.github.embeddedkms.local;

import io.github.embeddedkms.crypto.SystemRandom;
import io.github.embeddedkms.exception.InvalidGrantTokenException;
import io.github.embeddedkms.model.Arn;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Grant tokens. A token names a grant. It is not a secret: a request with it is decided in the same
 * way as without it, because a grant permits its operations as soon as it is created. Tokens are
 * not stored. Each CreateGrant returns another token, and all tokens of a grant are equivalent.
 *
 * <p>Its form is Base64url without padding of: a version byte, the length of the key's ARN in two
 * bytes, the ARN, the id of the grant in 32 bytes, 16 random bytes.
 */
final class GrantTokens {

  private static final int VERSION = 1;
  private static final int ID_BYTES = 32;
  private static final int RANDOM_BYTES = 16;

  private static final Pattern PARTITION = Pattern.compile("aws(-[a-z]+)*");
  private static final Pattern REGION = Pattern.compile("[a-z0-9-]{1,32}");
  private static final Pattern ACCOUNT = Pattern.compile("[0-9]{12}");

  /** The grant that a token names. */
  record Named(String keyArn, String grantId) {}

  private GrantTokens() {}

  /** Creates another token for a grant. */
  static String create(String keyArn, String grantId) {
    byte[] arn = keyArn.getBytes(StandardCharsets.US_ASCII);
    byte[] random = new byte[RANDOM_BYTES];
    SystemRandom.create().nextBytes(random);
    ByteBuffer token =
        ByteBuffer.allocate(1 + Short.BYTES + arn.length + ID_BYTES + RANDOM_BYTES)
            .put((byte) VERSION)
            .putShort((short) arn.length)
            .put(arn)
            .put(HexFormat.of().parseHex(grantId))
            .put(random);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(token.array());
  }

  /**
   * Returns the grant that a token names, whether or not it exists.
   *
   * @throws InvalidGrantTokenException if the string is no token
   */
  static Named parse(String token) {
    try {
      byte[] bytes = Base64.getUrlDecoder().decode(token);
      // Base64 can encode the same bytes in several ways. Only our own encoding is accepted.
      if (!Base64.getUrlEncoder().withoutPadding().encodeToString(bytes).equals(token)) {
        throw invalid();
      }
      return read(ByteBuffer.wrap(bytes));
    } catch (IllegalArgumentException | BufferUnderflowException e) {
      throw invalid();
    }
  }

  private static Named read(ByteBuffer token) {
    if (token.get() != VERSION) {
      throw invalid();
    }
    byte[] arn = new byte[Short.toUnsignedInt(token.getShort())];
    if (token.remaining() != arn.length + ID_BYTES + RANDOM_BYTES) {
      throw invalid();
    }
    token.get(arn);
    byte[] id = new byte[ID_BYTES];
    token.get(id);
    // An ARN is ASCII. Any other byte is replaced by a character that no ARN has.
    String keyArn = new String(arn, StandardCharsets.US_ASCII);
    if (Arn.parse(keyArn).filter(GrantTokens::isOfKey).isEmpty()) {
      throw invalid();
    }
    return new Named(keyArn, HexFormat.of().formatHex(id));
  }

  private static boolean isOfKey(Arn arn) {
    return arn.service().equals(Names.SERVICE)
        && PARTITION.matcher(arn.partition()).matches()
        && REGION.matcher(arn.region()).matches()
        && ACCOUNT.matcher(arn.account()).matches()
        && arn.resource().startsWith(Names.KEY_PREFIX)
        && KeyResolver.isKeyId(arn.resource().substring(Names.KEY_PREFIX.length()));
  }

  /**
   * Requires that each string is a token. A token of another grant, or of one that no longer
   * exists, has no effect.
   *
   * @throws InvalidGrantTokenException if one is not
   */
  static void requireTokens(@Nullable List<String> tokens) {
    if (tokens != null) {
      tokens.forEach(GrantTokens::parse);
    }
  }

  private static InvalidGrantTokenException invalid() {
    // The service's own message was never recorded.
    return new InvalidGrantTokenException("embedded-kms: no grant was issued with this token");
  }
}
