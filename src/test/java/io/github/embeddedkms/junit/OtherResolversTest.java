package io.github.embeddedkms.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import io.github.embeddedkms.KmsClient;
import io.github.embeddedkms.local.LocalKeyProvider;
import jakarta.inject.Inject;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.mockito.Mock;
import org.mockito.Mockito;
import org.mockito.junit.jupiter.MockitoExtension;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.test.context.TestConstructor;
import org.springframework.test.context.TestConstructor.AutowireMode;
import org.springframework.test.context.junit.jupiter.SpringExtension;

/**
 * Parameters that belong to another library are left to it. The types of Spring and CDI stand in
 * for the real ones, which JavaFrameworksIT uses.
 */
class OtherResolversTest {

  @Qualifier
  @Retention(RetentionPolicy.RUNTIME)
  @interface Primary {}

  @EmbeddedKms
  @ExtendWith(SpringExtension.class)
  static class AnnotatedParameters {

    @BeforeAll
    static void beforeAll(@Autowired KmsClient bean) {
      assertThat(bean).isSameAs(SpringExtension.BEAN);
    }

    // If the parameter of beforeAll counted, the tests would share a provider.
    @RepeatedTest(2)
    void one(
        @Autowired KmsClient autowired,
        @Qualifier KmsClient qualified,
        @Primary KmsClient primary,
        LocalKeyProvider own) {
      assertThat(autowired)
          .isSameAs(qualified)
          .isSameAs(primary)
          .isSameAs(SpringExtension.BEAN)
          .isNotSameAs(own);
      assertThat(own.listKeys(b -> {}).keys()).isEmpty();
      assertThat(PROVIDERS.get()).isNotSameAs(own);
      PROVIDERS.set(own);
    }
  }

  private static final ThreadLocal<LocalKeyProvider> PROVIDERS = new ThreadLocal<>();

  @ExtendWith(SpringExtension.class)
  @EmbeddedKms
  static class AnnotatedConstructor {

    private final KmsClient bean;

    @Autowired
    AnnotatedConstructor(KmsClient bean) {
      this.bean = bean;
    }

    @Test
    void one(KmsClient own) {
      assertThat(bean).isSameAs(SpringExtension.BEAN).isNotSameAs(own);
    }
  }

  static class Inherited extends AnnotatedConstructor {

    @Autowired
    Inherited(KmsClient bean) {
      super(bean);
    }
  }

  @ExtendWith(SpringExtension.class)
  @TestConstructor(autowireMode = AutowireMode.ALL)
  @EmbeddedKms
  static class AllConstructors {

    private final KmsClient bean;

    AllConstructors(KmsClient bean) {
      this.bean = bean;
    }

    @Test
    void one(KmsClient own) {
      assertThat(bean).isSameAs(SpringExtension.BEAN).isNotSameAs(own);
    }

    @Nested
    class Within {

      @Test
      void one(KmsClient own) {
        assertThat(bean).isSameAs(SpringExtension.BEAN).isNotSameAs(own);
      }
    }
  }

  @Test
  void parametersForSpring_areLeftToSpring() {
    Samples.succeed(2, AnnotatedParameters.class);
    Samples.succeed(2, AnnotatedConstructor.class, Inherited.class);
    Samples.succeed(2, AllConstructors.class);
  }

  @ExtendWith(SpringExtension.class)
  @EmbeddedKms
  static class DefaultMode {

    private final KmsClient given;

    DefaultMode(KmsClient given) {
      this.given = given;
    }

    @Test
    void one(KmsClient own) {
      assertThat(given).isSameAs(expectBean ? SpringExtension.BEAN : own);
    }
  }

  private static boolean expectBean;

  @ExtendWith(SpringExtension.class)
  @TestConstructor(autowireMode = AutowireMode.ANNOTATED)
  @EmbeddedKms
  static class AnnotatedOnly {

    private final KmsClient given;

    AnnotatedOnly(KmsClient given) {
      this.given = given;
    }

    @Test
    void one(KmsClient own) {
      assertThat(given).isSameAs(own);
    }
  }

  @EmbeddedKms
  static class WithoutSpring {

    private final KmsClient given;

    WithoutSpring(KmsClient given) {
      this.given = given;
    }

    @Test
    void one(KmsClient own) {
      assertThat(given).isSameAs(own);
    }
  }

  @Test
  void constructorParameters_areLeftToSpring_onlyIfItsModeIsAll() {
    expectBean = false;
    Samples.succeed(3, DefaultMode.class, AnnotatedOnly.class, WithoutSpring.class);
    expectBean = true;
    Samples.succeed(
        3,
        EngineTestKit.engine("junit-jupiter")
            .selectors(
                selectClass(DefaultMode.class),
                selectClass(AnnotatedOnly.class),
                selectClass(WithoutSpring.class))
            .configurationParameter("spring.test.constructor.autowire.mode", "all"));
  }

  static final class Cdi implements ParameterResolver {

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
      return parameter.isAnnotated(Inject.class)
          || parameter.getDeclaringExecutable().isAnnotationPresent(Inject.class);
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
      return SpringExtension.BEAN;
    }
  }

  @EmbeddedKms
  @ExtendWith(Cdi.class)
  static class Injected {

    private final KmsClient bean;

    @Inject
    Injected(KmsClient bean) {
      this.bean = bean;
    }

    @Test
    void one(@Inject KmsClient same, KmsClient own) {
      assertThat(bean).isSameAs(same).isSameAs(SpringExtension.BEAN).isNotSameAs(own);
    }
  }

  @Test
  void parametersForCdi_areLeftToIt() {
    Samples.succeed(1, Injected.class);
  }

  @EmbeddedKms
  @ExtendWith(MockitoExtension.class)
  static class Mocked {

    @Test
    void one(@Mock KmsClient mock, KmsClient own) {
      assertThat(Mockito.mockingDetails(mock).isMock()).isTrue();
      assertThat(own.listKeys(b -> {}).keys()).isEmpty();
    }
  }

  @Test
  void parametersForMockito_areLeftToIt() {
    Samples.succeed(1, Mocked.class);
  }
}
