package io.github.embeddedkms.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.embeddedkms.KmsClient;
import io.github.embeddedkms.exception.AccessDeniedException;
import io.github.embeddedkms.exception.InvalidArnException;
import io.github.embeddedkms.exception.ValidationException;
import io.github.embeddedkms.local.Sample.Forms;
import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.DataKeyPairSpec;
import io.github.embeddedkms.model.EncryptionAlgorithmSpec;
import io.github.embeddedkms.model.GrantConstraints;
import io.github.embeddedkms.model.GrantOperation;
import io.github.embeddedkms.model.KeyState;
import io.github.embeddedkms.model.KeyUsageType;
import io.github.embeddedkms.model.MacAlgorithmSpec;
import io.github.embeddedkms.model.MessageType;
import io.github.embeddedkms.model.SecretBytes;
import io.github.embeddedkms.model.SigningAlgorithmSpec;
import io.github.embeddedkms.operation.KmsRequest;
import io.github.embeddedkms.operation.RetireGrant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every operation on a key, with a key of another account that is named by its ARN or by the ARN of
 * its alias. The error must not depend on whether there is such a key.
 */
class ForeignKeyContractTest {

  private static final String CALLER = "444455556666";
  private static final String UNKNOWN_ID = "1234abcd-12ab-34cd-56ef-1234567890ab";
  private static final String OWNERS_ARN = "arn:aws:kms:eu-central-1:111122223333:";

  static List<Sample> keyed() {
    return Sample.all().stream().filter(sample -> sample.forms() != Forms.NONE).toList();
  }

  private static String refusal(Sample sample) {
    return "User: arn:aws:iam::444455556666:root is not authorized to perform: kms:"
        + sample.action()
        + " on this resource because the resource does not exist in this Region, no resource-based"
        + " policies allow access, or a resource-based policy explicitly denies access";
  }

  /**
   * Returns a valid request that names a key. The permission for the source of ReEncrypt is asked
   * for before that for the destination, so the source is the caller's own.
   */
  private static KmsRequest<?> request(Sample sample, Fixture fixture, String identifier) {
    KmsRequest<?> request = sample.with(fixture, sample.keyMember(), identifier);
    return sample.action().equals("ReEncryptTo")
        ? Sample.with(request, "ciphertextBlob", ownBlob(fixture))
        : request;
  }

  /** Of a key that exists before the calls whose changes are counted. */
  private static Bytes ownBlob(Fixture fixture) {
    return fixture
        .kms
        .inAccount(CALLER)
        .encrypt(b -> b.keyId("alias/aws/s3").plaintext(SecretBytes.fromUtf8String("x")))
        .ciphertextBlob();
  }

  private static Throwable thrownBy(Fixture fixture, KmsRequest<?> request) {
    KmsClient caller = fixture.kms.inAccount(CALLER);
    return catchThrowable(() -> caller.call(request));
  }

  @ParameterizedTest
  @MethodSource("keyed")
  void operation_keyArnOfAnotherAccount_sameErrorWhetherOrNotTheKeyExists(Sample sample) {
    List<Function<Fixture, String>> identifiers =
        List.of(
            fixture -> fixture.keyArn,
            fixture -> OWNERS_ARN + "key/" + UNKNOWN_ID,
            fixture -> OWNERS_ARN + "key/" + fixture.keyId.toUpperCase(Locale.ROOT),
            fixture -> OWNERS_ARN + "key/",
            fixture -> OWNERS_ARN + "key/foo",
            fixture -> OWNERS_ARN + "key/alias/fixture",
            fixture -> OWNERS_ARN + "grant/" + fixture.keyId,
            fixture -> OWNERS_ARN,
            fixture -> "arn:aws:kms:eu-central-1::key/" + fixture.keyId,
            fixture -> "arn:aws:kms:eu-central-1:nobody:key/" + fixture.keyId);
    try (Fixture fixture = sample.unpreparedFixture()) {
      fixture.kms.inAccount(CALLER).describeKey(b -> b.keyId("alias/aws/s3"));
      fixture.storage.changes = 0;
      for (Function<Fixture, String> form : identifiers) {
        String identifier = form.apply(fixture);
        assertThat(thrownBy(fixture, request(sample, fixture, identifier)))
            .as(identifier)
            .isExactlyInstanceOf(AccessDeniedException.class)
            .hasMessage(refusal(sample))
            .hasNoCause();
      }
      assertThat(fixture.storage.changes).isZero();
    }
  }

  @ParameterizedTest
  @MethodSource("keyed")
  void operation_aliasArnOfAnotherAccount_sameErrorWhetherOrNotTheAliasExists(Sample sample) {
    try (Fixture fixture = sample.unpreparedFixture()) {
      fixture.kms.inAccount(CALLER).describeKey(b -> b.keyId("alias/aws/s3"));
      fixture.storage.changes = 0;
      for (String alias : List.of(Fixture.ALIAS_ARN, OWNERS_ARN + "alias/missing")) {
        Throwable thrown = thrownBy(fixture, request(sample, fixture, alias));
        switch (sample.forms()) {
          case KEY_ONLY, KEY_ONLY_OR_NONE, KEY_ONLY_OR_TOKEN ->
              assertThat(thrown)
                  .isExactlyInstanceOf(InvalidArnException.class)
                  .hasMessage("Key Aliases are not supported for this operation.");
          case TARGET ->
              // The text of CreateAlias is not recorded from the service.
              assertThat(thrown).isExactlyInstanceOf(ValidationException.class);
          default ->
              assertThat(thrown)
                  .as(alias)
                  .isExactlyInstanceOf(AccessDeniedException.class)
                  .hasMessage(refusal(sample));
        }
      }
      assertThat(fixture.storage.changes).isZero();
    }
  }

  @Test
  void retireGrant_tokenOfAnotherAccount_sameErrorWhetherOrNotTheGrantExists() {
    Sample sample = Sample.named("RetireGrant");
    try (Fixture fixture = sample.unpreparedFixture()) {
      String unknownArn = OWNERS_ARN + "key/" + UNKNOWN_ID;
      for (String token :
          List.of(
              GrantTokens.create(fixture.keyArn, fixture.grantId()),
              GrantTokens.create(fixture.keyArn, "0".repeat(64)),
              GrantTokens.create(unknownArn, fixture.grantId()))) {
        assertThat(thrownBy(fixture, new RetireGrant(token, null, null, null)))
            .isExactlyInstanceOf(AccessDeniedException.class)
            .hasMessage(refusal(sample))
            .hasNoCause();
      }
      assertThat(fixture.storage.changes).isZero();
    }
  }

  /** An additional fault of the key or of the request. */
  private record Fault(String name, BiFunction<Fixture, KmsRequest<?>, KmsRequest<?>> apply) {

    @Override
    public String toString() {
      return name;
    }
  }

  private static Fault fault(String member, Object value) {
    return new Fault(member, (fixture, request) -> Sample.with(request, member, value));
  }

  static List<Object[]> otherFaults() {
    Bytes garbage = Bytes.fromUtf8String("garbage");
    EncryptionAlgorithmSpec rsa = EncryptionAlgorithmSpec.RSAES_OAEP_SHA_256;
    Map<String, String> pairs = Map.of("k", "v");
    List<Fault> faults = new ArrayList<>();
    for (KeyState state : KeyState.values()) {
      faults.add(
          new Fault(
              state.name(),
              (fixture, request) -> {
                fixture.state(state);
                return request;
              }));
    }
    faults.add(
        new Fault(
            "usage",
            (fixture, request) -> {
              fixture.usage(KeyUsageType.KEY_AGREEMENT);
              return request;
            }));
    faults.add(fault("grantTokens", List.of("token")));
    faults.add(fault("ciphertextBlob", garbage));
    faults.add(fault("encryptionAlgorithm", rsa));
    faults.add(fault("sourceEncryptionAlgorithm", rsa));
    faults.add(fault("destinationEncryptionAlgorithm", rsa));
    faults.add(fault("dryRun", true));
    faults.add(fault("messageType", MessageType.DIGEST));
    faults.add(fault("signingAlgorithm", SigningAlgorithmSpec.ML_DSA_SHAKE_256));
    faults.add(fault("signature", garbage));
    faults.add(fault("macAlgorithm", MacAlgorithmSpec.HMAC_SHA_512));
    faults.add(fault("mac", garbage));
    faults.add(fault("publicKey", garbage));
    faults.add(fault("sharedSecretCiphertextBlob", garbage));
    faults.add(fault("keyPairSpec", DataKeyPairSpec.SM2));
    faults.add(fault("numberOfBytes", 16));
    faults.add(fault("pendingWindowInDays", 31));
    faults.add(fault("grantId", "0".repeat(64)));
    faults.add(fault("granteePrincipal", "arn:aws:iam::111122223333:group/admins"));
    faults.add(fault("operations", List.of(GrantOperation.SIGN)));
    faults.add(fault("constraints", new GrantConstraints(pairs, pairs, null)));
    List<Object[]> cases = new ArrayList<>();
    for (Sample sample : keyed()) {
      for (Fault fault : faults) {
        boolean ofKey = KeyState.class.getEnumConstants().length > faults.indexOf(fault);
        if (ofKey || fault.name.equals("usage") || sample.has(fault.name)) {
          cases.add(new Object[] {sample, fault});
        }
      }
    }
    return cases;
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("otherFaults")
  void operation_foreignKeyAndAnotherFault_doesNotRevealWhetherTheKeyExists(
      Sample sample, Fault fault) {
    boolean ofSource =
        sample.action().equals("ReEncryptTo")
            && List.of("ciphertextBlob", "grantTokens", "sourceEncryptionAlgorithm")
                .contains(fault.name);
    try (Fixture fixture = sample.unpreparedFixture()) {
      fixture.kms.inAccount(CALLER).describeKey(b -> b.keyId("alias/aws/s3"));
      List<Throwable> thrown = new ArrayList<>();
      for (String key : List.of(fixture.keyArn, OWNERS_ARN + "key/" + UNKNOWN_ID)) {
        thrown.add(thrownBy(fixture, fault.apply.apply(fixture, request(sample, fixture, key))));
      }
      assertThat(thrown.get(0)).hasSameClassAs(thrown.get(1));
      assertThat(thrown.get(0)).hasMessage(thrown.get(1).getMessage());
      if (!ofSource) {
        assertThat(thrown.get(0))
            .isExactlyInstanceOf(AccessDeniedException.class)
            .hasMessage(refusal(sample));
      }
    }
  }
}
