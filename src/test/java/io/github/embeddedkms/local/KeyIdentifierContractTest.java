package io.github.embeddedkms.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.embeddedkms.exception.AccessDeniedException;
import io.github.embeddedkms.exception.InvalidArnException;
import io.github.embeddedkms.exception.KmsException;
import io.github.embeddedkms.exception.NotFoundException;
import io.github.embeddedkms.exception.ValidationException;
import io.github.embeddedkms.local.Sample.Forms;
import io.github.embeddedkms.operation.KmsRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every operation on a key, with every valid and invalid way to name a key. */
class KeyIdentifierContractTest {

  private static final String UNKNOWN_ID = "1234abcd-12ab-34cd-56ef-1234567890ab";
  private static final String UNKNOWN_MRK = "mrk-1234abcd12ab34cd56ef1234567890ab";
  private static final String ARN = "arn:aws:kms:eu-central-1:111122223333:";

  /** A wrong identifier and its error, for operations that accept aliases and those that do not. */
  private record Wrong(String identifier, Class<? extends KmsException> error, String message) {}

  /** Stands for the text of a message that is not recorded from the service. */
  private static final String NOT_RECORDED = "not recorded";

  private static final List<Wrong> WRONG =
      List.of(
          notFound(UNKNOWN_ID, "Key '" + ARN + "key/" + UNKNOWN_ID + "' does not exist"),
          notFound(UNKNOWN_MRK, "Key '" + ARN + "key/" + UNKNOWN_MRK + "' does not exist"),
          notFound(
              ARN + "key/" + UNKNOWN_ID, "Key '" + ARN + "key/" + UNKNOWN_ID + "' does not exist"),
          notFound(
              UNKNOWN_ID.toUpperCase(Locale.ROOT),
              "Key '" + ARN + "key/" + UNKNOWN_ID.toUpperCase(Locale.ROOT) + "' does not exist"),
          notFound("fake-key-id", "Invalid keyId 'fake-key-id'"),
          notFound("key_id", "Invalid keyId 'key_id'"),
          notFound(
              "1234abcd12ab34cd56ef1234567890ab",
              "Invalid keyId '1234abcd12ab34cd56ef1234567890ab'"),
          notFound("mrk-fake-key-id", "Invalid keyId 'mrk-fake-key-id'"),
          notFound(UNKNOWN_ID + "0", "Invalid keyId '" + UNKNOWN_ID + "0'"),
          notFound(" ", "Invalid keyId ' '"),
          notFound("k".repeat(2048), "Invalid keyId '" + "k".repeat(2048) + "'"),
          notFound(ARN + "key/foo", "Invalid keyId foo"),
          notFound(ARN + "key/", "Invalid keyId "),
          notFound("arn:aws:kms:us-west-2:111122223333:key/" + UNKNOWN_ID, "Invalid arn us-west-2"),
          denied("arn:aws:kms:eu-central-1:444455556666:key/" + UNKNOWN_ID),
          ownMessage("arn:aws:s3:eu-central-1:111122223333:key/" + UNKNOWN_ID),
          ownMessage("arn:aws-cn:kms:eu-central-1:111122223333:key/" + UNKNOWN_ID),
          ownMessage(ARN + "grant/" + UNKNOWN_ID),
          ownMessage("arn:aws:kms"),
          ownMessage("arn:"));

  private static final List<Wrong> WRONG_ALIASES =
      List.of(
          notFound("alias/missing", "Alias " + ARN + "alias/missing is not found."),
          notFound(ARN + "alias/missing", "Alias " + ARN + "alias/missing is not found."),
          notFound("alias/", "Alias " + ARN + "alias/ is not found."),
          notFound("alias/FIXTURE", "Alias " + ARN + "alias/FIXTURE is not found."),
          notFound("arn:aws:kms:us-west-2:111122223333:alias/fixture", "Invalid arn us-west-2"),
          denied("arn:aws:kms:eu-central-1:444455556666:alias/fixture"));

  private static Wrong notFound(String identifier, String message) {
    return new Wrong(identifier, NotFoundException.class, message);
  }

  /** Returns an error for which the service's own message was never recorded. */
  private static Wrong ownMessage(String identifier) {
    return notFound(identifier, "embedded-kms: not the ARN of a KMS key or alias: " + identifier);
  }

  private static Wrong denied(String identifier) {
    return new Wrong(
        identifier,
        AccessDeniedException.class,
        "User: arn:aws:iam::111122223333:root is not authorized to perform: kms:%s on this"
            + " resource because the resource does not exist in this Region, no resource-based"
            + " policies allow access, or a resource-based policy explicitly denies access");
  }

  static List<Sample> keyed() {
    return Sample.all().stream().filter(sample -> sample.forms() != Forms.NONE).toList();
  }

  static List<Object[]> wrongIdentifiers() {
    List<Object[]> cases = new ArrayList<>();
    for (Sample sample : keyed()) {
      WRONG.forEach(wrong -> cases.add(new Object[] {sample, wrong}));
      WRONG_ALIASES.forEach(wrong -> cases.add(new Object[] {sample, forAlias(sample, wrong)}));
    }
    return cases;
  }

  static String identifierOf(Object wrong) {
    return ((Wrong) wrong).identifier;
  }

  private static Wrong forAlias(Sample sample, Wrong wrong) {
    return switch (sample.forms()) {
      case KEY_ONLY, KEY_ONLY_OR_NONE, KEY_ONLY_OR_TOKEN ->
          new Wrong(
              wrong.identifier,
              InvalidArnException.class,
              "Key Aliases are not supported for this operation.");
      case TARGET ->
          new Wrong(
              wrong.identifier,
              ValidationException.class,
              sample.action().equals("CreateAlias")
                  ? NOT_RECORDED
                  : "embedded-kms: TargetKeyId takes a key id or key ARN, not an alias");
      default -> wrong;
    };
  }

  @ParameterizedTest
  @MethodSource("keyed")
  void operation_everyValidForm_succeeds(Sample sample) {
    for (Function<Fixture, String> form : rightForms(sample)) {
      try (Fixture fixture = sample.fixture()) {
        String identifier = form.apply(fixture);
        KmsRequest<?> request = sample.with(fixture, sample.keyMember(), identifier);
        assertThatCode(() -> fixture.kms.call(request)).as(identifier).doesNotThrowAnyException();
      }
    }
  }

  private static List<Function<Fixture, String>> rightForms(Sample sample) {
    List<Function<Fixture, String>> forms =
        new ArrayList<>(List.of(fixture -> fixture.keyId, fixture -> fixture.keyArn));
    if (sample.forms() == Forms.ANY || sample.forms() == Forms.ANY_OR_NONE) {
      forms.add(fixture -> Fixture.ALIAS);
      forms.add(fixture -> Fixture.ALIAS_ARN);
    }
    if (isOptional(sample)) {
      forms.add(fixture -> null);
    }
    return forms;
  }

  private static boolean isOptional(Sample sample) {
    return sample.forms() == Forms.ANY_OR_NONE || sample.forms() == Forms.KEY_ONLY_OR_NONE;
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("wrongIdentifiers")
  void operation_wrongIdentifier_throwsTheServicesError(Sample sample, Wrong wrong) {
    try (Fixture fixture = sample.unpreparedFixture()) {
      KmsRequest<?> request = sample.with(fixture, sample.keyMember(), wrong.identifier());
      Throwable thrown = catchThrowable(() -> fixture.kms.call(request));
      assertThat(thrown).isExactlyInstanceOf(wrong.error());
      String message =
          wrong.error() == AccessDeniedException.class
              ? String.format(wrong.message(), sample.action())
              : wrong.message();
      if (!message.equals(NOT_RECORDED)) {
        assertThat(thrown).hasMessage(message);
      }
      assertThat(fixture.storage.changes).isZero();
    }
  }

  @ParameterizedTest
  @MethodSource("keyed")
  void operation_keyIdInUpperCase_isAnotherKey(Sample sample) {
    try (Fixture fixture = sample.unpreparedFixture()) {
      // The prefix of a multi-Region key has no digits.
      String upperCase = fixture.keyId.toUpperCase(Locale.ROOT).replace("MRK-", "mrk-");
      assertThat(
              catchThrowable(
                  () -> fixture.kms.call(sample.with(fixture, sample.keyMember(), upperCase))))
          .isExactlyInstanceOf(NotFoundException.class)
          .hasMessage("Key '" + Fixture.arn(upperCase) + "' does not exist");
    }
  }

  @ParameterizedTest
  @MethodSource("keyed")
  void operation_malformedIdentifier_throwsValidationException(Sample sample) {
    String member = sample.keyMember();
    String at = "' at '" + member + "' failed to satisfy constraint: Member must ";
    String pattern = "satisfy regular expression pattern: ^\\p{ASCII}+$";
    assertInvalid(
        sample,
        "",
        "2 validation errors detected: Value '"
            + at
            + "have length greater than or equal to 1; Value '"
            + at
            + pattern);
    assertInvalid(sample, "clé", "1 validation error detected: Value 'clé" + at + pattern);
    String tooLong = "k".repeat(2049);
    assertInvalid(
        sample,
        tooLong,
        "1 validation error detected: Value '"
            + tooLong
            + at
            + "have length less than or equal to 2048");
    if (sample.forms() == Forms.KEY_ONLY_OR_TOKEN) {
      assertInvalid(sample, null, "embedded-kms: GrantToken, or KeyId and GrantId, are required");
    } else if (!isOptional(sample)) {
      assertInvalid(
          sample,
          null,
          "1 validation error detected: Value null at '"
              + member
              + "' failed to satisfy constraint: Member must not be null");
    }
  }

  private static void assertInvalid(Sample sample, String identifier, String message) {
    try (Fixture fixture = sample.unpreparedFixture()) {
      KmsRequest<?> request = sample.with(fixture, sample.keyMember(), identifier);
      assertThat(catchThrowable(() -> fixture.kms.call(request)))
          .isExactlyInstanceOf(ValidationException.class)
          .hasMessage(message);
      assertThat(fixture.storage.changes).isZero();
    }
  }

  @ParameterizedTest
  @MethodSource("keyed")
  void operation_keyOfAnotherRegionOrAccount_isNotFound(Sample sample) {
    try (Fixture fixture = sample.unpreparedFixture()) {
      KmsRequest<?> byId = sample.with(fixture, sample.keyMember(), fixture.keyId);
      assertThat(catchThrowable(() -> fixture.kms.inRegion("eu-west-1").call(byId)))
          .isExactlyInstanceOf(NotFoundException.class)
          .hasMessage(
              "Key 'arn:aws:kms:eu-west-1:111122223333:key/" + fixture.keyId + "' does not exist");
      assertThat(catchThrowable(() -> fixture.kms.inAccount("444455556666").call(byId)))
          .isExactlyInstanceOf(NotFoundException.class)
          .hasMessage(
              "Key 'arn:aws:kms:eu-central-1:444455556666:key/"
                  + fixture.keyId
                  + "' does not exist");
      KmsRequest<?> byArn = sample.with(fixture, sample.keyMember(), fixture.keyArn);
      assertThat(catchThrowable(() -> fixture.kms.inRegion("eu-west-1").call(byArn)))
          .isExactlyInstanceOf(NotFoundException.class)
          .hasMessage("Invalid arn eu-central-1");
      assertThat(catchThrowable(() -> fixture.kms.inAccount("444455556666").call(byArn)))
          .isExactlyInstanceOf(AccessDeniedException.class);
      assertThat(fixture.storage.changes).isZero();
    }
  }
}
