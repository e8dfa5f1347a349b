package io.github.embeddedkms.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.embeddedkms.KmsClient;
import io.github.embeddedkms.local.LocalKeyProvider;
import io.github.embeddedkms.local.Seed;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.net.ConnectException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which tests share a provider, and which do not. */
class ScopeTest {

  private static final String KEY_ID = "bc436485-5092-42b8-92a3-0aa8b93536dc";

  /** The providers that were injected into samples, in order. */
  private static final Set<LocalKeyProvider> SEEN = new LinkedHashSet<>();

  @BeforeEach
  void clearSeen() {
    SEEN.clear();
  }

  /** Asserts the number of keys, as a test of a sample, and creates another key. */
  private static void use(LocalKeyProvider kms, int keysBefore) {
    assertThat(kms.listKeys(b -> {}).keys()).hasSize(keysBefore);
    kms.createKey(b -> {});
    SEEN.add(kms);
  }

  private static void assertSeenAndClosed(int providers) {
    assertThat(SEEN).hasSize(providers);
    for (LocalKeyProvider kms : SEEN) {
      assertThat(catchThrowable(() -> kms.listKeys(b -> {})))
          .hasMessage("embedded-kms: the provider is closed");
    }
  }

  @EmbeddedKms
  static class Parameters {

    @BeforeEach
    void before(LocalKeyProvider kms) {
      use(kms, 0);
    }

    @Test
    void one(LocalKeyProvider kms, KmsClient same) {
      use(kms, 1);
      assertThat(same).isSameAs(kms);
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "y"})
    void many(String given, LocalKeyProvider kms) {
      assertThat(given).isNotEmpty();
      use(kms, 1);
    }

    @AfterEach
    void after(LocalKeyProvider kms) {
      use(kms, 2);
    }
  }

  @Test
  void parameters_useAProviderForEachTest() {
    Samples.succeed(3, Parameters.class);
    assertSeenAndClosed(3);
  }

  static class InstanceFields {

    @EmbeddedKms private LocalKeyProvider kms;
    @EmbeddedKms KmsClient client;

    @BeforeEach
    void before() {
      use(kms, 0);
    }

    @RepeatedTest(2)
    void many(LocalKeyProvider same) {
      assertThat(same).isSameAs(kms).isSameAs(client);
      use(kms, 1);
    }
  }

  @Test
  void instanceFields_ofAnInstanceForEachTest_useAProviderForEachTest() {
    Samples.succeed(2, InstanceFields.class);
    assertSeenAndClosed(2);
  }

  @TestInstance(TestInstance.Lifecycle.PER_CLASS)
  static class InstanceFieldsOfOneInstance {

    @EmbeddedKms private LocalKeyProvider kms;

    @BeforeAll
    void beforeAll(KmsClient same) {
      assertThat(same).isSameAs(kms);
      use(kms, 0);
    }

    @RepeatedTest(2)
    void many(LocalKeyProvider same) {
      assertThat(same).isSameAs(kms);
      use(kms, 0);
    }

    @Nested
    class Within {

      @EmbeddedKms private KmsClient inner;

      @RepeatedTest(2)
      void many() {
        assertThat(inner).isSameAs(kms);
        use(kms, 0);
      }
    }

    @AfterAll
    void afterAll() {
      use(kms, 1);
    }
  }

  @Test
  void instanceFields_ofOneInstance_areInjectedBeforeBeforeAllAndShareAProvider() {
    Samples.succeed(4, InstanceFieldsOfOneInstance.class);
    assertSeenAndClosed(1);
  }

  static class InstanceFieldsAroundOneInstance {

    @EmbeddedKms private LocalKeyProvider kms;

    @Nested
    @TestInstance(TestInstance.Lifecycle.PER_CLASS)
    class Within {

      @EmbeddedKms private LocalKeyProvider inner;

      @BeforeAll
      void beforeAll() {
        assertThat(inner).isSameAs(kms);
        use(inner, 0);
      }

      @RepeatedTest(2)
      void many() {
        assertThat(inner).isSameAs(kms);
        use(inner, 0);
      }
    }
  }

  @Test
  void instanceFields_ofAClassAroundOneInstance_areInjectedOnce() {
    Samples.succeed(2, InstanceFieldsAroundOneInstance.class);
    assertSeenAndClosed(1);
  }

  static class StaticField {

    @EmbeddedKms private static LocalKeyProvider kms;
    @EmbeddedKms private KmsClient client;

    @BeforeAll
    static void before() {
      use(kms, 0);
    }

    @RepeatedTest(2)
    void many(LocalKeyProvider same) {
      assertThat(same).isSameAs(kms).isSameAs(client);
      use(kms, 0);
    }

    @Nested
    class Within {

      @EmbeddedKms private KmsClient inner;

      @RepeatedTest(2)
      void many(LocalKeyProvider same) {
        assertThat(same).isSameAs(kms).isSameAs(client).isSameAs(inner);
        use(kms, 0);
      }
    }
  }

  static class Subclass extends StaticField {}

  @Test
  void staticField_usesOneProvider_resetBeforeEachTest() {
    Samples.succeed(4, StaticField.class);
    assertSeenAndClosed(1);
    assertThat(StaticField.kms).isNull();
  }

  @Test
  void staticField_ofASuperclass_isInjectedForEachSubclass() {
    Samples.succeed(8, StaticField.class, Subclass.class);
    assertSeenAndClosed(2);
  }

  @EmbeddedKms
  static class BeforeAllParameter {

    @BeforeAll
    static void before(LocalKeyProvider kms) {
      use(kms, 0);
    }

    @RepeatedTest(2)
    void many(LocalKeyProvider kms) {
      use(kms, 0);
    }
  }

  @EmbeddedKms
  static class AfterAllParameter {

    @RepeatedTest(2)
    void many(LocalKeyProvider kms) {
      use(kms, 0);
    }

    @AfterAll
    static void after(LocalKeyProvider kms) {
      use(kms, 1);
    }
  }

  @Test
  void lifecycleParameters_ofAClass_useOneProvider() {
    Samples.succeed(2, BeforeAllParameter.class);
    assertSeenAndClosed(1);
    SEEN.clear();
    Samples.succeed(2, AfterAllParameter.class);
    assertSeenAndClosed(1);
  }

  @EmbeddedKms(resetBeforeEach = false, aliases = "alias/a")
  @TestMethodOrder(MethodOrderer.MethodName.class)
  static class WithoutReset {

    @EmbeddedKms private static LocalKeyProvider kms;

    @BeforeAll
    static void before() {
      use(kms, 1);
    }

    @Test
    void first() {
      use(kms, 2);
    }

    @Test
    void second() {
      use(kms, 3);
    }
  }

  @Test
  void resetBeforeEach_false_keepsCreatedKeys() {
    Samples.succeed(2, WithoutReset.class);
    assertSeenAndClosed(1);
  }

  @EmbeddedKms(seed = "/seeds/orders.yaml", aliases = "alias/a")
  static class Refilled {

    @EmbeddedKms private static LocalKeyProvider kms;

    @RepeatedTest(2)
    void many() {
      use(kms, 3);
      kms.deleteAlias(b -> b.aliasName("alias/a"));
      kms.deleteAlias(b -> b.aliasName("alias/orders"));
    }
  }

  @Test
  void reset_restoresSeedAndAliases() {
    Samples.succeed(2, Refilled.class);
  }

  @EmbeddedKms
  static class ConstructorParameter {

    private final LocalKeyProvider kms;

    ConstructorParameter(LocalKeyProvider kms) {
      this.kms = kms;
      use(kms, 0);
    }

    @RepeatedTest(2)
    void many(LocalKeyProvider same) {
      assertThat(same).isSameAs(kms);
      use(kms, 1);
    }
  }

  @TestInstance(TestInstance.Lifecycle.PER_CLASS)
  @EmbeddedKms
  static class ConstructorParameterOfOneInstance {

    private final LocalKeyProvider kms;

    ConstructorParameterOfOneInstance(LocalKeyProvider kms) {
      this.kms = kms;
      use(kms, 0);
    }

    @RepeatedTest(2)
    void many(LocalKeyProvider same) {
      assertThat(same).isSameAs(kms);
      use(kms, 0);
    }
  }

  @Test
  void constructorParameter_usesTheProviderOfTheInstancesTests() {
    Samples.succeed(2, ConstructorParameter.class);
    assertSeenAndClosed(2);
    SEEN.clear();
    Samples.succeed(2, ConstructorParameterOfOneInstance.class);
    assertSeenAndClosed(1);
  }

  @EmbeddedKms(region = "eu-west-1")
  static class Own {

    @EmbeddedKms private static LocalKeyProvider shared;
    @EmbeddedKms private KmsClient field;

    @Test
    @EmbeddedKms(region = "eu-west-2")
    void ownOfTheMethod(LocalKeyProvider kms) {
      assertThat(kms.defaultCaller().region()).isEqualTo("eu-west-2");
      assertThat(field).isSameAs(kms).isNotSameAs(shared);
      use(shared, 0);
    }

    @Nested
    @EmbeddedKms(region = "eu-west-3")
    class Within {

      @EmbeddedKms private static LocalKeyProvider sharedWithin;

      @RepeatedTest(2)
      void ownOfTheClass(LocalKeyProvider kms) {
        assertThat(kms.defaultCaller().region()).isEqualTo("eu-west-3");
        assertThat(field).isSameAs(kms).isSameAs(sharedWithin);
        use(sharedWithin, 0);
        use(shared, 0);
      }
    }
  }

  @Test
  void ownAnnotation_hasItsOwnProvider_andEnclosingProvidersAreReset() {
    Samples.succeed(3, Own.class);
    assertSeenAndClosed(2);
  }

  static class Registered {

    private static final Seed SEED = Seed.builder().key(KEY_ID, key -> {}).build();

    @RegisterExtension
    static final EmbeddedKmsExtension KMS =
        EmbeddedKmsExtension.builder()
            .region("eu-west-1")
            .account("111122223333")
            .seed(SEED)
            .aliases("alias/a", "alias/b")
            .clock(() -> Instant.EPOCH)
            .resetBeforeEach(false)
            .build();

    @EmbeddedKms private static LocalKeyProvider shared;
    @EmbeddedKms private KmsClient field;

    @Test
    void settings(LocalKeyProvider kms) {
      assertThat(field).isSameAs(kms).isSameAs(shared);
      assertThat(kms).hasToString("LocalKeyProvider[eu-west-1, 111122223333]");
      assertThat(kms.describeKey(b -> b.keyId(KEY_ID)).keyMetadata().creationDate())
          .isEqualTo(Instant.EPOCH);
      assertThat(kms.listAliases(b -> {}).aliases()).hasSize(2);
      use(kms, 3);
    }

    @Nested
    class Within {

      @Test
      void sameProvider(LocalKeyProvider kms) {
        assertThat(kms).isSameAs(shared);
      }

      @Test
      @EmbeddedKms
      void ownProvider(LocalKeyProvider kms) {
        assertThat(kms).isNotSameAs(shared);
        use(kms, 0);
      }
    }
  }

  static class RegisteredByInstance {

    @RegisterExtension
    final EmbeddedKmsExtension kms =
        EmbeddedKmsExtension.builder().seedResource("orders.json").build();

    @EmbeddedKms private KmsClient field;

    @RepeatedTest(2)
    void many(LocalKeyProvider given) {
      assertThat(field).isSameAs(given);
      use(given, 2);
    }
  }

  @Test
  void registeredExtension_replacesTheAnnotations() {
    Samples.succeed(3, Registered.class);
    assertSeenAndClosed(2);
    Samples.succeed(2, RegisteredByInstance.class);
    assertSeenAndClosed(4);
  }

  @EmbeddedKms(region = "eu-west-1")
  @Retention(RetentionPolicy.RUNTIME)
  @interface InIreland {}

  @InIreland
  static class MetaAnnotated {

    @Test
    void one(LocalKeyProvider kms) {
      assertThat(kms.defaultCaller().region()).isEqualTo("eu-west-1");
    }
  }

  static class SubclassOfAnnotated extends MetaAnnotated {}

  @Test
  void annotation_onAnnotationsAndSuperclasses_isFound() {
    Samples.succeed(2, MetaAnnotated.class, SubclassOfAnnotated.class);
  }

  @EmbeddedKms
  static class Endpoints {

    private static final List<URI> URLS = new ArrayList<>();

    @Test
    void one(URI url, URI same) throws Exception {
      assertThat(same).isEqualTo(url);
      URLS.add(url);
      HttpURLConnection connection =
          (HttpURLConnection) url.resolve("/health").toURL().openConnection();
      assertThat(connection.getResponseCode()).isEqualTo(200);
    }
  }

  @Test
  void endpoint_isClosedAfterTheTest() {
    Samples.succeed(1, Endpoints.class);
    assertThat(catchThrowable(() -> Endpoints.URLS.get(0).toURL().openConnection().getContent()))
        .isInstanceOf(ConnectException.class);
  }

  @EmbeddedKms
  static class OtherParameters {

    @Test
    void one(String unresolved) {
      assertThat(unresolved).isNull();
    }
  }

  @Test
  void otherParameters_areNotResolved() {
    Samples.fail(
        "No ParameterResolver registered for parameter [java.lang.String arg0] in method [void"
            + " io.github.embeddedkms.junit.ScopeTest$OtherParameters.one(java.lang.String)].",
        OtherParameters.class);
  }
}
