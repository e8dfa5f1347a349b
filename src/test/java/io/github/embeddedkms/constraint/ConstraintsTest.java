package io.github.embeddedkms.constraint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.embeddedkms.exception.ValidationException;
import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.ConditionallyRequired;
import io.github.embeddedkms.model.KeyIdentifier;
import io.github.embeddedkms.model.Length;
import io.github.embeddedkms.model.Range;
import io.github.embeddedkms.model.Required;
import io.github.embeddedkms.model.SecretBytes;
import io.github.embeddedkms.model.Tag;
import io.github.embeddedkms.model.UnknownValue;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The wording of violations, on records of the test's own. */
class ConstraintsTest {

  public record Named(@Required @KeyIdentifier String keyId) {}

  public record Numbered(@Range(min = 1, max = 1024) Integer numberOfBytes) {}

  public record Secret(@Required @Length(min = 1, max = 4) SecretBytes plaintext) {}

  public record Blob(@Required @Length(min = 1, max = 4) Bytes ciphertextBlob) {}

  public record Tagged(List<Tag> tags) {}

  public record Tokens(@Length(max = 2) List<@Length(min = 1, max = 3) String> grantTokens) {}

  public record Chosen(@Length(min = 1, max = 2) List<String> choices) {}

  public record Outer(Named inner, @Required String other) {}

  public record Either(String one, String other) implements ConditionallyRequired {
    @Override
    public Set<String> conditionallyRequired() {
      return Set.of(one == null ? "other" : "one");
    }
  }

  private static final Tag NO_TAG = new Tag(null, null);
  private static final String MISSING = " failed to satisfy constraint: Member must not be null";

  @Test
  void check_satisfiedAndAbsentOptionalMembers_pass() {
    assertThatCode(
            () -> {
              Constraints.check(new Named("alias/x"));
              Constraints.check(new Numbered(null));
              Constraints.check(new Numbered(1));
              Constraints.check(new Numbered(1024));
              Constraints.check(new Secret(SecretBytes.fromUtf8String("1234")));
              Constraints.check(new Tagged(null));
              Constraints.check(new Tagged(List.of(new Tag("k", ""))));
              Constraints.check(new Tokens(List.of("abc", "a")));
              Constraints.check(new Either("x", null));
            })
        .doesNotThrowAnyException();
  }

  @Test
  void missingMember_isShownAsNull_unlessItIsSecret() {
    assertViolations(new Named(null), "Value null at 'keyId'" + MISSING);
    assertViolations(new Blob(null), "Value null at 'ciphertextBlob'" + MISSING);
    assertViolations(new Secret(null), "Value at 'plaintext'" + MISSING);
  }

  @Test
  void emptyKeyId_violatesLengthAndPattern_together() {
    assertViolations(
        new Named(""),
        "Value '' at 'keyId' failed to satisfy constraint: "
            + "Member must have length greater than or equal to 1",
        "Value '' at 'keyId' failed to satisfy constraint: "
            + "Member must satisfy regular expression pattern: ^\\p{ASCII}+$");
  }

  @Test
  void longText_isEchoedWhole() {
    String longId = "k".repeat(2049);
    assertViolations(
        new Named(longId),
        "Value '"
            + longId
            + "' at 'keyId' failed to satisfy constraint: "
            + "Member must have length less than or equal to 2048");
  }

  @Test
  void nonAscii_violatesThePattern() {
    assertViolations(
        new Named("clé"),
        "Value 'clé' at 'keyId' failed to satisfy constraint: "
            + "Member must satisfy regular expression pattern: ^\\p{ASCII}+$");
    // A line break at the end is ASCII, and must not end the match early.
    assertThatCode(() -> Constraints.check(new Named("key\n"))).doesNotThrowAnyException();
  }

  @Test
  void number_outOfRange_isShown() {
    assertViolations(
        new Numbered(0),
        "Value '0' at 'numberOfBytes' failed to satisfy constraint: "
            + "Member must have value greater than or equal to 1");
    assertViolations(
        new Numbered(1025),
        "Value '1025' at 'numberOfBytes' failed to satisfy constraint: "
            + "Member must have value less than or equal to 1024");
  }

  @Test
  void bytes_areNeverShown() {
    assertViolations(
        new Blob(Bytes.fromByteArray(new byte[0])),
        "Value at 'ciphertextBlob' failed to satisfy constraint: "
            + "Member must have length greater than or equal to 1");
    assertViolations(
        new Secret(SecretBytes.fromUtf8String("12345")),
        "Value at 'plaintext' failed to satisfy constraint: "
            + "Member must have length less than or equal to 4");
  }

  @Test
  void listElements_areCountedFromOne() {
    assertViolations(
        new Tagged(List.of(new Tag("k", "v"), new Tag("", null))),
        "Value '' at 'tags.2.member.tagKey' failed to satisfy constraint: "
            + "Member must have length greater than or equal to 1",
        "Value null at 'tags.2.member.tagValue'" + MISSING);
    assertViolations(
        new Tokens(Arrays.asList("abcd", null)),
        "Value 'abcd' at 'grantTokens.1.member' failed to satisfy constraint: "
            + "Member must have length less than or equal to 3",
        "Value null at 'grantTokens.2.member'" + MISSING);
  }

  @Test
  void violations_moreThan100_areCountedButNotShown() {
    assertThatExceptionOfType(ValidationException.class)
        .isThrownBy(() -> Constraints.check(new Tagged(Collections.nCopies(51, NO_TAG))))
        .satisfies(
            e ->
                assertThat(e.getMessage())
                    .startsWith("102 validation errors detected: Value null at 'tags.1.member.tag")
                    .endsWith(
                        "; Value null at 'tags.50.member.tagValue'"
                            + MISSING
                            + "; embedded-kms: 2 more are not shown"));
    assertThatExceptionOfType(ValidationException.class)
        .isThrownBy(() -> Constraints.check(new Tagged(Collections.nCopies(50, NO_TAG))))
        .satisfies(
            e ->
                assertThat(e.getMessage())
                    .startsWith("100 validation errors detected: ")
                    .endsWith("; Value null at 'tags.50.member.tagValue'" + MISSING));
  }

  @Test
  void unknownValues_thatWereNotKept_areCounted() {
    UnknownValue unknown = new UnknownValue("numbers.1.member", "x", List.of("A", "B"));
    assertThatExceptionOfType(ValidationException.class)
        .isThrownBy(() -> Constraints.check(new Numbered(0), List.of(unknown), 250_000))
        .satisfies(
            e ->
                assertThat(e.getMessage())
                    .isEqualTo(
                        "250002 validation errors detected: Value '0' at 'numberOfBytes' failed to"
                            + " satisfy constraint: Member must have value greater than or equal to"
                            + " 1; Value 'x' at 'numbers.1.member' failed to satisfy constraint:"
                            + " Member must satisfy enum value set: [A, B]; embedded-kms: 250000"
                            + " more are not shown"));
  }

  /** A list that was read is without its unknown elements, but was sent with them. */
  @Test
  void unknownElements_countInTheLengthOfTheirList() {
    List<UnknownValue> one = List.of(unknown("choices.1.member"));
    assertUnknown(new Chosen(List.of()), one, "");
    assertUnknown(new Chosen(List.of("A")), one, "");
    String tooLong =
        "Value at 'choices' failed to satisfy constraint: "
            + "Member must have length less than or equal to 2; ";
    assertUnknown(new Chosen(List.of("A", "B")), one, tooLong);
    assertUnknown(
        new Chosen(List.of()),
        List.of(
            unknown("choices.1.member"), unknown("choices.2.member"), unknown("choices.3.member")),
        tooLong);
    // Neither an element of another list nor a member of an element.
    String empty =
        "Value at 'choices' failed to satisfy constraint: "
            + "Member must have length greater than or equal to 1; ";
    assertUnknown(new Chosen(List.of()), List.of(unknown("choicesOfOthers.1.member")), empty);
    assertUnknown(new Chosen(List.of()), List.of(unknown("choices.1.member.kind")), empty);
    assertUnknown(new Chosen(List.of()), List.of(unknown("choices.1.member.all.1.member")), empty);
  }

  private static UnknownValue unknown(String path) {
    return new UnknownValue(path, "x", List.of("A", "B"));
  }

  private static void assertUnknown(Record record, List<UnknownValue> unknown, String others) {
    int count = unknown.size() + (others.isEmpty() ? 0 : 1);
    assertThatExceptionOfType(ValidationException.class)
        .isThrownBy(() -> Constraints.check(record, unknown, 0))
        .withMessage(
            count
                + (count == 1 ? " validation error" : " validation errors")
                + " detected: "
                + others
                + unknown.stream()
                    .map(
                        each ->
                            "Value 'x' at '"
                                + each.path()
                                + "' failed to satisfy constraint: "
                                + "Member must satisfy enum value set: [A, B]")
                    .collect(Collectors.joining("; ")));
  }

  @Test
  void list_tooLong_isNotShown() {
    assertViolations(
        new Tokens(List.of("a", "b", "c")),
        "Value at 'grantTokens' failed to satisfy constraint: "
            + "Member must have length less than or equal to 2");
  }

  @Test
  void nestedMembers_haveDottedPaths_andJoinTheOthers() {
    assertViolations(
        new Outer(new Named(null), null),
        "Value null at 'inner.keyId'" + MISSING,
        "Value null at 'other'" + MISSING);
  }

  @Test
  void conditionallyRequired_dependsOnTheOtherMembers() {
    assertViolations(new Either(null, null), "Value null at 'other'" + MISSING);
  }

  private static void assertViolations(Record request, String... violations) {
    String count =
        violations.length == 1
            ? "1 validation error detected: "
            : violations.length + " validation errors detected: ";
    assertThatExceptionOfType(ValidationException.class)
        .isThrownBy(() -> Constraints.check(request))
        .satisfies(
            e -> assertThat(e.getMessage()).isEqualTo(count + String.join("; ", violations)));
  }
}
