package io.github.embeddedkms.signature;

import io.github.embeddedkms.model.SecretBytes;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Signs requests to one service in one Region with one access key.
 *
 * <p>Safe for use by several threads. Source: AWS Signature Version 4, "Create a signed AWS API
 * request".
 */
public final class RequestSigner implements AutoCloseable {

  private static final DateTimeFormatter TIMESTAMP =
      DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);
  private static final int DATE_LENGTH = 8;

  private final String accessKeyId;
  private final SecretBytes secretAccessKey;
  private final @Nullable String sessionToken;
  private final String region;
  private final String service;
  private final InstantSource clock;

  /**
   * Creates a signer.
   *
   * @param accessKeyId the access key id
   * @param secretAccessKey the secret access key; {@link #close()} closes it
   * @param sessionToken the session token of temporary credentials, or null
   * @param region the Region of the service
   * @param service the signing name of the service, {@code kms} for example
   * @param clock the time of the signatures
   */
  public RequestSigner(
      String accessKeyId,
      SecretBytes secretAccessKey,
      @Nullable String sessionToken,
      String region,
      String service,
      InstantSource clock) {
    this.accessKeyId = accessKeyId;
    this.secretAccessKey = secretAccessKey;
    this.sessionToken = sessionToken;
    this.region = region;
    this.service = service;
    this.clock = clock;
  }

  /**
   * Signs a request to the path {@code /} without a query. The signature covers all headers given.
   *
   * @param method the HTTP method
   * @param headers the headers to be signed; {@code Host} must be among them, headers that the
   *     transport may change must not
   * @param body the body
   * @return the headers that must be added to the request: {@code X-Amz-Date}, {@code
   *     X-Amz-Security-Token} if there is a session token, and {@code Authorization}
   */
  public Map<String, String> sign(String method, Map<String, String> headers, byte[] body) {
    String timestamp = TIMESTAMP.format(clock.instant());
    Map<String, String> added = new LinkedHashMap<>();
    added.put("X-Amz-Date", timestamp);
    if (sessionToken != null) {
      added.put("X-Amz-Security-Token", sessionToken);
    }
    Map<String, List<String>> signed = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    headers.forEach((name, value) -> signed.put(name, List.of(value)));
    added.forEach((name, value) -> signed.put(name, List.of(value)));
    CanonicalRequest request = CanonicalRequest.of(method, "/", signed, body);
    if (request.header("host") == null) {
      throw new IllegalArgumentException("the header Host must be signed");
    }
    added.put("Authorization", authorization(request, timestamp));
    return added;
  }

  private String authorization(CanonicalRequest request, String timestamp) {
    CredentialScope scope =
        new CredentialScope(timestamp.substring(0, DATE_LENGTH), region, service);
    List<String> signedHeaders = List.copyOf(request.headers().keySet());
    byte[] signature =
        SignatureVersion4.of(secretAccessKey, scope, timestamp, request, signedHeaders);
    return SignatureVersion4.ALGORITHM
        + " Credential="
        + accessKeyId
        + "/"
        + scope
        + ", SignedHeaders="
        + String.join(";", signedHeaders)
        + ", Signature="
        + HexFormat.of().formatHex(signature);
  }

  /** Wipes the secret access key. */
  @Override
  public void close() {
    secretAccessKey.close();
  }
}
