package io.github.embeddedkms.junit;

import io.github.embeddedkms.Caller;
import io.github.embeddedkms.KmsService;
import io.github.embeddedkms.endpoint.KmsEndpoint;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Redirects the KMS clients of the application under test to the provider of a test class. All
 * classes use one endpoint, which is started once and then kept until the JVM ends: the application
 * may keep its clients longer than a class, as contexts that Spring caches do.
 */
// JUnit before 5.13 closes a CloseableResource, later versions close an AutoCloseable.
@SuppressWarnings("deprecation")
final class Redirection implements ExtensionContext.Store.CloseableResource, AutoCloseable {

  private static @Nullable RedirectedService service;
  private static @Nullable URI url;

  private final RedirectedService redirected;
  private final @Nullable KmsService before;

  private Redirection(RedirectedService redirected, @Nullable KmsService before) {
    this.redirected = redirected;
    this.before = before;
  }

  /**
   * Redirects clients to a provider until the redirection is closed.
   *
   * @throws ExtensionConfigurationException if the clients of this JVM cannot be redirected to it
   */
  static synchronized Redirection to(KmsService provider) {
    Caller caller = provider.defaultCaller();
    RedirectedService current = service;
    if (current == null) {
      current = start(caller);
    } else if (!current.defaultCaller().equals(caller)) {
      throw new ExtensionConfigurationException(
          "embedded-kms: this JVM already redirects clients to Region "
              + current.defaultCaller().region()
              + " and account "
              + current.defaultCaller().account()
              + "; use the same in all classes with redirect = true");
    } else {
      // A test may have changed them.
      RedirectProperties.set(url, caller);
    }
    return new Redirection(current, current.redirectTo(provider));
  }

  private static RedirectedService start(Caller caller) {
    RedirectProperties.requireFree(caller);
    Runnable restoreProperties = RedirectProperties.restorer(caller);
    RedirectedService created = new RedirectedService(caller);
    KmsEndpoint endpoint = startEndpoint(created);
    try {
      RedirectProperties.set(endpoint.url(), caller);
      if (RedirectProbe.isSdkPresent()) {
        RedirectProbe.requireRedirected(endpoint.url());
      }
    } catch (RuntimeException | Error e) {
      restoreProperties.run();
      endpoint.close();
      throw e;
    }
    AwsCalls.refuseEverywhere();
    service = created;
    url = endpoint.url();
    return created;
  }

  private static KmsEndpoint startEndpoint(KmsService service) {
    try {
      return KmsEndpoint.builder(service).daemon().failureListener(Settings::log).start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Redirects clients to what they were redirected to before. */
  @Override
  public void close() {
    redirected.restore(before);
  }
}
