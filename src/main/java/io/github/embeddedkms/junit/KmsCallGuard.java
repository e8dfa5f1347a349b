package io.github.embeddedkms.junit;

import java.util.regex.Pattern;
import software.amazon.awssdk.awscore.AwsExecutionAttribute;
import software.amazon.awssdk.core.ClientType;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.core.interceptor.SdkExecutionAttribute;

/**
 * Keeps tests with {@link EmbeddedKms} from calling AWS KMS with real credentials. Every KMS client
 * of the AWS SDK loads this interceptor, by a file on the class path. It does nothing unless a test
 * with the annotation runs on the calling thread, or the JVM redirects clients. Then it refuses
 * requests to hosts of AWS, before they are sent, with an {@link SdkClientException} that names the
 * client and what to do. Clients over {@code AwsSdk}'s transports in memory are not affected.
 *
 * <p>Not for use by applications. Safe for use by several threads.
 */
public final class KmsCallGuard implements ExecutionInterceptor {

  /** The domains of all partitions; those with IPv6 of the public partitions. */
  private static final Pattern HOST_OF_AWS =
      Pattern.compile(
          "(?i).*\\.(amazonaws\\.(com|com\\.cn|eu)|api\\.aws|api\\.amazonwebservices\\.(com\\.cn|eu)"
              + "|(c2s|csp\\.hci)\\.ic\\.gov|sc2s\\.sgov\\.gov|cloud\\.adc-e\\.uk)");

  /** Part of the user agent, in the spelling of all versions of the SDK. */
  private static final Pattern IN_MEMORY = Pattern.compile("\\bhttp[/#]EmbeddedKms\\b");

  /** Creates the interceptor, for the AWS SDK. */
  public KmsCallGuard() {}

  @Override
  public void beforeTransmission(
      Context.BeforeTransmission context, ExecutionAttributes attributes) {
    String host = context.httpRequest().host();
    if (AwsCalls.areRefusedHere() && HOST_OF_AWS.matcher(host).matches() && !isInMemory(context)) {
      throw SdkClientException.create(
          "embedded-kms: this test would have called AWS: the "
              + (attributes.getAttribute(SdkExecutionAttribute.CLIENT_TYPE) == ClientType.ASYNC
                  ? "KmsAsyncClient"
                  : "KmsClient")
              + " for "
              + attributes.getAttribute(AwsExecutionAttribute.AWS_REGION)
              + " was about to send "
              + attributes.getAttribute(SdkExecutionAttribute.OPERATION_NAME)
              + " to "
              + host
              + ". "
              + remedy());
    }
  }

  private static String remedy() {
    return AwsCalls.areRefusedEverywhere()
        ? "It was created before the first class with @EmbeddedKms(redirect = true), or with an"
            + " endpointOverride. Create it later, and without one"
        : "Use @EmbeddedKms(redirect = true) on the test class, or give the code an injected"
            + " client";
  }

  private static boolean isInMemory(Context.BeforeTransmission context) {
    return context
        .httpRequest()
        .firstMatchingHeader("User-Agent")
        .filter(agent -> IN_MEMORY.matcher(agent).find())
        .isPresent();
  }
}
