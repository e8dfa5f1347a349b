package io.github.embeddedkms.wire;

/**
 * A response is not one that AWS KMS sends: the server is not KMS, something between client and
 * server has changed the response, or it is from a version of the service that this library does
 * not know. Whether the operation was carried out is not known.
 */
public final class UnexpectedResponseException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates the failure.
   *
   * @param operation the name of the operation
   * @param reason what is wrong with the response
   */
  UnexpectedResponseException(String operation, String reason) {
    super("embedded-kms: the response to " + operation + " is not one of AWS KMS: " + reason);
  }
}
