package io.github.embeddedkms.wire;

import io.github.embeddedkms.exception.IncompleteSignatureException;
import io.github.embeddedkms.exception.InvalidSignatureException;
import io.github.embeddedkms.exception.MissingAuthenticationTokenException;
import io.github.embeddedkms.exception.UnrecognizedClientException;
import io.github.embeddedkms.model.SecretBytes;
import io.github.embeddedkms.wire.SignatureVersion4.Scope;
import java.security.MessageDigest;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Lets through what was signed by somebody known, and as it came: the host, the moment, the target
 * and the body are all under the signature, and the moment is near.
 *
 * <p>Safe for use by several threads. Source: AWS Signature Version 4; what it calls a common error
 * is what the service answers.
 */
public final class SignatureVerifier implements AutoCloseable {

  /** How far the moment of a signature may be from now, on either side. */
  public static final Duration TOLERANCE = Duration.ofMinutes(15);

  private static final String SERVICE = "kms";
  private static final String HOST = "host";
  private static final String DATE = "x-amz-date";
  private static final DateTimeFormatter TIMESTAMP =
      DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'");

  // AWS4-HMAC-SHA256 Credential=<id>/<date>/<Region>/kms/aws4_request, SignedHeaders=…, Signature=…
  private static final Pattern AUTHORIZATION =
      Pattern.compile(
          SignatureVersion4.ALGORITHM
              + " Credential=([^/,\\s]+)/(\\d{8})/([a-z0-9-]+)/([a-z0-9-]+)/"
              + SignatureVersion4.TERMINATOR
              + ", ?SignedHeaders=([a-z0-9;._-]+), ?Signature=([0-9a-f]{64})");

  private final Map<String, SecretBytes> secretAccessKeys = new HashMap<>();
  private final InstantSource clock;

  /**
   * Knows some credentials.
   *
   * @param secretAccessKeys secret access keys by their access key ids
   * @param clock what the moment of a signature is compared with
   */
  public SignatureVerifier(Map<String, String> secretAccessKeys, InstantSource clock) {
    secretAccessKeys.forEach(
        (id, secret) -> this.secretAccessKeys.put(id, SecretBytes.fromUtf8String(secret)));
    this.clock = clock;
  }

  /**
   * Checks the signature of a request.
   *
   * @param request the request, all of it
   * @throws MissingAuthenticationTokenException if it is not signed
   * @throws IncompleteSignatureException if its signature is not of the form, or does not cover
   *     what it must
   * @throws UnrecognizedClientException if nobody known has signed it
   * @throws InvalidSignatureException if it was signed too long ago or too far ahead, or is not
   *     what was signed
   */
  public void verify(SignedRequest request) {
    String authorization = request.header("authorization");
    if (authorization == null) {
      throw new MissingAuthenticationTokenException("embedded-kms: the request is not signed");
    }
    Matcher parts = AUTHORIZATION.matcher(authorization);
    if (!parts.matches()) {
      throw new IncompleteSignatureException(
          "embedded-kms: the Authorization header is not that of a request signed with "
              + SignatureVersion4.ALGORITHM);
    }
    Scope scope = new Scope(parts.group(2), parts.group(3), parts.group(4));
    List<String> signedHeaders = List.of(parts.group(5).split(";"));
    String timestamp = timestamp(request, scope);
    requireCoverage(request, signedHeaders);
    SecretBytes secretAccessKey = secretAccessKeys.get(parts.group(1));
    if (secretAccessKey == null || request.header("x-amz-security-token") != null) {
      // No session tokens are issued here, so none can be known.
      throw new UnrecognizedClientException(
          "The security token included in the request is invalid.");
    }
    requireNearness(timestamp);
    byte[] expected =
        SignatureVersion4.of(secretAccessKey, scope, timestamp, request, signedHeaders);
    byte[] given = HexFormat.of().parseHex(parts.group(6));
    if (!MessageDigest.isEqual(expected, given)) {
      throw new InvalidSignatureException(
          "embedded-kms: the request is not what was signed, or was signed with another secret"
              + " access key");
    }
  }

  /** Wipes the secrets. */
  @Override
  public void close() {
    secretAccessKeys.values().forEach(SecretBytes::close);
  }

  private static String timestamp(SignedRequest request, Scope scope) {
    String timestamp = request.header(DATE);
    if (timestamp == null) {
      throw new IncompleteSignatureException("embedded-kms: the header X-Amz-Date is missing");
    }
    if (!timestamp.startsWith(scope.date()) || !scope.service().equals(SERVICE)) {
      throw new InvalidSignatureException(
          "embedded-kms: the scope of the signature is not of the day of X-Amz-Date and the service "
              + SERVICE);
    }
    return timestamp;
  }

  /** What decides what a request does must be signed, or it could be sent again as another one. */
  private static void requireCoverage(SignedRequest request, List<String> signedHeaders) {
    for (String name : signedHeaders) {
      if (request.header(name) == null) {
        throw new IncompleteSignatureException(
            "embedded-kms: the signature covers a header that is missing: " + name);
      }
    }
    for (String name : request.headers().keySet()) {
      boolean mustBeSigned = name.equals(HOST) || name.startsWith("x-amz-");
      if (mustBeSigned && !signedHeaders.contains(name)) {
        throw new IncompleteSignatureException(
            "embedded-kms: the signature does not cover the header " + name);
      }
    }
    if (!signedHeaders.contains(HOST)) {
      throw new IncompleteSignatureException("embedded-kms: the header Host is missing");
    }
  }

  private void requireNearness(String timestamp) {
    Instant signed;
    try {
      signed = LocalDateTime.parse(timestamp, TIMESTAMP).toInstant(ZoneOffset.UTC);
    } catch (DateTimeException e) {
      throw new IncompleteSignatureException(
          "embedded-kms: X-Amz-Date is not of the form 20260304T050607Z");
    }
    Instant now = clock.instant();
    if (Duration.between(signed, now).abs().compareTo(TOLERANCE) > 0) {
      throw new InvalidSignatureException(
          "embedded-kms: the request was signed at "
              + signed
              + ", more than 15 minutes from now, "
              + now);
    }
  }
}
