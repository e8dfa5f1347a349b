package io.github.embeddedkms.awssdk;

import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.signer.AwsSignerExecutionAttribute;
import software.amazon.awssdk.core.client.config.ClientOverrideConfiguration;
import software.amazon.awssdk.core.client.config.SdkAdvancedClientOption;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.signer.Signer;
import software.amazon.awssdk.http.SdkHttpFullRequest;
import software.amazon.awssdk.regions.Region;

/**
 * Writes the credential that a signature would have, and no signature: the transport in memory
 * reads the caller from the credential and checks nothing. Signing takes about a third of the time
 * of a call.
 *
 * <p>Safe for use by several threads. Source: AWS Signature Version 4, the Authorization header.
 */
@SuppressWarnings("deprecation") // the interfaces that replace these are not in older versions
final class CallerSigner implements Signer {

  /** In the place of the date, which is not checked either. */
  private static final String NO_DATE = "00000000";

  /** Configures a client so that it does not sign its requests. */
  static void configure(ClientOverrideConfiguration.Builder client) {
    client.putAdvancedOption(SdkAdvancedClientOption.SIGNER, new CallerSigner());
  }

  @Override
  public SdkHttpFullRequest sign(SdkHttpFullRequest request, ExecutionAttributes attributes) {
    AwsCredentials credentials =
        attributes.getAttribute(AwsSignerExecutionAttribute.AWS_CREDENTIALS);
    Region region = attributes.getAttribute(AwsSignerExecutionAttribute.SIGNING_REGION);
    // Anonymous credentials have no id. The SDK's own signer leaves their requests unsigned too.
    if (credentials == null || credentials.accessKeyId() == null || region == null) {
      return request;
    }
    return request.toBuilder()
        .putHeader(
            "Authorization",
            "AWS4-HMAC-SHA256 Credential="
                + credentials.accessKeyId()
                + "/"
                + NO_DATE
                + "/"
                + region.id()
                + "/kms/aws4_request")
        .build();
  }
}
