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
import org.jspecify.annotations.Nullable;

/**
 * Grant tokens. A token names a grant and is no secret: who presents one may do no more than
 * without it, because a grant counts from the moment at which it is created. It is not stored. Each
 * creation of a grant returns another token, and all of them are equal.
 *
 * <p>Its form is Base64url without padding of: a version byte, the length of the key's ARN in two
 * bytes, the ARN, the id of the grant in 32 bytes, 16 random bytes.
 */
final class GrantTokens {

  private static final int VERSION = 1;
  private static final int ID_BYTES = 32;
  private static final int RANDOM_BYTES = 16;

  /** The grant that a token names. */
  record Named(String keyArn, String grantId) {}

  private GrantTokens() {}

  /** Creates another token for a grant. */
  static String create(String keyArn, String grantId) {
    byte[] arn = keyArn.getBytes(StandardCharsets.UTF_8);
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
    String keyArn = new String(arn, StandardCharsets.UTF_8);
    if (Arn.parse(keyArn).filter(GrantTokens::isOfKey).isEmpty()) {
      throw invalid();
    }
    return new Named(keyArn, HexFormat.of().formatHex(id));
  }

  private static boolean isOfKey(Arn arn) {
    return arn.service().equals(Names.SERVICE) && arn.resource().startsWith(Names.KEY_PREFIX);
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
