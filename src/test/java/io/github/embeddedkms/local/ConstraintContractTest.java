package io.github.embeddedkms.local;

import static io.github.embeddedkms.local.ConstraintCases.NULL;
import static io.github.embeddedkms.local.ConstraintCases.longer;
import static io.github.embeddedkms.local.ConstraintCases.pattern;
import static io.github.embeddedkms.local.ConstraintCases.shorter;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.embeddedkms.constraint.Constraints;
import io.github.embeddedkms.exception.ValidationException;
import io.github.embeddedkms.model.DryRunModifierType;
import io.github.embeddedkms.model.GrantConstraints;
import io.github.embeddedkms.model.KeyIdentifier;
import io.github.embeddedkms.model.Length;
import io.github.embeddedkms.model.Matches;
import io.github.embeddedkms.model.Range;
import io.github.embeddedkms.model.RecordMember;
import io.github.embeddedkms.operation.DecryptBuilder;
import io.github.embeddedkms.operation.KmsRequest;
import io.github.embeddedkms.operation.OperationType;
import io.github.embeddedkms.operation.ReEncryptBuilder;
import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedParameterizedType;
import java.lang.reflect.AnnotatedType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every constraint of every member, apart from key identifiers, with the service's messages. */
class ConstraintContractTest {

  static List<ConstraintCases.Violation> violations() {
    return ConstraintCases.all().violations();
  }

  @ParameterizedTest
  @MethodSource("violations")
  void operation_violatedConstraint_throwsTheServicesMessage(ConstraintCases.Violation violation) {
    try (Fixture fixture = new Fixture()) {
      KmsRequest<?> request =
          Sample.named(violation.operation()).with(fixture, violation.member(), violation.value());
      StringBuilder message = new StringBuilder();
      message.append(
          violation.violated().size() == 1
              ? "1 validation error detected: "
              : violation.violated().size() + " validation errors detected: ");
      String separator = "";
      for (String constraint : violation.violated()) {
        message.append(separator).append("Value").append(violation.shown()).append(" at '");
        message.append(violation.path()).append("' failed to satisfy constraint: ");
        message.append(constraint);
        separator = "; ";
      }
      assertThat(catchThrowable(() -> fixture.kms.call(request)))
          .isExactlyInstanceOf(ValidationException.class)
          .hasMessage(message.toString());
      assertThat(fixture.storage.changes).isZero();
    }
  }

  /**
   * The declared constraints, with elements of a list named as in the cases: grantTokens.member.
   */
  @Test
  void cases_coverEveryConstraintOfEveryMember() {
    Set<String> covered = new TreeSet<>();
    for (ConstraintCases.Violation violation : violations()) {
      String path = violation.path().replaceAll("\\.\\d+\\.", ".");
      violation
          .violated()
          .forEach(text -> covered.add(violation.operation() + " " + path + " " + text));
    }
    Set<String> declared = new TreeSet<>();
    for (OperationType operation : OperationType.values()) {
      if (operation.isSupported()) {
        collect(operation.operationName() + " ", operation.request(), declared);
      }
    }
    assertThat(declared).hasSizeGreaterThan(130);
    assertThat(covered).containsAll(declared);
  }

  private static void collect(String prefix, Class<?> holder, Set<String> declared) {
    for (RecordMember member : RecordMember.of(holder)) {
      String path = prefix + member.name();
      if (member.annotatedType().isAnnotationPresent(KeyIdentifier.class)) {
        continue; // KeyIdentifierContractTest has these for every operation
      }
      if (member.isRequired()) {
        declared.add(path + " " + NULL);
      }
      collect(path, member.annotatedType(), declared);
    }
  }

  private static void collect(String path, AnnotatedType type, Set<String> declared) {
    List<Annotation> annotations = new ArrayList<>(List.of(type.getAnnotations()));
    for (Annotation shape : type.getAnnotations()) {
      annotations.addAll(List.of(shape.annotationType().getAnnotations()));
    }
    for (Annotation annotation : annotations) {
      if (annotation instanceof Length length) {
        declared.add(path + " " + longer(length.max()));
        if (length.min() > 0) {
          declared.add(path + " " + shorter(length.min()));
        }
      } else if (annotation instanceof Range range) {
        declared.add(path + " Member must have value greater than or equal to " + range.min());
        declared.add(path + " Member must have value less than or equal to " + range.max());
      } else if (annotation instanceof Matches matches) {
        declared.add(path + " " + pattern(matches.value()));
      }
    }
    if (type instanceof AnnotatedParameterizedType generic
        && generic.getType().getTypeName().startsWith("java.util.List")) {
      declared.add(path + ".member " + NULL);
      collect(path + ".member", generic.getAnnotatedActualTypeArguments()[0], declared);
    } else if (type.getType() instanceof Class<?> nested && nested.isRecord()) {
      collect(path + ".", nested, declared);
    }
  }

  static List<ConstraintCases.Extreme> extremes() {
    return ConstraintCases.all().extremes();
  }

  @ParameterizedTest
  @MethodSource("extremes")
  void operation_extremeValue_violatesNoConstraint(ConstraintCases.Extreme extreme) {
    try (Fixture fixture = new Fixture()) {
      KmsRequest<?> request =
          Sample.named(extreme.operation()).with(fixture, extreme.member(), extreme.value());
      assertThatCode(() -> Constraints.check((Record) request)).doesNotThrowAnyException();
    }
  }

  @Test
  void severalViolations_ofOneRequest_areReportedTogether() {
    try (Fixture fixture = new Fixture()) {
      assertThat(
              catchThrowable(
                  () ->
                      fixture.kms.generateDataKey(
                          b -> b.numberOfBytes(0).grantTokens(List.of("")))))
          .hasMessage(
              "3 validation errors detected: "
                  + "Value null at 'keyId' failed to satisfy constraint: Member must not be null; "
                  + "Value '0' at 'numberOfBytes' failed to satisfy constraint: "
                  + "Member must have value greater than or equal to 1; "
                  + "Value '' at 'grantTokens.1.member' failed to satisfy constraint: "
                  + "Member must have length greater than or equal to 1");
      assertThat(catchThrowable(() -> fixture.kms.decrypt(b -> b.keyId("k".repeat(2049)))))
          .hasMessage(
              "2 validation errors detected: "
                  + "Value null at 'ciphertextBlob' failed to satisfy constraint: "
                  + "Member must not be null; Value '"
                  + "k".repeat(2049)
                  + "' at 'keyId' failed to satisfy constraint: "
                  + "Member must have length less than or equal to 2048");
    }
  }

  /** Operations with an encryption context reject invalid Unicode before they resolve a key. */
  @ParameterizedTest
  @MethodSource("withContext")
  void operation_contextWithInvalidString_throwsValidationException(Sample sample, String member) {
    Map<String, String> nullValue = new HashMap<>();
    nullValue.put("k", null);
    assertRefusedContext(
        sample,
        member,
        Map.of("k", "\uD800"),
        "embedded-kms: an encryption context has no unpaired surrogates in its keys or values");
    assertRefusedContext(
        sample,
        member,
        Map.of("a\uDC00", "v"),
        "embedded-kms: an encryption context has no unpaired surrogates in its keys or values");
    assertRefusedContext(
        sample,
        member,
        nullValue,
        "embedded-kms: an encryption context has no null keys or values");
  }

  static List<Object[]> withContext() {
    List<Object[]> cases = new ArrayList<>();
    for (Sample sample : Sample.all()) {
      for (String member :
          List.of("encryptionContext", "sourceEncryptionContext", "destinationEncryptionContext")) {
        if (sample.has(member)) {
          cases.add(new Object[] {sample, member});
        }
      }
    }
    assertThat(cases).hasSizeGreaterThanOrEqualTo(4);
    return cases;
  }

  /** The pairs of a grant are compared with those of an encryption context. */
  @Test
  void createGrant_constraintWithInvalidString_throwsValidationException() {
    Sample sample = Sample.named("CreateGrant");
    Map<String, String> nullValue = new HashMap<>();
    nullValue.put("k", null);
    String member = "constraints";
    String surrogates =
        "embedded-kms: an encryption context has no unpaired surrogates in its keys or values";
    String nulls = "embedded-kms: an encryption context has no null keys or values";
    Map<String, String> unpaired = Map.of("k", "\uD800");
    assertRefusedContext(sample, member, new GrantConstraints(unpaired, null, null), surrogates);
    assertRefusedContext(sample, member, new GrantConstraints(null, unpaired, null), surrogates);
    assertRefusedContext(sample, member, new GrantConstraints(nullValue, null, null), nulls);
    assertRefusedContext(sample, member, new GrantConstraints(null, nullValue, null), nulls);
    assertRefusedContext(
        sample,
        member,
        new GrantConstraints(nullValue, Map.of("k", "v"), null),
        "embedded-kms: a grant has one of EncryptionContextEquals and EncryptionContextSubset, not"
            + " both");
  }

  private static void assertRefusedContext(
      Sample sample, String member, Object context, String message) {
    try (Fixture fixture = sample.unpreparedFixture()) {
      KmsRequest<?> request = sample.with(fixture, member, context);
      assertThat(catchThrowable(() -> fixture.kms.call(request)))
          .isExactlyInstanceOf(ValidationException.class)
          .hasMessage(message);
    }
  }

  @Test
  void keyOnlyOperation_alias_isRefusedBeforeConstraints() {
    try (Fixture fixture = new Fixture()) {
      String longAlias = "alias/" + "x".repeat(2048);
      assertThat(catchThrowable(() -> fixture.kms.enableKey(b -> b.keyId(longAlias))))
          .hasMessage("Key Aliases are not supported for this operation.");
    }
  }

  @Test
  void ignoredCiphertext_requiresTheKeyInstead() {
    List<DryRunModifierType> ignored = List.of(DryRunModifierType.IGNORE_CIPHERTEXT);
    try (Fixture fixture = new Fixture()) {
      for (KmsRequest<?> dryRun :
          List.of(
              DecryptBuilder.builder().dryRun(true).dryRunModifiers(ignored).build(),
              ReEncryptBuilder.builder()
                  .destinationKeyId(fixture.keyId)
                  .dryRun(true)
                  .dryRunModifiers(ignored)
                  .build())) {
        // The service's own message was never recorded.
        assertThat(catchThrowable(() -> fixture.kms.call(dryRun)))
            .isExactlyInstanceOf(ValidationException.class)
            .hasMessage("embedded-kms: the key must be named for IGNORE_CIPHERTEXT");
      }
    }
  }
}
