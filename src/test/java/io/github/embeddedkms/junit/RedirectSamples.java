package io.github.embeddedkms.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.embeddedkms.local.AccessRecorder;
import io.github.embeddedkms.local.LocalKeyProvider;
import java.net.URI;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.ClassOrderer;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestClassOrder;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.platform.testkit.engine.EngineTestKit;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.kms.model.KmsException;

/**
 * Test classes of an application that creates its own client. {@link RedirectTest} runs them in a
 * JVM of their own, since redirection lasts until the JVM ends.
 */
final class RedirectSamples {

  /** A key of /seeds/orders.yaml. */
  private static final String SEEDED_KEY = "bc436485-5092-42b8-92a3-0aa8b93536dc";

  private RedirectSamples() {}

  /**
   * Runs samples with JUnit, in this order.
   *
   * @param arguments the simple names of the samples; {@code --parallel} first for all at once
   */
  public static void main(String[] arguments) throws Exception {
    boolean parallel = arguments[0].equals("--parallel");
    Class<?>[] samples = new Class<?>[arguments.length - (parallel ? 1 : 0)];
    for (int i = 0; i < samples.length; i++) {
      samples[i] =
          Class.forName(RedirectSamples.class.getName() + "$" + arguments[i + (parallel ? 1 : 0)]);
    }
    EngineTestKit.Builder kit = parallel ? Samples.parallel(samples) : Samples.kit(samples);
    String deactivated = System.getProperty("conditions.deactivated", "none");
    kit
        .configurationParameter("junit.jupiter.conditions.deactivate", deactivated)
        .execute()
        .allEvents()
        .finished()
        .stream()
        .forEach(event -> System.out.println(RedirectTest.lineOf(event)));
  }

  /** An application whose context is cached, as Spring does, with its client. */
  static final class Application {

    private static Application cached;

    private final KmsClient kms = KmsClient.create();

    static synchronized Application get() {
      if (cached == null) {
        cached = new Application();
      }
      return cached;
    }

    int keys() {
      return kms.listKeys().keys().size();
    }
  }

  @EmbeddedKms(redirect = true, aliases = "alias/orders")
  @TestMethodOrder(MethodOrderer.MethodName.class)
  static class First {

    @EmbeddedKms private LocalKeyProvider provider;

    @Test
    void clientOfTheApplication_usesTheInjectedProvider(KmsClient injected, URI endpoint) {
      String keyId = Application.get().kms.createKey().keyMetadata().keyId();
      assertThat(provider.describeKey(b -> b.keyId(keyId)).keyMetadata().keyId()).isEqualTo(keyId);
      assertThat(injected.listKeys().keys()).hasSize(2);
      assertThat(Application.get().kms.describeKey(b -> b.keyId("alias/orders"))).isNotNull();
      assertThat(endpoint).isNotNull();
    }

    @Test
    void keys_areKeptBetweenTests() {
      assertThat(Application.get().keys()).isEqualTo(2);
    }

    @Nested
    class Within {

      @Test
      void nestedClass_isRedirectedToo() {
        assertThat(Application.get().keys()).isEqualTo(2);
      }
    }
  }

  @EmbeddedKms
  static class Plain {

    @Test
    void clientOfTheApplication_isRefused(KmsClient injected) {
      assertThat(injected.listKeys().keys()).isEmpty();
      assertThatExceptionOfType(KmsException.class)
          .isThrownBy(() -> Application.get().keys())
          .withMessageContaining(
              "embedded-kms: no test class with @EmbeddedKms(redirect = true) is running. Add it to"
                  + " the test class whose application calls AWS KMS")
          .satisfies(e -> assertThat(e.statusCode()).isEqualTo(400));
    }
  }

  @EmbeddedKms(redirect = true, aliases = "alias/letters")
  @TestClassOrder(ClassOrderer.ClassName.class)
  static class Second {

    @Test
    void keys_areThoseOfThisClass() {
      assertThat(Application.get().keys()).isEqualTo(1);
      assertThat(Application.get().kms.describeKey(b -> b.keyId("alias/letters"))).isNotNull();
    }

    @Nested
    @EmbeddedKms(redirect = true)
    class Own {

      @Test
      void nestedClass_withItsOwnAnnotation_hasItsOwnKeys() {
        assertThat(Application.get().keys()).isZero();
      }
    }

    @Nested
    class Rest {

      @Test
      void enclosingKeys_areThereAgain() {
        assertThat(Application.get().keys()).isEqualTo(1);
      }
    }
  }

  /** Spring starts the application when it injects the instance. */
  @EmbeddedKms(redirect = true, aliases = "alias/orders")
  @TestInstance(TestInstance.Lifecycle.PER_CLASS)
  static class OneInstance {

    private final KmsClient kms = KmsClient.create();
    private final String createdAtStart = kms.createKey().keyMetadata().keyId();

    @BeforeAll
    void beforeAll() {
      assertThat(kms.listKeys().keys()).hasSize(2);
    }

    @Test
    void key_createdAtStart_isThere() {
      assertThat(kms.describeKey(b -> b.keyId(createdAtStart))).isNotNull();
    }
  }

  @EmbeddedKms(redirect = true, region = "eu-west-1")
  static class OtherRegion {

    @Test
    void one() {}
  }

  @EmbeddedKms(redirect = true)
  static class CallsAws {

    @Test
    void clientWithAnEndpointOfAws_isRefused() {
      try (KmsClient kms =
          KmsClient.builder()
              .endpointOverride(URI.create("https://kms.us-east-1.amazonaws.com"))
              .build()) {
        assertThatExceptionOfType(SdkClientException.class)
            .isThrownBy(kms::listKeys)
            .withMessageStartingWith(
                "embedded-kms: this test would have called AWS: the KmsClient for us-east-1 was"
                    + " about to send ListKeys to kms.us-east-1.amazonaws.com. It was created"
                    + " before the first class with @EmbeddedKms(redirect = true), or with an"
                    + " endpointOverride. Create it later, and without one");
      }
    }

    @Test
    void clientInAnotherThread_isRefused() {
      try (KmsClient kms =
          KmsClient.builder()
              .endpointOverride(URI.create("https://kms.eu-west-1.amazonaws.com"))
              .region(Region.EU_WEST_1)
              .build()) {
        assertThatExceptionOfType(CompletionException.class)
            .isThrownBy(() -> CompletableFuture.supplyAsync(kms::listKeys).join())
            .withCauseInstanceOf(SdkClientException.class)
            .withMessageContaining(
                "embedded-kms: this test would have called AWS: the KmsClient for eu-west-1 was"
                    + " about to send ListKeys to kms.eu-west-1.amazonaws.com. It was created");
      }
    }
  }

  /** After a class that could not be redirected. */
  static class PropertiesBefore {

    @Test
    void properties_haveTheirValuesBefore() {
      assertThat(System.getProperties().stringPropertyNames())
          .filteredOn(name -> name.startsWith("aws.") || name.startsWith("io.github.embeddedkms."))
          .containsExactly("aws.region");
      assertThat(System.getProperty("aws.region")).isEqualTo("us-east-1");
    }
  }

  /** Removes the setting because of which a class could not be redirected. */
  static class Corrected {

    @Test
    void setting_isRemoved() {
      assertThat(System.clearProperty("aws.ignoreConfiguredEndpointUrls")).isEqualTo("true");
    }
  }

  @EmbeddedKms(redirect = true, recordAccess = true, seed = "/seeds/orders.yaml")
  static class Recorded {

    @EmbeddedKms private AccessRecorder recorder;

    private String keyPolicies() {
      return recorder.keyPolicies().values().toString();
    }

    @Test
    void newClient_isRecorded() {
      try (KmsClient kms = KmsClient.create()) {
        kms.describeKey(b -> b.keyId("alias/orders"));
      }
      assertThat(keyPolicies()).contains("kms:DescribeKey");
    }

    @Test
    void clientOfAnEarlierClass_isRecorded() {
      Application.get().kms.getKeyPolicy(b -> b.keyId(SEEDED_KEY));
      assertThat(keyPolicies()).contains("kms:GetKeyPolicy");
    }
  }

  static class OnAMethod {

    @Test
    @EmbeddedKms(redirect = true)
    void one() {}
  }

  private static volatile Class<?> running;

  /** Fails if another class runs at the same time, or sees its keys. */
  private static void requireAlone(Class<?> testClass) throws InterruptedException {
    assertThat(running).isNull();
    running = testClass;
    KmsClient kms = Application.get().kms;
    for (int i = 0; i < 20; i++) {
      kms.createKey();
      // Lets the other class run, if it can.
      Thread.sleep(10);
      assertThat(running).isEqualTo(testClass);
    }
    assertThat(Application.get().keys()).isEqualTo(20);
    running = null;
  }

  @EmbeddedKms(redirect = true)
  static class OneOfTwo {

    @Test
    void one() throws Exception {
      requireAlone(OneOfTwo.class);
    }
  }

  @EmbeddedKms(redirect = true)
  static class OtherOfTwo {

    @Test
    void one() throws Exception {
      requireAlone(OtherOfTwo.class);
    }
  }
}
