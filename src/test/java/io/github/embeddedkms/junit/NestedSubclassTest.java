package io.github.embeddedkms.junit;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.embeddedkms.KmsClient;
import io.github.embeddedkms.local.LocalKeyProvider;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/** Nested classes that inherit a static field from the same class as an enclosing class. */
class NestedSubclassTest {

  private static final String HERE = NestedSubclassTest.class.getName();

  abstract static class Base {

    @EmbeddedKms static LocalKeyProvider kms;
    @EmbeddedKms KmsClient ofInstance;

    /** Asserts that the provider is shared and was reset, and creates a key. */
    final void use(LocalKeyProvider same) {
      assertThat(same).isSameAs(kms).isSameAs(ofInstance);
      assertThat(kms.listKeys(b -> {}).keys()).isEmpty();
      kms.createKey(b -> {});
    }
  }

  static class Outer extends Base {

    private static LocalKeyProvider first;

    @BeforeAll
    static void before() {
      first = kms;
    }

    @RepeatedTest(2)
    void outer(LocalKeyProvider same) {
      use(same);
    }

    @Nested
    class Inner extends Base {

      @RepeatedTest(2)
      void inner(LocalKeyProvider same) {
        assertThat(same).isSameAs(first);
        use(same);
      }

      @Nested
      class Innermost extends Base {

        @RepeatedTest(2)
        void innermost(LocalKeyProvider same) {
          assertThat(same).isSameAs(first);
          use(same);
        }
      }
    }

    @AfterAll
    static void after() {
      // The end of a nested class has not removed it.
      assertThat(kms).isSameAs(first);
      assertThat(kms.listKeys(b -> {})).isNotNull();
    }
  }

  @Test
  void staticField_ofTheSuperclassOfBoth_isSharedWithTheEnclosingClass() {
    Samples.succeed(6, Outer.class);
    assertThat(Base.kms).isNull();
  }

  static class AroundInner {

    @Nested
    class Inner extends Base {

      @Test
      void inner(LocalKeyProvider same) {
        use(same);
      }
    }

    @Nested
    class OtherInner extends Base {

      @Test
      void inner(LocalKeyProvider same) {
        use(same);
      }
    }
  }

  @Test
  void staticField_thatTheEnclosingClassDoesNotInherit_isInjectedForEachNestedClass() {
    Samples.succeed(2, AroundInner.class);
    assertThat(Base.kms).isNull();
  }

  static class AroundOwn extends Base {

    @Nested
    @EmbeddedKms
    class Own extends Base {

      @Test
      void own() {}
    }
  }

  @EmbeddedKms
  abstract static class AnnotatedBase {

    @EmbeddedKms static LocalKeyProvider kms;
  }

  static class AroundInherited extends AnnotatedBase {

    @Nested
    class Inherited extends AnnotatedBase {

      @Test
      void own() {}
    }
  }

  static class AssignedByTheUser {

    @Nested
    class Inner extends Base {

      @Test
      void inner() {}
    }

    @BeforeAll
    static void before() {
      Base.kms = LocalKeyProvider.inMemory();
    }

    @AfterAll
    static void after() {
      Base.kms.close();
      Base.kms = null;
    }
  }

  @Test
  void staticField_thatIsAssignedFromElsewhere_isRefused() {
    Samples.fail(
        "embedded-kms: "
            + HERE
            + "$Base.kms is assigned for the enclosing class "
            + HERE
            + "$AroundOwn, and "
            + HERE
            + "$AroundOwn$Own has its own provider. Use parameters or an instance field instead",
        AroundOwn.class);
    Samples.fail(
        "embedded-kms: "
            + HERE
            + "$AnnotatedBase.kms is assigned for the enclosing class "
            + HERE
            + "$AroundInherited, and "
            + HERE
            + "$AroundInherited$Inherited has its own provider. Use parameters or an instance field"
            + " instead",
        AroundInherited.class);
    Samples.fail(
        "embedded-kms: " + HERE + "$Base.kms is already assigned", AssignedByTheUser.class);
  }
}
