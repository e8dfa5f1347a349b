package io.github.embeddedkms.wire;

import io.github.embeddedkms.exception.IncompleteSignatureException;
import io.github.embeddedkms.exception.InvalidSignatureException;
import io.github.embeddedkms.exception.KmsException;
import io.github.embeddedkms.exception.MissingAuthenticationTokenException;
import io.github.embeddedkms.exception.UnrecognizedClientException;
import io.github.embeddedkms.signature.CanonicalRequest;
import io.github.embeddedkms.signature.InvalidRequestSignatureException;
import io.github.embeddedkms.signature.SignatureVerifier;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;

/**
 * Admits the requests that are signed with a known secret access key, and reports the others by the
 * service's errors.
 *
 * <p>Safe for use by several threads. Source: AWS KMS API Reference, "Common Errors".
 */
public final class RequestAuthenticator implements AutoCloseable {

  private static final String SERVICE = "kms";

  private final SignatureVerifier signatures;

  /**
   * Creates an authenticator.
   *
   * @param secretAccessKeys secret access keys by their access key ids
   * @param clock the clock with which the time of a signature is compared
   */
  public RequestAuthenticator(Map<String, String> secretAccessKeys, InstantSource clock) {
    this.signatures = new SignatureVerifier(secretAccessKeys, SERVICE, clock);
  }

  /**
   * Verifies the signature of a request.
   *
   * @param method the HTTP method
   * @param path the path, without a query
   * @param headers names in any case, with all their values in the order of the request
   * @param body the body
   * @throws MissingAuthenticationTokenException if the request is not signed
   * @throws IncompleteSignatureException if the signature is malformed, or does not cover what it
   *     must
   * @throws UnrecognizedClientException if the access key id is not known
   * @throws InvalidSignatureException if the signature is more than 15 minutes old or in the
   *     future, or is not that of the request
   */
  public void authenticate(
      String method, String path, Map<String, List<String>> headers, byte[] body) {
    try {
      signatures.verify(CanonicalRequest.of(method, path, headers, body));
    } catch (InvalidRequestSignatureException e) {
      throw serviceError(e);
    }
  }

  private static KmsException serviceError(InvalidRequestSignatureException e) {
    String message = e.getMessage();
    return switch (e.reason()) {
      case MISSING -> new MissingAuthenticationTokenException(message);
      case INCOMPLETE -> new IncompleteSignatureException(message);
      case UNRECOGNIZED -> new UnrecognizedClientException(message);
      case INVALID -> new InvalidSignatureException(message);
    };
  }

  /** Wipes the secrets. */
  @Override
  public void close() {
    signatures.close();
  }
}
