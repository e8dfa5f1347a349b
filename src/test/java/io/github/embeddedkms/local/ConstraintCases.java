package io.github.embeddedkms.local;

import io.github.embeddedkms.awssdk.SdkBridge;
import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.RecipientInfo;
import io.github.embeddedkms.model.SecretBytes;
import io.github.embeddedkms.model.Tag;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;

/**
 * Values that violate the constraints of members, with the service's message for each, and the
 * extreme values that are still valid. They are written by hand from the service's documentation,
 * not derived from the annotations that they test. Each family of operations adds its own.
 */
final class ConstraintCases {

  static final String NULL = "Member must not be null";

  private final List<Violation> violations = new ArrayList<>();
  private final List<Extreme> extremes = new ArrayList<>();

  private ConstraintCases() {}

  /** The cases of all operations. */
  static ConstraintCases all() {
    ConstraintCases cases = new ConstraintCases();
    FamilySamples.ALL.forEach(family -> family.constraints(cases));
    return cases;
  }

  static String longer(int max) {
    return "Member must have length less than or equal to " + max;
  }

  static String shorter() {
    return "Member must have length greater than or equal to 1";
  }

  static String shorter(int min) {
    return "Member must have length greater than or equal to " + min;
  }

  static String pattern(String regex) {
    return "Member must satisfy regular expression pattern: " + regex;
  }

  static String text(int length) {
    return "x".repeat(length);
  }

  static Bytes bytes(int length) {
    return Bytes.fromByteArray(new byte[length]);
  }

  static SecretBytes secret(int length) {
    return SecretBytes.fromByteArray(new byte[length]);
  }

  /**
   * A value of a member, with its representation in messages, its path, and the constraints that it
   * violates.
   */
  record Violation(
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

  /** The largest or smallest valid value of a member. */
  record Extreme(String operation, String member, Object value) {
    @Override
    public String toString() {
      return operation + " " + member;
    }
  }

  List<Violation> violations() {
    return violations;
  }

  List<Extreme> extremes() {
    return extremes;
  }

  /** A value that violates no constraint. */
  void accept(String operation, String member, Object value) {
    extremes.add(new Extreme(operation, member, value));
  }

  void add(
      String operation,
      String member,
      Object value,
      String shown,
      String path,
      String... violated) {
    violations.add(new Violation(operation, member, value, shown, path, List.of(violated)));
  }

  void addText(String operation, String member, String value, String... violated) {
    String shown = value == null ? " null" : " '" + value + "'";
    add(operation, member, value, shown, member, violated);
  }

  /** The integers around a range. */
  void addRange(String operation, String member, int min, int max) {
    String tooSmall = "Member must have value greater than or equal to " + min;
    String tooLarge = "Member must have value less than or equal to " + max;
    addNumber(operation, member, min - 1, tooSmall);
    addNumber(operation, member, -1, tooSmall);
    addNumber(operation, member, max + 1, tooLarge);
  }

  private void addNumber(String operation, String member, int value, String violated) {
    add(operation, member, value, " '" + value + "'", member, violated);
  }

  void addNullElement(String operation, String member) {
    List<Object> value = Arrays.asList((Object) null);
    add(operation, member, value, " null", member + ".1.member", NULL);
  }

  void addGrantTokens(String operation) {
    String member = "grantTokens";
    add(operation, member, Collections.nCopies(11, "t"), "", member, longer(10));
    add(operation, member, List.of("t", ""), " ''", "grantTokens.2.member", shorter());
    add(
        operation,
        member,
        List.of(text(8193)),
        " '" + text(8193) + "'",
        "grantTokens.1.member",
        longer(8192));
    addNullElement(operation, member);
  }

  /** A message to be signed, or to be authenticated by a MAC. */
  void addMessage(String operation) {
    add(operation, "message", null, "", "message", NULL);
    add(operation, "message", secret(0), "", "message", shorter());
    add(operation, "message", secret(4097), "", "message", longer(4096));
    accept(operation, "message", secret(4096));
  }

  void addRecipient(String operation) {
    String path = "recipient.attestationDocument";
    add(operation, "recipient", new RecipientInfo(null, bytes(0)), "", path, shorter());
    add(operation, "recipient", new RecipientInfo(null, bytes(262_145)), "", path, longer(262_144));
  }

  /** The members Limit and Marker of a listing. */
  void addPage(String operation) {
    addRange(operation, "limit", 1, 1000);
    addText(operation, "marker", "", shorter());
    addText(operation, "marker", text(1025), longer(1024));
    addText(operation, "marker", "\u20ac", pattern("[\\u0020-\\u00FF]*"));
  }

  /** The member Tags. */
  void addTags(String operation) {
    String member = "tags";
    String key = "tags.1.member.tagKey";
    String value = "tags.1.member.tagValue";
    add(operation, member, List.of(new Tag("", "v")), " ''", key, shorter());
    add(operation, member, List.of(new Tag(null, "v")), " null", key, NULL);
    String longKey = text(129);
    add(operation, member, List.of(new Tag(longKey, "v")), " '" + longKey + "'", key, longer(128));
    add(
        operation,
        member,
        List.of(new Tag("a", "v"), new Tag("k", null)),
        " null",
        "tags.2.member.tagValue",
        NULL);
    String longValue = text(257);
    add(
        operation,
        member,
        List.of(new Tag("k", longValue)),
        " '" + longValue + "'",
        value,
        longer(256));
    addNullElement(operation, member);
    accept(operation, member, List.of(new Tag(text(128), text(256)), new Tag("k", "")));
  }

  /** The member Policy. */
  void addPolicy(String operation) {
    String pattern = pattern("[\\u0009\\u000A\\u000D\\u0020-\\u00FF]+");
    addText(operation, "policy", "", shorter(), pattern);
    addText(operation, "policy", text(131_073), longer(131_072));
    addText(operation, "policy", "{\u20ac}", pattern);
    accept(operation, "policy", text(131_072));
  }

  /** Receives a case that every kind of client can send. */
  interface Sending<T> {
    T send(String operation, String member, Object value);
  }

  /**
   * Passes the violations to another kind of client, without those that the AWS SDK cannot send:
   * null elements, and members that are newer than its release.
   */
  <T> List<T> violationsFor(Sending<T> sending) {
    return violations.stream()
        .filter(
            violation ->
                !(violation.value instanceof List<?> list
                    && list.stream().anyMatch(Objects::isNull)))
        .filter(violation -> SdkBridge.hasMember(violation.operation, violation.member))
        .map(violation -> sending.send(violation.operation, violation.member, violation.value))
        .toList();
  }
}
