package io.github.embeddedkms.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.embeddedkms.Caller;
import io.github.embeddedkms.FailureListener;
import io.github.embeddedkms.exception.AccessDeniedException;
import io.github.embeddedkms.exception.DisabledException;
import io.github.embeddedkms.local.Sample.Forms;
import io.github.embeddedkms.model.DataKeySpec;
import io.github.embeddedkms.model.EncryptionContext;
import io.github.embeddedkms.model.KeyState;
import io.github.embeddedkms.operation.DecryptBuilder;
import io.github.embeddedkms.operation.DescribeKey;
import io.github.embeddedkms.operation.GenerateDataKeyBuilder;
import io.github.embeddedkms.operation.KmsRequest;
import io.github.embeddedkms.operation.ReEncryptBuilder;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every operation asks the authorizer the right question and respects its decision. */
class AuthorizerContractTest {

  private static final Caller OWNER = Caller.of(Fixture.REGION, Fixture.ACCOUNT);
  private static final Caller STRANGER = Caller.of(Fixture.REGION, "444455556666");

  private final List<AccessRequest> asked = new ArrayList<>();

  static List<Sample> samples() {
    return Sample.all();
  }

  private static Engine engine(Fixture fixture, Authorizer authorizer) {
    SecureRandom random = new SecureRandom();
    return new Engine(
        fixture.storage,
        () -> fixture.now,
        random,
        KeySource.of(random),
        Duration.ZERO,
        FailureListener.none(),
        authorizer);
  }

  @ParameterizedTest
  @MethodSource("samples")
  void operation_validRequest_isAuthorizedForItsActionAndKey(Sample sample) {
    try (Fixture fixture = sample.fixture()) {
      KmsRequest<?> request = sample.valid().apply(fixture);
      engine(fixture, asked::add).call(OWNER, request);
      assertThat(asked).allSatisfy(each -> assertThat(each.caller()).isEqualTo(OWNER));
      assertThat(asked).allSatisfy(each -> assertThat(each.request()).isSameAs(request));
      if (sample.operation().equals("ReEncrypt")) {
        assertThat(asked)
            .map(AccessRequest::action)
            .containsExactly("ReEncryptFrom", "ReEncryptTo");
      } else {
        assertThat(asked).map(AccessRequest::action).containsExactly(sample.operation());
      }
      assertThat(asked)
          .filteredOn(each -> each.action().equals(sample.action()))
          .allSatisfy(
              each -> {
                if (sample.forms() == Forms.NONE) {
                  assertThat(each.key()).isNull();
                } else {
                  assertThat(each.key().arn()).hasToString(fixture.keyArn);
                  assertThat(each.key().entry().address()).isEqualTo(fixture.key().address());
                }
              });
    }
  }

  @ParameterizedTest
  @MethodSource("samples")
  void operation_accessDenied_changesNothingAndThrowsOnlyThat(Sample sample) {
    for (KeyState state : List.of(KeyState.ENABLED, KeyState.DISABLED)) {
      try (Fixture fixture = sample.unpreparedFixture()) {
        fixture.state(state);
        Engine engine =
            engine(
                fixture,
                request -> {
                  if (request.action().equals(sample.action())) {
                    throw new AccessDeniedException("no");
                  }
                });
        assertThat(catchThrowable(() -> engine.call(OWNER, sample.valid().apply(fixture))))
            .isExactlyInstanceOf(AccessDeniedException.class)
            .hasMessage("no");
        assertThat(fixture.storage.changes).isZero();
      }
    }
  }

  @Test
  void reEncrypt_bothKeys_areAuthorizedWithTheirOwnContextAndTokens() {
    try (Fixture fixture = new Fixture()) {
      Map<String, String> destinationContext = Map.of("to", "there");
      engine(fixture, asked::add)
          .call(
              OWNER,
              ReEncryptBuilder.builder()
                  .ciphertextBlob(fixture.blob)
                  .sourceKeyId(Fixture.ALIAS)
                  .destinationKeyId(Fixture.OTHER_ALIAS)
                  .destinationEncryptionContext(destinationContext)
                  .grantTokens(List.of("token"))
                  .build());
      assertThat(asked)
          .map(each -> each.key().arn().toString())
          .containsExactly(fixture.keyArn, Fixture.arn(fixture.otherKeyId));
      assertThat(asked)
          .map(AccessRequest::context)
          .containsExactly(EncryptionContext.none(), EncryptionContext.of(destinationContext));
      assertThat(asked)
          .map(AccessRequest::grantTokens)
          .containsExactly(List.of("token"), List.of("token"));
    }
  }

  @Test
  void foreignKey_allowed_responsesShowItsOwnArn() {
    try (Fixture fixture = new Fixture()) {
      Engine engine = engine(fixture, asked::add);
      var dataKey =
          engine.call(
              STRANGER,
              GenerateDataKeyBuilder.builder()
                  .keyId(Fixture.ALIAS_ARN)
                  .keySpec(DataKeySpec.AES_256)
                  .build());
      assertThat(dataKey.keyId()).isEqualTo(fixture.keyArn);
      var metadata = engine.call(STRANGER, new DescribeKey(fixture.keyArn, null)).keyMetadata();
      assertThat(metadata.arn()).isEqualTo(fixture.keyArn);
      assertThat(metadata.awsAccountId()).isEqualTo(Fixture.ACCOUNT);
      var decrypt =
          DecryptBuilder.builder()
              .ciphertextBlob(dataKey.ciphertextBlob())
              .keyId(fixture.keyArn)
              .build();
      assertThat(engine.call(STRANGER, decrypt).keyId()).isEqualTo(fixture.keyArn);
      fixture.state(KeyState.DISABLED);
      assertThat(catchThrowable(() -> engine.call(STRANGER, decrypt)))
          .isExactlyInstanceOf(DisabledException.class)
          .hasMessage(fixture.keyArn + " is disabled.");
      assertThat(asked)
          .map(AccessRequest::action)
          .containsExactly("GenerateDataKey", "DescribeKey", "Decrypt", "Decrypt");
      assertThat(asked)
          .allSatisfy(each -> assertThat(each.key().arn()).hasToString(fixture.keyArn));
    }
  }

  @Test
  void keyArn_ofKeyInAnotherAccountAndRegion_isBuiltFromItsAddress() {
    try (Fixture fixture = new Fixture()) {
      Caller elsewhere = Caller.of("aws", "us-west-2", "444455556666");
      assertThat(ResolvedKey.of(elsewhere, fixture.key()).arn()).hasToString(fixture.keyArn);
    }
  }
}
