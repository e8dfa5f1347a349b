package io.github.embeddedkms.junit;

import io.github.embeddedkms.Caller;
import io.github.embeddedkms.KmsClient;
import io.github.embeddedkms.KmsService;
import io.github.embeddedkms.exception.AccessDeniedException;
import org.jspecify.annotations.Nullable;

/**
 * The service of the endpoint that redirected clients use: the provider of the current test class.
 * Safe for use by several threads.
 */
final class RedirectedService implements KmsService {

  private final Caller defaultCaller;
  private volatile @Nullable KmsService current;

  RedirectedService(Caller defaultCaller) {
    this.defaultCaller = defaultCaller;
  }

  /** Processes requests with another service from now on, and returns the service before. */
  @Nullable KmsService redirectTo(KmsService service) {
    KmsService before = current;
    current = service;
    return before;
  }

  void restore(@Nullable KmsService service) {
    current = service;
  }

  @Override
  public KmsClient client(Caller caller) {
    KmsService service = current;
    if (service == null) {
      // Not retryable: the client's user should see it at once.
      throw new AccessDeniedException(
          "embedded-kms: no test class with @EmbeddedKms(redirect = true) is running. Add it to"
              + " the test class whose application calls AWS KMS");
    }
    return service.client(caller);
  }

  @Override
  public Caller defaultCaller() {
    return defaultCaller;
  }
}
