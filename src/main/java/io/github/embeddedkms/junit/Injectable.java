package io.github.embeddedkms.junit;

import io.github.embeddedkms.KmsClient;
import io.github.embeddedkms.local.AccessRecorder;
import io.github.embeddedkms.local.KmsClock;
import io.github.embeddedkms.local.LocalKeyProvider;
import java.net.URI;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The types that can be injected. They are identified by name, because the AWS SDK may not be on
 * the class path.
 */
enum Injectable {
  LOCAL_KEY_PROVIDER(LocalKeyProvider.class.getName()),
  KMS_CLIENT(KmsClient.class.getName()),
  SDK_CLIENT("software.amazon.awssdk.services.kms.KmsClient"),
  SDK_ASYNC_CLIENT("software.amazon.awssdk.services.kms.KmsAsyncClient"),
  ENDPOINT(URI.class.getName()),
  CLOCK(KmsClock.class.getName()),
  ACCESS_RECORDER(AccessRecorder.class.getName());

  private final String type;

  Injectable(String type) {
    this.type = type;
  }

  static Optional<Injectable> of(Class<?> type) {
    return Arrays.stream(values()).filter(i -> i.type.equals(type.getName())).findFirst();
  }

  static String types() {
    return Arrays.stream(values()).map(i -> i.type).collect(Collectors.joining(", "));
  }
}
