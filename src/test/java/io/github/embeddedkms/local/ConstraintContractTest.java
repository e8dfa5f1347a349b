package io.github.embeddedkms.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.embeddedkms.exception.ValidationException;
import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.RecipientInfo;
import io.github.embeddedkms.model.SecretBytes;
import io.github.embeddedkms.model.Tag;
import io.github.embeddedkms.operation.DecryptBuilder;
import io.github.embeddedkms.operation.KmsRequest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every constraint of every member, apart from key identifiers, with the service's texts. */
class ConstraintContractTest {

  private static final String NULL = "Member must not be null";

  private static String longer(int max) {
    return "Member must have length less than or equal to " + max;
  }

  private static String shorter() {
    return "Member must have length greater than or equal to 1";
  }

  private static String pattern(String regex) {
    return "Member must satisfy regular expression pattern: " + regex;
  }

  private static String text(int length) {
    return "x".repeat(length);
  }

  /** A value of a member, how it is shown, at which path, and which constraints it violates. */
  private record Case(
      String operation,
      String member,
      Object value,
      String shown,
      String path,
      List<String> violated) {
    @Override
    public String toString() {
      return operation + " " + path + " " + violated;
    }
  }

  private static final List<Case> CASES = new ArrayList<>();

  private static void add(
      String operation,
      String member,
      Object value,
      String shown,
      String path,
      String... violated) {
    CASES.add(new Case(operation, member, value, shown, path, List.of(violated)));
  }

  private static void addText(String operation, String member, String value, String... violated) {
    String shown = value == null ? " null" : " '" + value + "'";
    add(operation, member, value, shown, member, violated);
  }

  static {
    for (String operation : List.of("GenerateDataKey", "GenerateDataKeyWithoutPlaintext")) {
      add(
          operation,
          "numberOfBytes",
          0,
          " '0'",
          "numberOfBytes",
          "Member must have value greater than or equal to 1");
      add(
          operation,
          "numberOfBytes",
          -1,
          " '-1'",
          "numberOfBytes",
          "Member must have value greater than or equal to 1");
      add(
          operation,
          "numberOfBytes",
          1025,
          " '1025'",
          "numberOfBytes",
          "Member must have value less than or equal to 1024");
    }
    for (String operation :
        List.of(
            "GenerateDataKey",
            "GenerateDataKeyWithoutPlaintext",
            "Encrypt",
            "Decrypt",
            "DescribeKey")) {
      add(operation, "grantTokens", Collections.nCopies(11, "t"), "", "grantTokens", longer(10));
      add(operation, "grantTokens", List.of("t", ""), " ''", "grantTokens.2.member", shorter());
      add(
          operation,
          "grantTokens",
          List.of(text(8193)),
          " '" + text(8193) + "'",
          "grantTokens.1.member",
          longer(8192));
      add(
          operation,
          "grantTokens",
          Arrays.asList((Object) null),
          " null",
          "grantTokens.1.member",
          NULL);
    }
    for (String operation : List.of("GenerateDataKey", "Decrypt")) {
      add(
          operation,
          "recipient",
          new RecipientInfo(null, bytes(0)),
          "",
          "recipient.attestationDocument",
          shorter());
      add(
          operation,
          "recipient",
          new RecipientInfo(null, bytes(262_145)),
          "",
          "recipient.attestationDocument",
          longer(262_144));
    }
    add("Encrypt", "plaintext", null, "", "plaintext", NULL);
    add("Encrypt", "plaintext", SecretBytes.fromByteArray(new byte[0]), "", "plaintext", shorter());
    add(
        "Encrypt",
        "plaintext",
        SecretBytes.fromByteArray(new byte[4097]),
        "",
        "plaintext",
        longer(4096));
    add("Decrypt", "ciphertextBlob", null, " null", "ciphertextBlob", NULL);
    add("Decrypt", "ciphertextBlob", bytes(0), "", "ciphertextBlob", shorter());
    add("Decrypt", "ciphertextBlob", bytes(6145), "", "ciphertextBlob", longer(6144));
    add(
        "Decrypt",
        "dryRunModifiers",
        Arrays.asList((Object) null),
        " null",
        "dryRunModifiers.1.member",
        NULL);

    String policyPattern = pattern("[\\u0009\\u000A\\u000D\\u0020-\\u00FF]+");
    addText("CreateKey", "policy", "", shorter(), policyPattern);
    addText("CreateKey", "policy", text(131_073), longer(131_072));
    addText("CreateKey", "policy", "{\u20ac}", policyPattern);
    addText("CreateKey", "description", text(8193), longer(8192));
    addText("CreateKey", "customKeyStoreId", "", shorter());
    addText("CreateKey", "customKeyStoreId", text(65), longer(64));
    addText("CreateKey", "xksKeyId", "", shorter(), pattern("^[a-zA-Z0-9-_.]+$"));
    addText("CreateKey", "xksKeyId", text(129), longer(128));
    addText("CreateKey", "xksKeyId", "a b", pattern("^[a-zA-Z0-9-_.]+$"));
    add("CreateKey", "tags", List.of(new Tag("", "v")), " ''", "tags.1.member.tagKey", shorter());
    add("CreateKey", "tags", List.of(new Tag(null, "v")), " null", "tags.1.member.tagKey", NULL);
    add(
        "CreateKey",
        "tags",
        List.of(new Tag(text(129), "v")),
        " '" + text(129) + "'",
        "tags.1.member.tagKey",
        longer(128));
    add(
        "CreateKey",
        "tags",
        List.of(new Tag("a", "v"), new Tag("k", null)),
        " null",
        "tags.2.member.tagValue",
        NULL);
    add(
        "CreateKey",
        "tags",
        List.of(new Tag("k", text(257))),
        " '" + text(257) + "'",
        "tags.1.member.tagValue",
        longer(256));
    add("CreateKey", "tags", Arrays.asList((Object) null), " null", "tags.1.member", NULL);

    String aliasPattern = pattern("^[a-zA-Z0-9:/_-]+$");
    addText("CreateAlias", "aliasName", null, NULL);
    addText("CreateAlias", "aliasName", "", shorter(), aliasPattern);
    addText("CreateAlias", "aliasName", "alias/" + text(251), longer(256));
    addText("CreateAlias", "aliasName", "alias/a b", aliasPattern);
    addText("CreateAlias", "aliasName", "alias/\u00e9", aliasPattern);
    addText("CreateAlias", "aliasName", "alias/a.b", aliasPattern);
  }

  private static Bytes bytes(int length) {
    return Bytes.fromByteArray(new byte[length]);
  }

  static List<Case> cases() {
    return CASES;
  }

  @ParameterizedTest
  @MethodSource("cases")
  void operation_violatedConstraint_isAnsweredWithTheServicesText(Case violation) {
    try (Fixture fixture = new Fixture()) {
      KmsRequest<?> request =
          Sample.of(violation.operation).with(fixture, violation.member, violation.value);
      StringBuilder message = new StringBuilder();
      message.append(
          violation.violated.size() == 1
              ? "1 validation error detected: "
              : violation.violated.size() + " validation errors detected: ");
      String separator = "";
      for (String constraint : violation.violated) {
        message.append(separator).append("Value").append(violation.shown).append(" at '");
        message.append(violation.path).append("' failed to satisfy constraint: ");
        message.append(constraint);
        separator = "; ";
      }
      assertThat(catchThrowable(() -> fixture.kms.call(request)))
          .isExactlyInstanceOf(ValidationException.class)
          .hasMessage(message.toString());
      assertThat(fixture.storage.changes).isZero();
    }
  }

  @Test
  void severalViolations_ofOneRequest_areAnsweredTogether() {
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

  /** Operations with an encryption context refuse what is no text, before they look for a key. */
  @ParameterizedTest
  @MethodSource("withContext")
  void operation_contextThatIsNoText_isAValidationException(Sample sample) {
    Map<String, String> nullValue = new HashMap<>();
    nullValue.put("k", null);
    assertRefusedContext(
        sample,
        Map.of("k", "\uD800"),
        "embedded-kms: an encryption context has no unpaired surrogates in its keys or values");
    assertRefusedContext(
        sample,
        Map.of("a\uDC00", "v"),
        "embedded-kms: an encryption context has no unpaired surrogates in its keys or values");
    assertRefusedContext(
        sample, nullValue, "embedded-kms: an encryption context has no null keys or values");
  }

  static List<Sample> withContext() {
    try (Fixture fixture = new Fixture()) {
      List<Sample> samples =
          Sample.all().stream().filter(s -> s.has(fixture, "encryptionContext")).toList();
      assertThat(samples).hasSizeGreaterThanOrEqualTo(4);
      return samples;
    }
  }

  private static void assertRefusedContext(
      Sample sample, Map<String, String> context, String message) {
    try (Fixture fixture = new Fixture()) {
      KmsRequest<?> request = sample.with(fixture, "encryptionContext", context);
      assertThat(catchThrowable(() -> fixture.kms.call(request)))
          .isExactlyInstanceOf(ValidationException.class)
          .hasMessage(message);
    }
  }

  @Test
  void keyOnlyOperation_alias_isRefusedBeforeItsConstraints() {
    try (Fixture fixture = new Fixture()) {
      String longAlias = "alias/" + "x".repeat(2048);
      assertThat(catchThrowable(() -> fixture.kms.enableKey(b -> b.keyId(longAlias))))
          .hasMessage("Key Aliases are not supported for this operation.");
    }
  }

  @Test
  void ignoredCiphertext_keyIdIsRequiredInstead() {
    try (Fixture fixture = new Fixture()) {
      var dryRun =
          DecryptBuilder.builder()
              .dryRun(true)
              .dryRunModifiers(
                  List.of(io.github.embeddedkms.model.DryRunModifierType.IGNORE_CIPHERTEXT))
              .build();
      assertThat(catchThrowable(() -> fixture.kms.call(dryRun)))
          .hasMessage(
              "1 validation error detected: Value null at 'keyId' failed to satisfy constraint:"
                  + " Member must not be null");
    }
  }
}
