package io.github.embeddedkms.signature;

/**
 * What a signature is valid for.
 *
 * <p>Source: AWS Signature Version 4, "Credential scope".
 *
 * @param date the day in UTC, {@code 20260304}
 * @param region the Region
 * @param service the signing name of the service
 */
record CredentialScope(String date, String region, String service) {

  static final String TERMINATOR = "aws4_request";

  @Override
  public String toString() {
    return String.join("/", date, region, service, TERMINATOR);
  }
}
