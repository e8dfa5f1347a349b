package io.github.embeddedkms.junit;

import io.github.embeddedkms.KmsService;
import io.github.embeddedkms.awssdk.AwsSdk;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.kms.KmsAsyncClient;
import software.amazon.awssdk.services.kms.KmsClient;

/**
 * The AWS SDK's clients. This class is loaded only when a client is requested. Its owner's lock
 * guards it.
 */
final class SdkClients {

  private final KmsService service;
  private @Nullable KmsClient client;
  private @Nullable KmsAsyncClient asyncClient;

  SdkClients(KmsService service) {
    this.service = service;
  }

  KmsClient client() {
    if (client == null) {
      client = AwsSdk.client(service);
    }
    return client;
  }

  KmsAsyncClient asyncClient() {
    if (asyncClient == null) {
      asyncClient = AwsSdk.asyncClient(service);
    }
    return asyncClient;
  }

  void close() {
    if (client != null) {
      client.close();
    }
    if (asyncClient != null) {
      asyncClient.close();
    }
  }
}
