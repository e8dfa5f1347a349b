package io.github.embeddedkms.junit;

import java.io.ByteArrayInputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.util.VersionInfo;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.SdkHttpResponse;
import software.amazon.awssdk.services.kms.KmsClient;

/**
 * Finds out where a client of the AWS SDK with default settings sends its requests, without sending
 * one. Older versions of the SDK do not read the endpoint from a system property, and settings can
 * make any version ignore it.
 */
final class RedirectProbe implements SdkHttpClient {

  private static final int OK = 200;

  private @Nullable SdkHttpRequest request;

  private RedirectProbe() {}

  static boolean isSdkPresent() {
    try {
      Class.forName(
          "software.amazon.awssdk.services.kms.KmsClient",
          false,
          RedirectProbe.class.getClassLoader());
      return true;
    } catch (ClassNotFoundException e) {
      return false;
    }
  }

  static void requireRedirected(URI endpoint) {
    RedirectProbe probe = new RedirectProbe();
    try (KmsClient client = KmsClient.builder().httpClient(probe).build()) {
      client.listKeys();
    } catch (SdkException e) {
      throw notRedirected("fails: " + e.getMessage(), e);
    }
    SdkHttpRequest sent = probe.request;
    if (sent == null || sent.port() != endpoint.getPort()) {
      throw notRedirected("calls " + (sent == null ? "nothing" : sent.host()), null);
    }
  }

  private static ExtensionConfigurationException notRedirected(
      String what, @Nullable Throwable cause) {
    return new ExtensionConfigurationException(
        "embedded-kms: redirect = true has no effect: a KmsClient of the AWS SDK "
            + VersionInfo.SDK_VERSION
            + " "
            + what
            + ". Use version 2.28.1 or newer, and remove the setting that makes the SDK ignore"
            + " configured endpoint URLs",
        cause);
  }

  @Override
  public ExecutableHttpRequest prepareRequest(HttpExecuteRequest toSend) {
    request = toSend.httpRequest();
    return new ExecutableHttpRequest() {
      @Override
      public HttpExecuteResponse call() {
        byte[] noKeys = "{\"Keys\":[]}".getBytes(StandardCharsets.UTF_8);
        return HttpExecuteResponse.builder()
            .response(SdkHttpResponse.builder().statusCode(OK).build())
            .responseBody(AbortableInputStream.create(new ByteArrayInputStream(noKeys)))
            .build();
      }

      @Override
      public void abort() {
        // Nothing is sent.
      }
    };
  }

  @Override
  public String clientName() {
    return "EmbeddedKms";
  }

  @Override
  public void close() {
    // There is no connection.
  }
}
