package io.github.embeddedkms.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.embeddedkms.Caller;
import io.github.embeddedkms.KmsClient;
import io.github.embeddedkms.exception.DisabledException;
import io.github.embeddedkms.exception.DryRunOperationException;
import io.github.embeddedkms.exception.InvalidGrantTokenException;
import io.github.embeddedkms.exception.InvalidKeyUsageException;
import io.github.embeddedkms.exception.NotFoundException;
import io.github.embeddedkms.exception.NotSupportedYetException;
import io.github.embeddedkms.model.GrantOperation;
import io.github.embeddedkms.model.KeyState;
import io.github.embeddedkms.model.KeyUsageType;
import io.github.embeddedkms.model.RecipientInfo;
import io.github.embeddedkms.operation.KmsRequest;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Members that several operations share (DryRun, GrantTokens, Recipient), and key usage. */
class SharedMemberContractTest {

  private static List<Sample> with(String member, int atLeast) {
    List<Sample> samples = Sample.all().stream().filter(s -> s.has(member)).toList();
    assertThat(samples).hasSizeGreaterThanOrEqualTo(atLeast);
    return samples;
  }

  static List<Sample> withDryRun() {
    return with("dryRun", 19);
  }

  static List<Sample> withGrantTokens() {
    return with("grantTokens", 18);
  }

  static List<Sample> withRecipient() {
    return with("recipient", 3);
  }

  @ParameterizedTest
  @MethodSource("withDryRun")
  void dryRun_validRequest_throwsDryRunOperationAndChangesNothing(Sample sample) {
    try (Fixture fixture = sample.unpreparedFixture()) {
      assertThat(catchThrowable(() -> fixture.kms.call(sample.with(fixture, "dryRun", true))))
          .isExactlyInstanceOf(DryRunOperationException.class)
          .hasMessage("The request would have succeeded, but the DryRun option is set.");
      assertThat(fixture.storage.changes).isZero();
      assertThatCode(() -> fixture.kms.call(sample.with(fixture, "dryRun", false)))
          .doesNotThrowAnyException();
    }
  }

  /** Retiring and revoking a grant is possible in every state of its key. */
  static List<Sample> refusedIfDisabled() {
    return withDryRun().stream()
        .filter(sample -> !sample.possibleIn().contains(KeyState.DISABLED))
        .toList();
  }

  @ParameterizedTest
  @MethodSource("refusedIfDisabled")
  void dryRun_invalidRequest_throwsTheErrorOfTheRealCall(Sample sample) {
    try (Fixture fixture = sample.unpreparedFixture()) {
      fixture.state(KeyState.DISABLED);
      assertThat(catchThrowable(() -> fixture.kms.call(sample.with(fixture, "dryRun", true))))
          .isExactlyInstanceOf(DisabledException.class);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"RetireGrant", "RevokeGrant"})
  void dryRun_unknownGrant_throwsTheErrorOfTheRealCall(String operation) {
    Sample sample = Sample.named(operation);
    try (Fixture fixture = sample.unpreparedFixture()) {
      String unknown = "0".repeat(64);
      KmsRequest<?> request = Sample.with(sample.with(fixture, "grantId", unknown), "dryRun", true);
      assertThat(catchThrowable(() -> fixture.kms.call(request)))
          .isExactlyInstanceOf(NotFoundException.class)
          .hasMessage("embedded-kms: the key has no grant " + unknown);
    }
  }

  /**
   * Cryptographic operations that name their key. The key of a blob in Decrypt never has another
   * usage.
   */
  static List<Sample> cryptographic() {
    return withDryRun().stream().filter(s -> s.forms() == Sample.Forms.ANY).toList();
  }

  @ParameterizedTest
  @MethodSource("cryptographic")
  void keyOfAnotherUsage_isRefusedBeforeItsState(Sample sample) {
    KeyUsageType another =
        sample.keyUsage() == KeyUsageType.KEY_AGREEMENT
            ? KeyUsageType.ENCRYPT_DECRYPT
            : KeyUsageType.KEY_AGREEMENT;
    try (Fixture fixture = sample.unpreparedFixture()) {
      fixture.usage(another);
      fixture.state(KeyState.DISABLED);
      assertThat(catchThrowable(() -> fixture.kms.call(sample.valid().apply(fixture))))
          .isExactlyInstanceOf(InvalidKeyUsageException.class)
          .hasMessage(
              fixture.keyArn
                  + " key usage is "
                  + another
                  + " which is not valid for "
                  + sample.action()
                  + ".");
    }
  }

  @ParameterizedTest
  @MethodSource("withGrantTokens")
  void grantTokens_tenOfFullLength_throwInvalidGrantToken(Sample sample) {
    try (Fixture fixture = sample.unpreparedFixture()) {
      List<String> tokens = Collections.nCopies(10, "t".repeat(8192));
      assertThat(
              catchThrowable(() -> fixture.kms.call(sample.with(fixture, "grantTokens", tokens))))
          .isExactlyInstanceOf(InvalidGrantTokenException.class)
          .hasMessage("embedded-kms: no grant was issued with this token");
      assertThatCode(() -> fixture.kms.call(sample.with(fixture, "grantTokens", List.of())))
          .doesNotThrowAnyException();
    }
  }

  /** A grant counts without its token, and a token of another grant permits nothing. */
  @ParameterizedTest
  @MethodSource("withGrantTokens")
  void grantTokens_ofAnyGrant_areIgnored(Sample sample) {
    try (Fixture fixture = sample.unpreparedFixture()) {
      String other = createGrant(fixture.kms, fixture.otherKeyId);
      String retired = createGrant(fixture.kms, fixture.keyId);
      fixture.kms.retireGrant(b -> b.grantToken(retired));
      String ofAnotherPrincipal = createGrant(fixture.kms, fixture.keyId);
      KmsClient elsewhere = fixture.kms.client(Caller.of("eu-west-1", "444455556666"));
      String ofAnotherAccount =
          createGrant(elsewhere, elsewhere.createKey(b -> {}).keyMetadata().keyId());
      List<String> tokens = List.of(other, retired, ofAnotherPrincipal, ofAnotherAccount, other);
      KmsRequest<?> request = sample.with(fixture, "grantTokens", tokens);
      assertThatCode(() -> fixture.kms.call(request)).doesNotThrowAnyException();
      // One that is no token is found among them.
      List<String> notAll = List.of(other, other.substring(1));
      assertThat(
              catchThrowable(() -> fixture.kms.call(Sample.with(request, "grantTokens", notAll))))
          .isExactlyInstanceOf(InvalidGrantTokenException.class)
          .hasMessage("embedded-kms: no grant was issued with this token");
    }
  }

  private static String createGrant(KmsClient kms, String keyId) {
    return kms.createGrant(
            b ->
                b.keyId(keyId)
                    .granteePrincipal(Fixture.GRANTEE)
                    .operations(List.of(GrantOperation.DESCRIBE_KEY)))
        .grantToken();
  }

  @ParameterizedTest
  @MethodSource("withRecipient")
  void recipient_isRefused_afterTheServicesOwnErrors(Sample sample) {
    try (Fixture fixture = sample.unpreparedFixture()) {
      KmsRequest<?> request =
          sample.with(fixture, "recipient", new RecipientInfo(null, fixture.blob));
      assertThat(catchThrowable(() -> fixture.kms.call(request)))
          .isExactlyInstanceOf(NotSupportedYetException.class)
          .hasMessage("embedded-kms: Recipient is not supported yet");
      if (sample.forms() != Sample.Forms.NONE) {
        fixture.state(KeyState.DISABLED);
        assertThat(catchThrowable(() -> fixture.kms.call(request)))
            .isExactlyInstanceOf(DisabledException.class);
      }
    }
  }
}
