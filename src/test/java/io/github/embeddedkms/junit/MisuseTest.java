package io.github.embeddedkms.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.embeddedkms.KmsClient;
import io.github.embeddedkms.authorization.Identities;
import io.github.embeddedkms.authorization.Identity;
import io.github.embeddedkms.local.KmsClock;
import io.github.embeddedkms.local.LocalKeyProvider;
import io.github.embeddedkms.local.Seed;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A wrong configuration is reported, and no test runs. */
class MisuseTest {

  private static final String HERE = MisuseTest.class.getName();

  static class FinalField {
    @EmbeddedKms final KmsClient kms = null;

    @Test
    void one() {
      assertThat(kms).isNull();
    }
  }

  static class AssignedField {
    @EmbeddedKms static KmsClient kms = LocalKeyProvider.inMemory();

    @Test
    void one() {}
  }

  static class OtherField {
    @EmbeddedKms String kms;

    @Test
    void one() {}
  }

  static class FieldWithAttributes {
    @EmbeddedKms(region = "eu-west-1")
    KmsClient kms;

    @Test
    void one() {}
  }

  @Test
  void fields_notInjectable_areRefused() {
    Samples.fail("embedded-kms: " + HERE + "$FinalField.kms is final", FinalField.class);
    Samples.fail(
        "embedded-kms: " + HERE + "$AssignedField.kms is already assigned", AssignedField.class);
    Samples.fail(
        "embedded-kms: "
            + HERE
            + "$OtherField.kms cannot be injected; the types that can are"
            + " io.github.embeddedkms.local.LocalKeyProvider, io.github.embeddedkms.KmsClient,"
            + " software.amazon.awssdk.services.kms.KmsClient,"
            + " software.amazon.awssdk.services.kms.KmsAsyncClient, java.net.URI,"
            + " io.github.embeddedkms.local.KmsClock,"
            + " io.github.embeddedkms.local.AccessRecorder",
        OtherField.class);
    Samples.fail(
        "embedded-kms: "
            + HERE
            + "$FieldWithAttributes.kms has attributes in its annotation, which belong on the class"
            + " or the method",
        FieldWithAttributes.class);
  }

  static class ClockBesideAnother {
    @RegisterExtension
    static final EmbeddedKmsExtension KMS =
        EmbeddedKmsExtension.builder().clock(() -> Instant.EPOCH).build();

    @Test
    void one(KmsClock clock) {}
  }

  @Test
  void clock_besideAnotherOfTheBuilder_isRefused() {
    Samples.fail(
        "embedded-kms: a KmsClock cannot be injected, since the extension's builder has another"
            + " clock; set a KmsClock there, or none",
        ClockBesideAnother.class);
  }

  record OneAdministrator(String name) implements Identities {
    @Override
    public Identity of(String principal) {
      return principal.equals(name) ? Identity.administrator() : Identity.none();
    }
  }

  @EmbeddedKms(identities = OneAdministrator.class)
  static class NoIdentities {
    @Test
    void one(KmsClient kms) {}
  }

  @EmbeddedKms(seed = "gone.yaml")
  static class NoResource {
    @Test
    void one(KmsClient kms) {}
  }

  @EmbeddedKms(region = "nowhere")
  static class NoRegion {
    @Test
    void one(KmsClient kms) {}
  }

  @EmbeddedKms(aliases = "orders")
  static class NoAlias {
    @Test
    void one(KmsClient kms) {}
  }

  @Test
  void attributes_invalid_areRefused() {
    Samples.fail(
        "embedded-kms: there is no resource gone.yaml for " + HERE + "$NoResource",
        NoResource.class);
    Samples.fail("not a Region: nowhere", NoRegion.class);
    Samples.fail("embedded-kms: cannot create orders", NoAlias.class);
    Samples.fail(
        "embedded-kms: cannot create "
            + HERE
            + "$OneAdministrator, which needs a constructor without parameters and, inside another"
            + " class, must be static",
        NoIdentities.class);
  }

  @EmbeddedKms
  static class Both {
    @RegisterExtension static final EmbeddedKmsExtension KMS = new EmbeddedKmsExtension();

    @Test
    void one(KmsClient kms) {}
  }

  static class Two {
    @RegisterExtension static final EmbeddedKmsExtension ONE = new EmbeddedKmsExtension();
    @RegisterExtension final EmbeddedKmsExtension other = new EmbeddedKmsExtension();

    @Test
    void one(KmsClient kms) {}
  }

  static class StaticFieldWithInstanceExtension {
    @RegisterExtension final EmbeddedKmsExtension extension = new EmbeddedKmsExtension();
    @EmbeddedKms static KmsClient kms;

    @Test
    void one() {}
  }

  @Test
  void registrations_conflicting_areRefused() {
    Samples.fail(
        "embedded-kms: "
            + HERE
            + "$Both has both @EmbeddedKms and an EmbeddedKmsExtension; use only one of them",
        Both.class);
    Samples.fail(
        "embedded-kms: register only one EmbeddedKmsExtension; there are "
            + HERE
            + "$Two.ONE, "
            + HERE
            + "$Two.other",
        Two.class);
    Samples.fail(
        "embedded-kms: for static fields to be injected, "
            + HERE
            + "$StaticFieldWithInstanceExtension.extension must be static too",
        StaticFieldWithInstanceExtension.class);
  }

  @Test
  void builder_withTwoSeeds_isRefused() {
    EmbeddedKmsExtension.Builder builder =
        EmbeddedKmsExtension.builder().seed(Seed.builder().build()).seedResource("orders.json");
    assertThatIllegalArgumentException()
        .isThrownBy(builder::build)
        .withMessage("embedded-kms: set either seed or seedResource, not both");
  }
}
