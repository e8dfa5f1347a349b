package io.github.embeddedkms.signature;

import io.github.embeddedkms.model.SecretBytes;
import io.github.embeddedkms.signature.InvalidRequestSignatureException.Reason;
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
 * Verifies that a request was signed with a known secret access key, recently, and arrived as it
 * was signed: the host, the time, the target and the body are all covered by the signature.
 *
 * <p>Safe for use by several threads. Source: AWS Signature Version 4.
 */
public final class SignatureVerifier implements AutoCloseable {

  /** How far the time of a signature may be from the current time, in either direction. */
  public static final Duration TOLERANCE = Duration.ofMinutes(15);

  private static final String HOST = "host";
  private static final String DATE = "x-amz-date";
  private static final DateTimeFormatter TIMESTAMP =
      DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'");

  // A Region is no longer than those that a caller can have.
  // AWS4-HMAC-SHA256 Credential=<id>/<date>/<Region>/kms/aws4_request, SignedHeaders=…, Signature=…
  private static final Pattern AUTHORIZATION =
      Pattern.compile(
          SignatureVersion4.ALGORITHM
              + " Credential=([^/,\\s]+)/(\\d{8})/([a-z0-9-]{1,32})/([a-z0-9-]+)/"
              + CredentialScope.TERMINATOR
              + ", ?SignedHeaders=([a-z0-9;._-]+), ?Signature=([0-9a-f]{64})");

  private final Map<String, SecretBytes> secretAccessKeys = new HashMap<>();
  private final String service;
  private final InstantSource clock;

  /**
   * Creates a verifier for one service.
   *
   * @param secretAccessKeys secret access keys by their access key ids
   * @param service the signing name of the service, {@code kms} for example
   * @param clock the clock with which the time of a signature is compared
   */
  public SignatureVerifier(
      Map<String, String> secretAccessKeys, String service, InstantSource clock) {
    secretAccessKeys.forEach(
        (id, secret) -> this.secretAccessKeys.put(id, SecretBytes.fromUtf8String(secret)));
    this.service = service;
    this.clock = clock;
  }

  /**
   * Verifies the signature of a request.
   *
   * @param request the whole request
   * @throws InvalidRequestSignatureException if the request is not signed, or its signature is not
   *     valid
   */
  public void verify(CanonicalRequest request) throws InvalidRequestSignatureException {
    String authorization = request.header("authorization");
    if (authorization == null) {
      throw new InvalidRequestSignatureException(
          Reason.MISSING, "embedded-kms: the request is not signed");
    }
    Matcher parts = AUTHORIZATION.matcher(authorization);
    if (!parts.matches()) {
      throw new InvalidRequestSignatureException(
          Reason.INCOMPLETE,
          "embedded-kms: the Authorization header is not that of a request signed with "
              + SignatureVersion4.ALGORITHM);
    }
    CredentialScope scope = new CredentialScope(parts.group(2), parts.group(3), parts.group(4));
    List<String> signedHeaders = List.of(parts.group(5).split(";"));
    String timestamp = timestamp(request, scope);
    requireCoverage(request, signedHeaders);
    SecretBytes secretAccessKey = secretAccessKeys.get(parts.group(1));
    // A session token proves nothing more: only the holder of the secret can sign the request.
    if (secretAccessKey == null) {
      throw new InvalidRequestSignatureException(
          Reason.UNRECOGNIZED, "The security token included in the request is invalid.");
    }
    requireRecent(timestamp);
    byte[] expected =
        SignatureVersion4.of(secretAccessKey, scope, timestamp, request, signedHeaders);
    byte[] given = HexFormat.of().parseHex(parts.group(6));
    if (!MessageDigest.isEqual(expected, given)) {
      throw new InvalidRequestSignatureException(
          Reason.INVALID,
          "embedded-kms: the request is not what was signed, or was signed with another secret"
              + " access key");
    }
  }

  /** Wipes the secrets. */
  @Override
  public void close() {
    secretAccessKeys.values().forEach(SecretBytes::close);
  }

  private String timestamp(CanonicalRequest request, CredentialScope scope)
      throws InvalidRequestSignatureException {
    String timestamp = request.header(DATE);
    if (timestamp == null) {
      throw new InvalidRequestSignatureException(
          Reason.INCOMPLETE, "embedded-kms: the header X-Amz-Date is missing");
    }
    if (!timestamp.startsWith(scope.date()) || !scope.service().equals(service)) {
      throw new InvalidRequestSignatureException(
          Reason.INVALID,
          "embedded-kms: the scope of the signature is not of the day of X-Amz-Date and the service"
              + " "
              + service);
    }
    return timestamp;
  }

  /**
   * Refuses unsigned headers that change a request's meaning: they allow replay as another request.
   */
  private static void requireCoverage(CanonicalRequest request, List<String> signedHeaders)
      throws InvalidRequestSignatureException {
    for (String name : signedHeaders) {
      if (request.header(name) == null) {
        throw new InvalidRequestSignatureException(
            Reason.INCOMPLETE,
            "embedded-kms: the signature covers a header that is missing: " + name);
      }
    }
    for (String name : request.headers().keySet()) {
      boolean mustBeSigned = name.equals(HOST) || name.startsWith("x-amz-");
      if (mustBeSigned && !signedHeaders.contains(name)) {
        throw new InvalidRequestSignatureException(
            Reason.INCOMPLETE, "embedded-kms: the signature does not cover the header " + name);
      }
    }
    if (!signedHeaders.contains(HOST)) {
      throw new InvalidRequestSignatureException(
          Reason.INCOMPLETE, "embedded-kms: the header Host is missing");
    }
  }

  private void requireRecent(String timestamp) throws InvalidRequestSignatureException {
    Instant signed;
    try {
      signed = LocalDateTime.parse(timestamp, TIMESTAMP).toInstant(ZoneOffset.UTC);
    } catch (DateTimeException e) {
      throw new InvalidRequestSignatureException(
          Reason.INCOMPLETE, "embedded-kms: X-Amz-Date is not of the form 20260304T050607Z");
    }
    Instant now = clock.instant();
    if (Duration.between(signed, now).abs().compareTo(TOLERANCE) > 0) {
      throw new InvalidRequestSignatureException(
          Reason.INVALID,
          "embedded-kms: the request was signed at "
              + signed
              + ", more than 15 minutes from now, "
              + now);
    }
  }
}
