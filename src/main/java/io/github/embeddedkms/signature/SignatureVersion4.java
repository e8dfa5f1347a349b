package io.github.embeddedkms.signature;

import io.github.embeddedkms.model.SecretBytes;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Computes the signature of a request from the request and a secret access key. The steps are
 * implemented here because every published implementation is part of an SDK; the hash and the MAC
 * are the JDK's.
 *
 * <p>Source: AWS Signature Version 4, "Create a signed AWS API request".
 */
final class SignatureVersion4 {

  static final String ALGORITHM = "AWS4-HMAC-SHA256";

  private static final String MAC = "HmacSHA256";

  private SignatureVersion4() {}

  /**
   * Computes a signature.
   *
   * @param secretAccessKey the secret that belongs to the access key id
   * @param scope day, Region and service
   * @param timestamp the value of {@code X-Amz-Date}
   * @param request the request
   * @param signedHeaders the names of the headers covered, in lower case; each is in the request
   * @return 32 bytes
   */
  static byte[] of(
      SecretBytes secretAccessKey,
      CredentialScope scope,
      String timestamp,
      CanonicalRequest request,
      List<String> signedHeaders) {
    String toSign =
        String.join(
            "\n",
            ALGORITHM,
            timestamp,
            scope.toString(),
            hexSha256(octets(request.text(signedHeaders))));
    byte[] key = signingKey(secretAccessKey, scope);
    try {
      return mac(key, toSign);
    } finally {
      Arrays.fill(key, (byte) 0);
    }
  }

  private static byte[] signingKey(SecretBytes secretAccessKey, CredentialScope scope) {
    byte[] key = secretAccessKey.lend(SignatureVersion4::prefixed);
    for (String step :
        List.of(scope.date(), scope.region(), scope.service(), CredentialScope.TERMINATOR)) {
      byte[] previous = key;
      key = mac(previous, step);
      Arrays.fill(previous, (byte) 0);
    }
    return key;
  }

  private static byte[] prefixed(byte[] secretAccessKey) {
    byte[] key = Arrays.copyOf(octets("AWS4"), 4 + secretAccessKey.length);
    System.arraycopy(secretAccessKey, 0, key, 4, secretAccessKey.length);
    return key;
  }

  private static byte[] mac(byte[] key, String text) {
    try {
      Mac mac = Mac.getInstance(MAC);
      mac.init(new SecretKeySpec(key, MAC));
      return mac.doFinal(octets(text));
    } catch (GeneralSecurityException e) {
      throw new AssertionError("every JDK has " + MAC, e);
    }
  }

  static String hexSha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (GeneralSecurityException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }

  /** Servers decode header octets as Latin-1, so this restores the octets that were sent. */
  private static byte[] octets(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }
}
