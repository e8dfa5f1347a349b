package io.github.embeddedkms.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.embeddedkms.KmsClient;
import io.github.embeddedkms.local.LocalKeyProvider;
import java.net.URI;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Runs separately, without the optional libraries. */
class WithoutAwsSdkExtensionTest {

  @EmbeddedKms(aliases = "alias/orders")
  static class Sample {

    @EmbeddedKms private static LocalKeyProvider provider;
    @EmbeddedKms private KmsClient kms;

    @Test
    void one(URI endpoint) {
      assertThat(kms).isSameAs(provider);
      assertThat(kms.describeKey(b -> b.keyId("alias/orders"))).isNotNull();
      assertThat(endpoint.getPort()).isPositive();
    }
  }

  @Test
  void extension_withoutTheAwsSdk_injectsTypesOfThisLibrary() {
    assertThatExceptionOfType(ClassNotFoundException.class)
        .isThrownBy(() -> Class.forName("software.amazon.awssdk.services.kms.KmsClient"));
    Samples.succeed(1, Sample.class);
  }

  @ExtendWith(RequestsTheSdk.class)
  static class RequestingSample {

    @Test
    void one() {}
  }

  static final class RequestsTheSdk implements BeforeEachCallback {

    static final AtomicReference<Throwable> REFUSED = new AtomicReference<>();

    @Override
    public void beforeEach(ExtensionContext context) {
      Scope scope = Scope.around(context, Settings.DEFAULT).get(0);
      try (ProviderResource provider = ProviderResource.open(scope, context, null)) {
        provider.get(Injectable.SDK_CLIENT);
      } catch (IllegalStateException e) {
        REFUSED.set(e);
      }
    }
  }

  /** If a test class names a missing type, JUnit itself fails before any extension is called. */
  @Test
  void clientOfTheSdk_withoutTheAwsSdk_isRefused() {
    Samples.succeed(1, RequestingSample.class);
    assertThat(RequestsTheSdk.REFUSED.get())
        .hasMessage(
            "embedded-kms: a client of the AWS SDK needs software.amazon.awssdk:kms 2.17.1 or"
                + " newer: add this dependency, or update it");
  }
}
