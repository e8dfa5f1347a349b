package io.github.embeddedkms.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.embeddedkms.Caller;
import io.github.embeddedkms.FailureListener;
import io.github.embeddedkms.authorization.Identities;
import io.github.embeddedkms.exception.AccessDeniedException;
import io.github.embeddedkms.exception.DisabledException;
import io.github.embeddedkms.local.Sample.Forms;
import io.github.embeddedkms.model.DataKeySpec;
import io.github.embeddedkms.model.EncryptionContext;
import io.github.embeddedkms.model.GrantConstraints;
import io.github.embeddedkms.model.GrantOperation;
import io.github.embeddedkms.model.KeyState;
import io.github.embeddedkms.operation.CreateGrant;
import io.github.embeddedkms.operation.CreateGrantBuilder;
import io.github.embeddedkms.operation.DecryptBuilder;
import io.github.embeddedkms.operation.DescribeKey;
import io.github.embeddedkms.operation.GenerateDataKeyBuilder;
import io.github.embeddedkms.operation.KmsRequest;
import io.github.embeddedkms.operation.ReEncryptBuilder;
import io.github.embeddedkms.operation.RetireGrant;
import io.github.embeddedkms.operation.RevokeGrant;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every operation asks the authorizer the right question and respects its decision. */
class AuthorizerContractTest {

  private static final Caller OWNER = Caller.of(Fixture.REGION, Fixture.ACCOUNT);
  private static final Caller STRANGER = Caller.of(Fixture.REGION, "444455556666");

  private final ScriptedAuthorizer authorizer = new ScriptedAuthorizer();
  private final List<AccessRequest> asked = authorizer.asked;

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
        Identities.administrators(),
        null,
        FailureListener.none(),
        policies -> authorizer);
  }

  @ParameterizedTest
  @MethodSource("samples")
  void operation_validRequest_isAuthorizedForItsActionAndKey(Sample sample) {
    try (Fixture fixture = sample.fixture()) {
      KmsRequest<?> request = sample.valid().apply(fixture);
      engine(fixture, authorizer).call(OWNER, request);
      // A replica is created in its own Region.
      assertThat(asked)
          .allSatisfy(
              each ->
                  assertThat(each.caller())
                      .isEqualTo(
                          sample.operation().equals("ReplicateKey")
                                  && each.action().equals("CreateKey")
                              ? OWNER.inRegion("us-east-1")
                              : OWNER));
      assertThat(asked).allSatisfy(each -> assertThat(each.request()).isSameAs(request));
      assertThat(asked).map(AccessRequest::action).isEqualTo(permissionsOf(sample));
      assertThat(asked)
          .filteredOn(each -> !each.action().equals("CreateKey"))
          .allSatisfy(each -> assertThat(each.key() != null).isEqualTo(each.target().isKey()));
      // The list of aliases is the account's, even if a key selects from it.
      if (sample.forms() != Forms.NONE && !sample.operation().equals("ListAliases")) {
        assertThat(asked)
            .anySatisfy(
                each -> {
                  assertThat(each.action()).isEqualTo(sample.action());
                  assertThat(each.resource()).isEqualTo(fixture.keyArn);
                  assertThat(each.key().arn()).isEqualTo(fixture.keyArn);
                  assertThat(each.key().entry().address()).isEqualTo(fixture.key().address());
                });
      }
    }
  }

  /** Returns the permissions that a request needs, in the order in which they are asked for. */
  private static List<String> permissionsOf(Sample sample) {
    String operation = sample.operation();
    return switch (operation) {
      case "ReEncrypt" -> List.of("ReEncryptFrom", "ReEncryptTo");
      // For the alias and for its key.
      case "CreateAlias", "DeleteAlias" -> List.of(operation, operation);
      // For the alias, its key, and its next key.
      case "UpdateAlias" -> List.of(operation, operation, operation);
      case "ReplicateKey" -> List.of(operation, "CreateKey");
      // For the primary key and the next one.
      case "UpdatePrimaryRegion" -> List.of(operation, operation);
      default -> List.of(operation);
    };
  }

  @ParameterizedTest
  @MethodSource("samples")
  void operation_accessDenied_changesNothingAndThrowsOnlyThat(Sample sample) {
    for (KeyState state : List.of(KeyState.ENABLED, KeyState.DISABLED)) {
      try (Fixture fixture = sample.unpreparedFixture()) {
        fixture.state(state);
        ScriptedAuthorizer refusing =
            new ScriptedAuthorizer(request -> request.action().equals(sample.action()));
        Engine engine = engine(fixture, refusing);
        assertThat(catchThrowable(() -> engine.call(OWNER, sample.valid().apply(fixture))))
            .isExactlyInstanceOf(AccessDeniedException.class)
            .hasMessage("no");
        assertThat(refusing.reported).hasSize(1);
        assertThat(fixture.storage.changes).isZero();
      }
    }
  }

  @Test
  void reEncrypt_bothKeys_areAuthorizedWithTheirOwnContextAndEachOther() {
    try (Fixture fixture = new Fixture()) {
      Map<String, String> destinationContext = Map.of("to", "there");
      engine(fixture, authorizer)
          .call(
              OWNER,
              ReEncryptBuilder.builder()
                  .ciphertextBlob(fixture.blob)
                  .sourceKeyId(Fixture.ALIAS)
                  .destinationKeyId(Fixture.OTHER_ALIAS)
                  .destinationEncryptionContext(destinationContext)
                  .build());
      assertThat(asked)
          .map(each -> each.key().arn().toString())
          .containsExactly(fixture.keyArn, Fixture.arn(fixture.otherKeyId));
      assertThat(asked)
          .map(AccessRequest::context)
          .containsExactly(EncryptionContext.none(), EncryptionContext.of(destinationContext));
      assertThat(asked)
          .map(each -> each.otherKeyArn().get())
          .containsExactly(Fixture.arn(fixture.otherKeyId), fixture.keyArn);
    }
  }

  @Test
  void grant_createdAndRetired_isAuthorizedWithItselfAndItsPairs() {
    try (Fixture fixture = new Fixture()) {
      Engine engine = engine(fixture, authorizer);
      Map<String, String> pairs = Map.of("Dept", "IT");
      CreateGrant request =
          CreateGrantBuilder.builder()
              .keyId(fixture.keyId)
              .granteePrincipal(Fixture.GRANTEE)
              .operations(List.of(GrantOperation.DECRYPT))
              .constraints(new GrantConstraints(null, pairs, null))
              .build();
      String id = engine.call(OWNER, request).grantId();
      engine.call(OWNER, new RetireGrant(null, fixture.keyId, id, null));
      assertThat(asked).extracting(each -> each.grant().id()).containsExactly(id, id);
      assertThat(asked)
          .extracting(AccessRequest::context)
          .containsOnly(EncryptionContext.of(pairs));
    }
  }

  /** The permission for it does not depend on the grant, nor on whether there is one. */
  @Test
  void grant_revoked_isAuthorizedWithoutIt() {
    try (Fixture fixture = new Fixture()) {
      Engine engine = engine(fixture, authorizer);
      engine.call(OWNER, new RevokeGrant(fixture.keyId, fixture.grantId(), null));
      assertThat(asked).singleElement().extracting(AccessRequest::grant).isNull();
      ScriptedAuthorizer refusing = new ScriptedAuthorizer(request -> true);
      assertThat(
              catchThrowable(
                  () ->
                      engine(fixture, refusing)
                          .call(OWNER, new RevokeGrant(fixture.keyId, "unknown", null))))
          .isExactlyInstanceOf(AccessDeniedException.class)
          .hasMessage("no");
    }
  }

  @Test
  void foreignKey_allowed_responsesShowItsOwnArn() {
    try (Fixture fixture = new Fixture()) {
      Engine engine = engine(fixture, authorizer);
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
