package io.github.embeddedkms.wire;

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
 * The signature that a request must have, computed from the request and a secret access key. No
 * implementation of it comes without an SDK around it, so the steps stand here; the hash and the
 * MAC are the JDK's.
 *
 * <p>Source: AWS Signature Version 4, "Create a signed AWS API request".
 */
final class SignatureVersion4 {

  static final String ALGORITHM = "AWS4-HMAC-SHA256";
  static final String TERMINATOR = "aws4_request";

  private static final String MAC = "HmacSHA256";

  /**
   * What a signature is good for.
   *
   * @param date the day, {@code 20260304}
   * @param region the Region
   * @param service the service's signing name
   */
  record Scope(String date, String region, String service) {

    @Override
    public String toString() {
      return String.join("/", date, region, service, TERMINATOR);
    }
  }

  private SignatureVersion4() {}

  /**
   * Computes a signature.
   *
   * @param secretAccessKey the secret behind the access key id
   * @param scope day, Region and service
   * @param timestamp the value of {@code X-Amz-Date}
   * @param request the request
   * @param signedHeaders the names of the headers covered, in lower case; each is in the request
   * @return 32 bytes
   */
  static byte[] of(
      SecretBytes secretAccessKey,
      Scope scope,
      String timestamp,
      SignedRequest request,
      List<String> signedHeaders) {
    String toSign =
        String.join(
            "\n",
            ALGORITHM,
            timestamp,
            scope.toString(),
            hexSha256(octets(canonicalRequest(request, signedHeaders))));
    byte[] key = signingKey(secretAccessKey, scope);
    try {
      return mac(key, toSign);
    } finally {
      Arrays.fill(key, (byte) 0);
    }
  }

  static String canonicalRequest(SignedRequest request, List<String> signedHeaders) {
    StringBuilder canonical = new StringBuilder(request.method()).append("\n/\n\n");
    for (String name : signedHeaders) {
      canonical.append(name).append(':').append(request.header(name)).append('\n');
    }
    return canonical
        .append('\n')
        .append(String.join(";", signedHeaders))
        .append('\n')
        // Always over the body that came, whatever x-amz-content-sha256 says of it.
        .append(hexSha256(request.body()))
        .toString();
  }

  private static byte[] signingKey(SecretBytes secretAccessKey, Scope scope) {
    byte[] key = secretAccessKey.lend(SignatureVersion4::prefixed);
    for (String step : List.of(scope.date(), scope.region(), scope.service(), TERMINATOR)) {
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

  private static String hexSha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (GeneralSecurityException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }

  /** Servers read the octets of a header as Latin-1: so they come back as they were sent. */
  private static byte[] octets(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }
}
