package io.github.embeddedkms.junit;

import io.github.embeddedkms.authorization.Identities;
import io.github.embeddedkms.library.Library;
import io.github.embeddedkms.local.LocalKeyProvider;
import io.github.embeddedkms.local.Seed;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.TestWatcher;
import org.junit.platform.commons.support.AnnotationSupport;
import org.junit.platform.commons.support.HierarchyTraversalMode;

/**
 * The JUnit extension of {@link EmbeddedKms}, which documents injection, scopes and resets. Used
 * directly, it accepts settings that an annotation cannot have:
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
 * <p>The field should be static: JUnit registers an extension in an instance field too late for
 * constructors, {@code @BeforeAll} methods and static fields. Immutable; safe for tests that run in
 * parallel.
 */
public final class EmbeddedKmsExtension
    implements ExecutionCondition,
        BeforeAllCallback,
        AfterAllCallback,
        BeforeEachCallback,
        ParameterResolver,
        GuardedInvocations,
        TestWatcher {

  static final Namespace NAMESPACE = Namespace.create(EmbeddedKmsExtension.class);

  private final Settings settings;

  /** Creates the extension for {@link EmbeddedKms}, or with the default settings. */
  public EmbeddedKmsExtension() {
    this(Settings.DEFAULT);
  }

  private EmbeddedKmsExtension(Settings settings) {
    requireJunit();
    this.settings = settings;
  }

  /** Older versions would fail later, in tests that run in parallel. */
  private static void requireJunit() {
    try {
      ExtensionContext.class.getMethod("getExecutionMode");
    } catch (NoSuchMethodException e) {
      throw Library.JUNIT.missing("@EmbeddedKms", e);
    }
  }

  /**
   * Returns a builder of an extension with custom settings, for {@code @RegisterExtension}.
   *
   * @return a builder that starts from the defaults of {@link EmbeddedKms}
   */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Redirects clients, if the class asks for it; never disables it. Of all callbacks only this one
   * comes early enough: with one instance for the class (PER_CLASS), Spring starts the application
   * before any {@code BeforeAllCallback}.
   */
  @Override
  public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
    if (context.getTestClass().isPresent() && Registration.isActive(this, context)) {
      redirectIfDeclared(context);
    }
    return ConditionEvaluationResult.enabled(null);
  }

  private void redirectIfDeclared(ExtensionContext context) {
    Scope scope = Scope.around(context, settings).get(0);
    boolean declaredHere = scope.element().equals(context.getElement().orElse(null));
    if (!scope.settings().redirect() || !declaredHere) {
      return;
    }
    if (context.getTestMethod().isPresent()) {
      throw new ExtensionConfigurationException(
          "embedded-kms: redirect = true belongs on a class; it is on the method "
              + context.getRequiredTestMethod().getName());
    }
    Concurrency.requireResourceLocks(context);
    ProviderResource provider = provider(context);
    // After the provider, so that the store closes it before.
    context
        .getStore(NAMESPACE)
        .getOrComputeIfAbsent(
            List.of(Redirection.class, scope.element()),
            key -> provider.redirect(),
            Redirection.class);
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    Class<?> testClass = context.getRequiredTestClass();
    List<Field> fields = InjectedFields.staticOf(testClass);
    if (!Registration.isActive(this, context)) {
      if (!fields.isEmpty()) {
        Registration.requireStatic(context);
      }
      return;
    }
    // Users can deactivate all conditions of JUnit.
    redirectIfDeclared(context);
    InjectedFields injected = injectedFields(context);
    if (!fields.isEmpty() || lifecycleMethodsTakeProvider(testClass)) {
      // Create the provider now, so that the tests find it in the class's store and share it.
      ProviderResource provider = provider(context);
      for (Field field : fields) {
        if (!injected.isSharedWithEnclosingClass(field, provider)) {
          Concurrency.requireNone(context, field);
          injected.inject(field, null, () -> provider);
        }
      }
    }
    if (context.getTestInstances().isPresent()) {
      injectInstances(context, injected);
    }
  }

  @Override
  public void beforeEach(ExtensionContext context) {
    if (!Registration.isActive(this, context)) {
      return;
    }
    context.getStore(NAMESPACE).put(GuardedTest.class, GuardedTest.begin());
    resetShared(context);
    RefusalsOfTest refusals = refusals(context);
    context.getStore(NAMESPACE).put(RefusalsOfTest.class, refusals);
    endRefusalsAfter(context, refusals);
    injectInstances(context, injectedFields(context));
  }

  /**
   * Ends the refusals of a test when its own store is closed: watchers do not learn of the end of a
   * test factory.
   */
  private void endRefusalsAfter(ExtensionContext test, RefusalsOfTest refusals) {
    List<ProviderResource> shared = sharedProviders(test);
    boolean isFactory = AnnotationSupport.isAnnotated(test.getElement(), TestFactory.class);
    Runnable end =
        () -> {
          shared.forEach(provider -> provider.refusals().end(refusals));
          if (isFactory) {
            storeOfClass(test).remove(keyOfRefusals(test));
          }
        };
    test.getStore(NAMESPACE).put(EndOfTest.class, new EndOfTest(end));
  }

  /**
   * Injects the fields of the test instances, except of those for several tests (PER_CLASS), which
   * were injected before their {@code @BeforeAll} methods.
   */
  private void injectInstances(ExtensionContext context, InjectedFields injected) {
    for (Object instance : context.getRequiredTestInstances().getAllInstances()) {
      List<Field> fields = InjectedFields.ofInstance(instance.getClass());
      if (!injected.haveInjected(instance)) {
        fields.forEach(field -> injected.inject(field, instance, () -> provider(context)));
      }
    }
  }

  /**
   * Resets every provider that this test could reach through a static field, not only the nearest.
   */
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
        && !OtherResolvers.resolve(parameter.getParameter(), context)
        && Registration.isActive(this, context);
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    boolean isForOneTest =
        context.getTestInstanceLifecycle().equals(Optional.of(Lifecycle.PER_METHOD));
    if (parameter.getDeclaringExecutable() instanceof Constructor<?>
        && context.getTestMethod().isEmpty()
        && isForOneTest) {
      throw new ExtensionConfigurationException(
          "embedded-kms: constructor parameters require JUnit 5.12 or newer");
    }
    Injectable type = Injectable.of(parameter.getParameter().getType()).orElseThrow();
    return provider(context).get(type);
  }

  /**
   * Injects the same objects into constructors as into the test, if an instance is for one test.
   */
  @Override
  public ExtensionContextScope getTestInstantiationExtensionContextScope(
      ExtensionContext rootContext) {
    return ExtensionContextScope.TEST_METHOD;
  }

  /** Returns the provider that a test or class sees: one from an enclosing store, or a new one. */
  private ProviderResource provider(ExtensionContext context) {
    Scope scope = Scope.around(context, settings).get(0);
    return context
        .getStore(NAMESPACE)
        .getOrComputeIfAbsent(
            scope.element(),
            (AnnotatedElement element) -> open(scope, context),
            ProviderResource.class);
  }

  private ProviderResource open(Scope scope, ExtensionContext context) {
    ProviderResource provider =
        ProviderResource.open(scope, context, RecordedAccess.of(scope, context));
    if (context.getTestMethod().isPresent()) {
      provider.refusals().begin(refusals(context));
    }
    return provider;
  }

  /**
   * Returns the refusals of a test, which begin with the first call of this method. They are kept
   * with the test class: when a test is known to have failed, its own store is already closed.
   */
  private RefusalsOfTest refusals(ExtensionContext test) {
    ExtensionContext.Store store = storeOfClass(test);
    RefusalsOfTest known = store.get(keyOfRefusals(test), RefusalsOfTest.class);
    if (known != null) {
      return known;
    }
    RefusalsOfTest begun = new RefusalsOfTest();
    sharedProviders(test).forEach(provider -> provider.refusals().begin(begun));
    store.put(keyOfRefusals(test), begun);
    return begun;
  }

  private static ExtensionContext.Store storeOfClass(ExtensionContext test) {
    return test.getParent().orElseThrow().getStore(NAMESPACE);
  }

  private static Object keyOfRefusals(ExtensionContext test) {
    return List.of(RefusalsOfTest.class, test.getUniqueId());
  }

  /** Returns the providers that a test could reach and that other tests can reach too. */
  private List<ProviderResource> sharedProviders(ExtensionContext test) {
    return Scope.around(test, settings).stream()
        .map(scope -> storeOfClass(test).get(scope.element(), ProviderResource.class))
        .filter(Objects::nonNull)
        .toList();
  }

  @Override
  public void testFailed(ExtensionContext context, Throwable cause) {
    // A wrong configuration has no provider, and would be reported once more.
    if (!(cause instanceof ExtensionConfigurationException)
        && Registration.isActive(this, context)) {
      // If the application did not even start, the test has not begun.
      refusals(context).addTo(cause);
      forgetRefusals(context);
    }
  }

  @Override
  public void testSuccessful(ExtensionContext context) {
    forgetRefusals(context);
  }

  @Override
  public void testAborted(ExtensionContext context, Throwable cause) {
    forgetRefusals(context);
  }

  private void forgetRefusals(ExtensionContext test) {
    RefusalsOfTest refusals = storeOfClass(test).remove(keyOfRefusals(test), RefusalsOfTest.class);
    if (refusals != null) {
      sharedProviders(test).forEach(provider -> provider.refusals().end(refusals));
    }
  }

  /** If a {@code @BeforeAll} method has failed, no test shows its refusals. */
  @Override
  public void afterAll(ExtensionContext context) {
    Throwable failure = context.getExecutionException().orElse(null);
    if (failure != null && Registration.isActive(this, context)) {
      ProviderResource provider =
          context
              .getStore(NAMESPACE)
              .get(Scope.around(context, settings).get(0).element(), ProviderResource.class);
      if (provider != null) {
        provider.refusals().outsideTests().addTo(failure);
      }
    }
  }

  private static InjectedFields injectedFields(ExtensionContext context) {
    InjectedFields injected =
        new InjectedFields(
            context.getRequiredTestClass(),
            context.getStore(NAMESPACE).get(InjectedFields.class, InjectedFields.class));
    // Always put a new object: the fields of an enclosing class are separate. The store closes it.
    context.getStore(NAMESPACE).put(InjectedFields.class, injected);
    return injected;
  }

  /**
   * Returns whether lifecycle methods of the class take a provider. Parameters of {@code @AfterAll}
   * methods are resolved only after the tests, so they have to be found in advance.
   */
  private static boolean lifecycleMethodsTakeProvider(Class<?> testClass) {
    return Stream.of(BeforeAll.class, AfterAll.class)
        .flatMap(
            annotation ->
                AnnotationSupport.findAnnotatedMethods(
                    testClass, annotation, HierarchyTraversalMode.TOP_DOWN)
                    .stream())
        .flatMap(method -> Arrays.stream(method.getParameters()))
        .filter(parameter -> !OtherResolvers.isAnnotated(parameter))
        .anyMatch(parameter -> Injectable.of(parameter.getType()).isPresent());
  }

  /** Builds an extension. Not safe for use by several threads. */
  public static final class Builder {

    private String region = Settings.DEFAULT.region();
    private String account = Settings.DEFAULT.account();
    private @Nullable Seed seed;
    private String seedResource = "";
    private List<String> aliases = List.of();
    private @Nullable Identities identities;
    private @Nullable InstantSource clock;
    private boolean resetBeforeEach = true;
    private boolean recordAccess;

    private Builder() {}

    /**
     * Sets the Region of the clients.
     *
     * @param region a Region; {@value LocalKeyProvider#DEFAULT_REGION} if not set
     * @return this builder
     */
    public Builder region(String region) {
      this.region = region;
      return this;
    }

    /**
     * Sets the account of the clients.
     *
     * @param account twelve digits; {@value LocalKeyProvider#DEFAULT_ACCOUNT} if not set
     * @return this builder
     */
    public Builder account(String account) {
      this.account = account;
      return this;
    }

    /**
     * Sets the keys and aliases that exist initially and after each reset.
     *
     * @param seed any seed; no keys if not set
     * @return this builder
     */
    public Builder seed(Seed seed) {
      this.seed = seed;
      return this;
    }

    /**
     * Sets a seed file on the class path, instead of a seed as an object.
     *
     * @param name relative to the test class, or absolute if it begins with a slash
     * @return this builder
     */
    public Builder seedResource(String name) {
      this.seedResource = name;
      return this;
    }

    /**
     * Sets aliases to create before the tests and after each reset, each for a new symmetric
     * encryption key.
     *
     * @param aliases names that begin {@code alias/}
     * @return this builder
     */
    public Builder aliases(String... aliases) {
      this.aliases = List.of(aliases);
      return this;
    }

    /**
     * Sets the identity policies of users and roles.
     *
     * @param identities the identities, see {@link LocalKeyProvider.Builder#identities}; if not
     *     set, those of the seed; administrators if that has none
     * @return this builder
     */
    public Builder identities(Identities identities) {
      this.identities = identities;
      return this;
    }

    /**
     * Sets the source of the time. A {@link io.github.embeddedkms.local.KmsClock} that is set here
     * is the one that is injected, and is not reset between tests: all tests share it.
     *
     * @param clock any source of instants; a {@code KmsClock} of each provider's own if not set,
     *     which runs with the system's clock until a test turns it
     * @return this builder
     */
    public Builder clock(InstantSource clock) {
      this.clock = clock;
      return this;
    }

    /**
     * Sets whether a provider that several tests share is reset before each of them.
     *
     * @param resetBeforeEach false if tests of the class depend on each other, or run in parallel
     *     with one provider; true if not set
     * @return this builder
     */
    public Builder resetBeforeEach(boolean resetBeforeEach) {
      this.resetBeforeEach = resetBeforeEach;
      return this;
    }

    /**
     * Sets whether the permissions that the tests need are recorded, and printed at the end of the
     * class.
     *
     * @param recordAccess see {@link EmbeddedKms#recordAccess}; false if not set
     * @return this builder
     */
    public Builder recordAccess(boolean recordAccess) {
      this.recordAccess = recordAccess;
      return this;
    }

    /**
     * Creates the extension. Its other settings are checked when tests run.
     *
     * @return a new extension
     * @throws IllegalArgumentException if a seed is set both as an object and as a resource
     */
    public EmbeddedKmsExtension build() {
      if (seed != null && !seedResource.isEmpty()) {
        throw new IllegalArgumentException(
            "embedded-kms: set either seed or seedResource, not both");
      }
      return new EmbeddedKmsExtension(
          new Settings(
              region,
              account,
              seed,
              seedResource,
              aliases,
              identities,
              Identities.class,
              clock,
              resetBeforeEach,
              false,
              recordAccess));
    }
  }
}
