package io.github.embeddedkms.junit;

import io.github.embeddedkms.local.LocalKeyProvider;
import io.github.embeddedkms.local.Seed;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.platform.commons.support.AnnotationSupport;
import org.junit.platform.commons.support.HierarchyTraversalMode;

/**
 * The JUnit 5 extension of {@link EmbeddedKms}, which documents injection, scopes and resets. Used
 * directly, it accepts what an annotation cannot:
 *
 * <pre>{@code
 * class OrderServiceTest {
 *
 *   @RegisterExtension
 *   static final EmbeddedKmsExtension KMS =
 *       EmbeddedKmsExtension.builder().seed(SEED).clock(() -> now).build();
 *
 *   @Test
 *   void orders_areStoredEncrypted(KmsClient kms) {
 *     ...
 *   }
 * }
 * }</pre>
 *
 * <p>The field should be static: in an instance field, an extension comes too late for
 * constructors, {@code @BeforeAll} methods and static fields. Immutable; safe for tests that run in
 * parallel.
 */
public final class EmbeddedKmsExtension
    implements BeforeAllCallback, BeforeEachCallback, ParameterResolver {

  private static final Namespace NAMESPACE = Namespace.create(EmbeddedKmsExtension.class);

  private final Settings settings;

  /** The extension as {@link EmbeddedKms} has it, or with the default settings. */
  public EmbeddedKmsExtension() {
    this(Settings.DEFAULT);
  }

  private EmbeddedKmsExtension(Settings settings) {
    this.settings = settings;
  }

  /**
   * An extension with custom settings, for {@code @RegisterExtension}.
   *
   * @return a builder that starts from the defaults of {@link EmbeddedKms}
   */
  public static Builder builder() {
    return new Builder();
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    Class<?> testClass = context.getRequiredTestClass();
    List<Field> fields = InjectedFields.staticOf(testClass);
    if (!Registration.acts(this, context)) {
      if (!fields.isEmpty()) {
        Registration.requireStatic(context);
      }
      return;
    }
    if (!fields.isEmpty() || lifecycleMethodsTakeOne(testClass)) {
      // Made here and now, so that the tests find it in the class's store and share it.
      ProviderResource provider = provider(context);
      InjectedFields injected = injectedFields(context);
      for (Field field : fields) {
        Concurrency.requireNone(context, field);
        injected.inject(field, null, () -> provider);
      }
    }
  }

  @Override
  public void beforeEach(ExtensionContext context) {
    if (!Registration.acts(this, context)) {
      return;
    }
    resetShared(context);
    InjectedFields injected = injectedFields(context);
    for (Object instance : context.getRequiredTestInstances().getAllInstances()) {
      List<Field> fields = InjectedFields.ofInstance(instance.getClass());
      if (!fields.isEmpty()) {
        Concurrency.requireNone(context, instance);
      }
      fields.forEach(field -> injected.inject(field, instance, () -> provider(context)));
    }
  }

  /** Every provider that this test could reach by a static field, not only the nearest. */
  private void resetShared(ExtensionContext context) {
    for (Scope scope : Scope.around(context, settings)) {
      ProviderResource provider =
          context.getStore(NAMESPACE).get(scope.element(), ProviderResource.class);
      if (provider != null && provider.isResetBeforeEach()) {
        Concurrency.requireNone(context, provider);
        provider.reset();
      }
    }
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return Injectable.of(parameter.getParameter().getType()).isPresent()
        && Registration.acts(this, context);
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    boolean isForOneTest =
        context.getTestInstanceLifecycle().equals(Optional.of(Lifecycle.PER_METHOD));
    if (parameter.getDeclaringExecutable() instanceof Constructor<?>
        && context.getTestMethod().isEmpty()
        && isForOneTest) {
      throw new ExtensionConfigurationException(
          "embedded-kms: constructor parameters need JUnit 5.12 or newer");
    }
    Injectable type = Injectable.of(parameter.getParameter().getType()).orElseThrow();
    return provider(context).get(type);
  }

  /** Constructors are given what the test is given, where an instance is for one test. */
  @Override
  public ExtensionContextScope getTestInstantiationExtensionContextScope(
      ExtensionContext rootContext) {
    return ExtensionContextScope.TEST_METHOD;
  }

  /** The provider that a test or class sees: from the stores around it, or else made for it. */
  private ProviderResource provider(ExtensionContext context) {
    Scope scope = Scope.around(context, settings).get(0);
    return context
        .getStore(NAMESPACE)
        .getOrComputeIfAbsent(
            scope.element(),
            (AnnotatedElement element) -> ProviderResource.open(scope, context),
            ProviderResource.class);
  }

  private static InjectedFields injectedFields(ExtensionContext context) {
    InjectedFields injected = new InjectedFields();
    // Put, not sought: those of the class are another matter. The store closes them.
    context.getStore(NAMESPACE).put(InjectedFields.class, injected);
    return injected;
  }

  /** Of what is asked for only after the tests, there would be no trace while they run. */
  private static boolean lifecycleMethodsTakeOne(Class<?> testClass) {
    return Stream.of(BeforeAll.class, AfterAll.class)
        .flatMap(
            annotation ->
                AnnotationSupport.findAnnotatedMethods(
                    testClass, annotation, HierarchyTraversalMode.TOP_DOWN)
                    .stream())
        .flatMap(method -> Arrays.stream(method.getParameterTypes()))
        .anyMatch(type -> Injectable.of(type).isPresent());
  }

  /** Settings of an extension. Not safe for use by several threads. */
  public static final class Builder {

    private String region = Settings.DEFAULT.region();
    private String account = Settings.DEFAULT.account();
    private @Nullable Seed seed;
    private String seedResource = "";
    private List<String> aliases = List.of();
    private InstantSource clock = Settings.DEFAULT.clock();
    private boolean resetBeforeEach = true;

    private Builder() {}

    /**
     * The Region of the clients.
     *
     * @param region a Region; {@value LocalKeyProvider#DEFAULT_REGION} if not set
     * @return this builder
     */
    public Builder region(String region) {
      this.region = region;
      return this;
    }

    /**
     * The account of the clients.
     *
     * @param account twelve digits; {@value LocalKeyProvider#DEFAULT_ACCOUNT} if not set
     * @return this builder
     */
    public Builder account(String account) {
      this.account = account;
      return this;
    }

    /**
     * Keys and aliases to begin with, also after each reset.
     *
     * @param seed any seed; nothing if not set
     * @return this builder
     */
    public Builder seed(Seed seed) {
      this.seed = seed;
      return this;
    }

    /**
     * A seed file on the class path, in the place of a seed as a value.
     *
     * @param name relative to the test class, or absolute if it begins with a slash
     * @return this builder
     */
    public Builder seedResource(String name) {
      this.seedResource = name;
      return this;
    }

    /**
     * Aliases to create beforehand, and after each reset, each for a new symmetric encryption key.
     *
     * @param aliases names that begin {@code alias/}
     * @return this builder
     */
    public Builder aliases(String... aliases) {
      this.aliases = List.of(aliases);
      return this;
    }

    /**
     * Where the time comes from.
     *
     * @param clock any source of instants; the system's clock if not set
     * @return this builder
     */
    public Builder clock(InstantSource clock) {
      this.clock = clock;
      return this;
    }

    /**
     * Whether a provider that tests share is reset before each of them.
     *
     * @param resetBeforeEach false if tests of the class build upon each other, or run in parallel
     *     over one provider; true if not set
     * @return this builder
     */
    public Builder resetBeforeEach(boolean resetBeforeEach) {
      this.resetBeforeEach = resetBeforeEach;
      return this;
    }

    /**
     * Makes the extension. What is wrong with its settings is found when there are tests to run.
     *
     * @return a new extension
     * @throws IllegalArgumentException if there is a seed both as a value and as a resource
     */
    public EmbeddedKmsExtension build() {
      if (seed != null && !seedResource.isEmpty()) {
        throw new IllegalArgumentException("embedded-kms: one seed is enough, and there are two");
      }
      return new EmbeddedKmsExtension(
          new Settings(region, account, seed, seedResource, aliases, clock, resetBeforeEach));
    }
  }
}
