package io.github.embeddedkms.junit;

import io.github.embeddedkms.local.LocalKeyProvider;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Provides the tests of a class, or one test, with their own KMS in this process.
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
 * with this annotation (which by itself brings the extension along), if their type is {@link
 * LocalKeyProvider}, {@link io.github.embeddedkms.KmsClient}, the AWS SDK's {@code KmsClient} or
 * {@code KmsAsyncClient}, or {@link java.net.URI}: an endpoint on loopback for all other clients,
 * started only if requested. What one test is given is all over the same keys, and is closed by the
 * extension. The arguments of a parameterized test cannot be of these types: JUnit would find two
 * resolvers for them.
 *
 * <p><b>Static means once for the class.</b> If a static field is injected, or a parameter of a
 * {@code @BeforeAll} or {@code @AfterAll} method, or of the constructor of a class with one
 * instance for all tests ({@code PER_CLASS}), the class and its {@code @Nested} classes share one
 * provider. It is {@linkplain LocalKeyProvider#reset() reset} before each test, so that what was
 * created meanwhile, in {@code @BeforeAll} too, is gone, unless {@link #resetBeforeEach} is false.
 * Otherwise every test has a provider to itself, so that tests may run in parallel. Fields are
 * injected before {@code @BeforeAll}, or before {@code @BeforeEach}, and are null again afterwards.
 *
 * <p>A method or a {@code @Nested} class with its own annotation has its own provider, with the
 * attributes given there and none of the enclosing ones. On a field, no attribute may be given. May
 * be a meta-annotation. For a seed or a clock as a value, use {@link EmbeddedKmsExtension}.
 *
 * <p>It needs JUnit 5.8 or newer; parameters of a constructor that is called for each test need
 * 5.12. Failures inside the library that are not service errors go to the {@link System.Logger} of
 * this package.
 */
@Documented
@Inherited
@ExtendWith(EmbeddedKmsExtension.class)
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
   * A seed file on the class path, for keys with fixed ids and material: see {@link
   * io.github.embeddedkms.seed.SeedFiles}.
   *
   * @return a name relative to the test class, or absolute if it begins with a slash; empty for
   *     none
   */
  String seed() default "";

  /**
   * Aliases to create beforehand, and after each reset, each for a new symmetric encryption key.
   *
   * @return names that begin {@code alias/}
   */
  String[] aliases() default {};

  /**
   * Whether a provider that tests share is reset before each of them.
   *
   * @return false if tests of the class build upon each other, or run in parallel over one provider
   */
  boolean resetBeforeEach() default true;
}
