package io.github.embeddedkms.junit;

import io.github.embeddedkms.KmsService;
import io.github.embeddedkms.endpoint.KmsEndpoint;
import io.github.embeddedkms.local.AccessRecorder;
import io.github.embeddedkms.local.KmsClock;
import io.github.embeddedkms.local.LocalKeyProvider;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A provider and the objects that were injected for it. All are closed together when the provider's
 * context ends. Safe for use by several threads.
 */
// JUnit before 5.13 closes a CloseableResource, later versions close an AutoCloseable.
@SuppressWarnings("deprecation")
final class ProviderResource implements ExtensionContext.Store.CloseableResource, AutoCloseable {

  private final Settings settings;
  private final ExtensionContext owner;
  private final LocalKeyProvider provider;

  /** Makes the calls of the clients if they are recorded. */
  private final @Nullable AccessRecorder recorder;

  private final Refusals refusals;

  /** The clock of the settings, or the provider's own. */
  private final InstantSource clock;

  private @Nullable SdkClients sdkClients;
  private @Nullable KmsEndpoint endpoint;

  private ProviderResource(
      Settings settings,
      ExtensionContext owner,
      LocalKeyProvider provider,
      @Nullable AccessRecorder recorder,
      Refusals refusals,
      InstantSource clock) {
    this.settings = settings;
    this.owner = owner;
    this.provider = provider;
    this.recorder = recorder;
    this.refusals = refusals;
    this.clock = clock;
  }

  /**
   * Creates a provider.
   *
   * @param access records what is done with it; null if that is not wanted
   */
  static ProviderResource open(
      Scope scope, ExtensionContext owner, @Nullable RecordedAccess access) {
    Settings settings = scope.settings();
    InstantSource given = settings.clock();
    // It shows the system's time until a test turns it.
    InstantSource clock = given == null ? KmsClock.running() : given;
    Refusals refusals = new Refusals();
    LocalKeyProvider provider = settings.provider(scope.testClass(), clock, refusals);
    AccessRecorder recorder = access == null ? null : access.around(provider);
    ProviderResource resource =
        new ProviderResource(settings, owner, provider, recorder, refusals, clock);
    try {
      resource.createAliases();
      return resource;
    } catch (RuntimeException | Error e) {
      provider.close();
      throw e;
    }
  }

  /** Returns the context whose tests use this provider. */
  ExtensionContext owner() {
    return owner;
  }

  /** Returns the refusals of this provider. */
  Refusals refusals() {
    return refusals;
  }

  /**
   * Returns whether several tests share this provider and it is reset before each of them. If
   * clients are redirected, it is not: the application may have created keys when it started.
   */
  boolean isResetBeforeEach() {
    return owner.getTestMethod().isEmpty() && settings.resetBeforeEach() && !settings.redirect();
  }

  /** Redirects the clients of the application under test to this provider. */
  Redirection redirect() {
    return Redirection.to(service());
  }

  void reset() {
    if (settings.clock() == null && clock instanceof KmsClock own) {
      // Before the keys, whose creation dates it gives.
      own.reset();
    }
    refusals.reset();
    provider.reset();
    createAliases();
  }

  private void createAliases() {
    for (String alias : settings.aliases()) {
      try {
        String keyId = provider.createKey(key -> {}).keyMetadata().keyId();
        provider.createAlias(request -> request.aliasName(alias).targetKeyId(keyId));
      } catch (RuntimeException e) {
        throw new ExtensionConfigurationException("embedded-kms: cannot create " + alias, e);
      }
    }
  }

  synchronized Object get(Injectable type) {
    return switch (type) {
      case LOCAL_KEY_PROVIDER -> provider;
      case KMS_CLIENT -> recorder == null ? provider : recorder.client(recorder.defaultCaller());
      case SDK_CLIENT -> sdkClients().client();
      case SDK_ASYNC_CLIENT -> sdkClients().asyncClient();
      case ENDPOINT -> endpoint().url();
      case CLOCK -> clock();
      case ACCESS_RECORDER -> recorder();
    };
  }

  private KmsService service() {
    return recorder == null ? provider : recorder;
  }

  private AccessRecorder recorder() {
    if (recorder == null) {
      throw new ExtensionConfigurationException(
          "embedded-kms: an AccessRecorder can be injected only with recordAccess = true");
    }
    return recorder;
  }

  private KmsClock clock() {
    if (clock instanceof KmsClock turned) {
      return turned;
    }
    throw new ExtensionConfigurationException(
        "embedded-kms: a KmsClock cannot be injected, since the extension's builder has another"
            + " clock; set a KmsClock there, or none");
  }

  private SdkClients sdkClients() {
    if (sdkClients == null) {
      sdkClients = new SdkClients(service());
    }
    return sdkClients;
  }

  private KmsEndpoint endpoint() {
    if (endpoint == null) {
      try {
        endpoint = KmsEndpoint.start(service());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return endpoint;
  }

  @Override
  public synchronized void close() {
    try {
      if (sdkClients != null) {
        sdkClients.close();
      }
    } finally {
      if (endpoint != null) {
        endpoint.close();
      }
      provider.close();
    }
  }
}
