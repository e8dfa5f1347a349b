package io.github.embeddedkms.junit;

import io.github.embeddedkms.authorization.Identities;
import io.github.embeddedkms.local.LocalKeyProvider;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.ResourceAccessMode;
import org.junit.jupiter.api.parallel.ResourceLock;

/**
 * Provides the tests of a class, or a single test, with their own in-process KMS.
 *
 * <pre>{@code
 * @EmbeddedKms(aliases = "alias/orders")
 * class OrderServiceTest {
 *
 *   @Test
 *   void orders_areStoredEncrypted(KmsClient kms) { // the AWS SDK's, unmodified
 *     OrderService orders = new OrderService(kms, "alias/orders");
 *     ...
 *   }
 * }
 * }</pre>
 *
 * <p><b>What is injected.</b> Parameters of tests, lifecycle methods and constructors, and fields
 * with this annotation (which also registers the extension), if their type is {@link
 * LocalKeyProvider}, {@link io.github.embeddedkms.KmsClient}, the AWS SDK's {@code KmsClient} or
 * {@code KmsAsyncClient}, {@link io.github.embeddedkms.local.KmsClock}: the clock of the keys,
 * which runs with the system's clock until a test turns it, {@link
 * io.github.embeddedkms.local.AccessRecorder}, if {@link #recordAccess} is true, or {@link
 * java.net.URI}: an endpoint on loopback for all other clients, started only if requested. All
 * objects injected for one test work with the same keys, and the extension closes them. The
 * arguments of a parameterized test cannot have these types: JUnit would find two resolvers for
 * them. Parameters that another library resolves are left to it: those with {@code @Autowired},
 * {@code @Qualifier}, {@code @Value}, {@code @Inject}, a qualifier of CDI or Mockito's
 * {@code @Mock}, or with an annotation that has one of these, and those of a constructor with
 * {@code @Autowired} or {@code @Inject}, or under Spring's {@code @TestConstructor(ALL)}.
 *
 * <p><b>Static means once for the class.</b> If a static field is injected, or a parameter of a
 * {@code @BeforeAll} or {@code @AfterAll} method, or a field or constructor parameter of a class
 * with one instance for all tests ({@code PER_CLASS}), the class and its {@code @Nested} classes
 * share one provider. It is {@linkplain LocalKeyProvider#reset() reset} before each test, which
 * removes everything created until then, including in {@code @BeforeAll}, and returns a turned
 * clock to the system's time, unless {@link #resetBeforeEach} is false. Otherwise every test has
 * its own provider, so tests may run in parallel. Fields are injected before {@code @BeforeAll}, or
 * before {@code @BeforeEach}, and are null again afterwards.
 *
 * <p>A method or a {@code @Nested} class with its own annotation has its own provider, with the
 * attributes of that annotation and none of the enclosing annotations. On a field, the annotation
 * must not have attributes. It can be used as a meta-annotation. To pass a seed, identities or a
 * clock as an object, use {@link EmbeddedKmsExtension}.
 *
 * <p>Requires JUnit 5.8.1 or newer; parameters of a constructor that is called for each test
 * require 5.12. Failures inside the library that are not service errors go to the {@link
 * System.Logger} of this package.
 *
 * <p><b>Refusals.</b> If a test fails and the provider has refused calls in it, the failure shows
 * why: the {@link io.github.embeddedkms.authorization.Explanation explanations} are printed with
 * the stack trace, as a suppressed exception. A test that succeeds prints nothing. If tests run in
 * parallel and share one provider, each shows the refusals in its own thread, and those in threads
 * of others, for example of the endpoint, while it ran.
 *
 * <p>While a test with this annotation runs, KMS clients of the AWS SDK that would call AWS from
 * its thread fail, with a message that says how to redirect them. Its thread is the one that runs
 * the method, also if {@code @Timeout} runs it in a separate thread. Clients can still call AWS
 * from other threads, for example the one in which {@code assertTimeoutPreemptively} runs its
 * argument, unless {@link #redirect} is true.
 */
@Documented
@Inherited
@ExtendWith(EmbeddedKmsExtension.class)
// A lock that other tests share. If clients are redirected, the provider also locks the system
// properties. JUnit before 5.12 requires a value and ignores providers.
@ResourceLock(
    value = "io.github.embeddedkms.junit.EmbeddedKms",
    mode = ResourceAccessMode.READ,
    providers = RedirectLocks.class)
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.METHOD, ElementType.FIELD})
public @interface EmbeddedKms {

  /**
   * The Region of the clients.
   *
   * @return a Region
   */
  String region() default LocalKeyProvider.DEFAULT_REGION;

  /**
   * The account of the clients.
   *
   * @return twelve digits
   */
  String account() default LocalKeyProvider.DEFAULT_ACCOUNT;

  /**
   * A seed file on the class path, for keys with fixed ids and material; see {@link
   * io.github.embeddedkms.seed.SeedFiles} for its format.
   *
   * @return a name relative to the test class, or absolute if it begins with a slash; empty for
   *     none
   */
  String seed() default "";

  /**
   * Aliases to create before the tests and after each reset, each for a new symmetric encryption
   * key.
   *
   * @return names that begin {@code alias/}
   */
  String[] aliases() default {};

  /**
   * The identity policies of users and roles, for tests of least privilege; see {@link
   * LocalKeyProvider.Builder#identities}. For example:
   *
   * <pre>{@code
   * @EmbeddedKms(identities = OrdersOnly.class)
   * class OrderServiceTest {
   *
   *   static final class OrdersOnly implements Identities {
   *     @Override
   *     public Identity of(String principal) {
   *       return principal.contains(":assumed-role/Orders/") ? READ_ORDERS : Identity.none();
   *     }
   *   }
   *   ...
   * }
   * }</pre>
   *
   * <p>A seed file can have identities too; this attribute takes precedence. To pass an object, use
   * {@link EmbeddedKmsExtension}.
   *
   * @return a class with a constructor without parameters, of which each provider gets an instance;
   *     {@link Identities} itself for the identities of the seed or, if that has none, every
   *     principal as an administrator
   */
  Class<? extends Identities> identities() default Identities.class;

  /**
   * Whether a provider that several tests share is reset before each of them.
   *
   * @return false if tests of the class depend on each other, or run in parallel with one provider
   */
  boolean resetBeforeEach() default true;

  /**
   * Whether the KMS clients that the application under test creates itself, for example with {@code
   * KmsClient.create()} in a Spring bean, use the keys of this class. For classes only.
   *
   * <p>The first such class starts an endpoint on loopback and sets the system properties that the
   * AWS SDK reads when a client is created: {@code aws.endpointUrlKms}, {@code aws.region}, {@code
   * aws.accessKeyId} and {@code aws.secretAccessKey}. Endpoint and properties stay until the JVM
   * ends, so that clients can outlive the class, in a cached Spring context for example. All such
   * classes must have the same Region and account. If a property already has another value, the
   * class fails and names it. If the AWS SDK ignores the endpoint, the class fails and the
   * properties get their previous values back.
   *
   * <p>Each class begins with its own seed and aliases. {@link #resetBeforeEach} has no effect:
   * keys that the application created when it started are there in every test of the class. Between
   * such classes, calls fail with AccessDeniedException. Calls that would reach AWS all the same,
   * from a client with an {@code endpointOverride} for example, fail with an {@code
   * SdkClientException} before they are sent.
   *
   * <p>Such classes hold JUnit's lock of the system properties, so they run in turn. In parallel
   * execution that requires JUnit 5.12 or newer. The AWS SDK for Java must be 2.28.1 or newer.
   *
   * @return true if the clients of the application are redirected
   */
  boolean redirect() default false;

  /**
   * Whether the permissions that the tests need are recorded, see {@link
   * io.github.embeddedkms.local.AccessRecorder}. The smallest key policies and identity policies
   * that give them are printed to standard output when the class has ended, or the method whose
   * annotation this is, with all its invocations.
   *
   * <p>Calls of all injected clients are recorded, of redirected clients, and those of clients that
   * an injected {@code AccessRecorder} creates for other callers, for example for a role. Calls of
   * a {@link LocalKeyProvider} itself are not: they are for what a test prepares. Keys have the
   * same ARNs in all tests if they are in a {@link #seed}; other keys are different ones in each
   * test.
   *
   * @return true if they are recorded
   */
  boolean recordAccess() default false;
}
