package io.github.embeddedkms.local;

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
 * Values that violate the constraints of members, with what the service says of each. Written by
 * hand from the service's documentation, not derived from the annotations that they test.
 */
final class ConstraintCases {

  private ConstraintCases() {}

  static final String NULL = "Member must not be null";

  static String longer(int max) {
    return "Member must have length less than or equal to " + max;
  }

  static String shorter() {
    return "Member must have length greater than or equal to 1";
  }

  static String pattern(String regex) {
    return "Member must satisfy regular expression pattern: " + regex;
  }

  static String text(int length) {
    return "x".repeat(length);
  }

  /** A value of a member, how it is shown, at which path, and which constraints it violates. */
  record Case(
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

  static final List<Case> CASES = new ArrayList<>();

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
            "ReEncrypt",
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
    for (String operation : List.of("GenerateDataKey", "Decrypt", "GenerateRandom")) {
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
    add(
        "ReEncrypt",
        "dryRunModifiers",
        Arrays.asList((Object) null),
        " null",
        "dryRunModifiers.1.member",
        NULL);
    add("ReEncrypt", "ciphertextBlob", null, " null", "ciphertextBlob", NULL);
    add("ReEncrypt", "ciphertextBlob", bytes(0), "", "ciphertextBlob", shorter());
    add("ReEncrypt", "ciphertextBlob", bytes(6145), "", "ciphertextBlob", longer(6144));
    for (String operation : List.of("ListKeys", "ListAliases")) {
      add(
          operation,
          "limit",
          0,
          " '0'",
          "limit",
          "Member must have value greater than or equal to 1");
      add(
          operation,
          "limit",
          1001,
          " '1001'",
          "limit",
          "Member must have value less than or equal to 1000");
      addText(operation, "marker", "", shorter());
      addText(operation, "marker", text(1025), longer(1024));
      addText(operation, "marker", "\u20ac", pattern("[\\u0020-\\u00FF]*"));
    }
    add(
        "ScheduleKeyDeletion",
        "pendingWindowInDays",
        0,
        " '0'",
        "pendingWindowInDays",
        "Member must have value greater than or equal to 1");
    add(
        "ScheduleKeyDeletion",
        "pendingWindowInDays",
        366,
        " '366'",
        "pendingWindowInDays",
        "Member must have value less than or equal to 365");
    add(
        "GenerateRandom",
        "numberOfBytes",
        0,
        " '0'",
        "numberOfBytes",
        "Member must have value greater than or equal to 1");
    add(
        "GenerateRandom",
        "numberOfBytes",
        1025,
        " '1025'",
        "numberOfBytes",
        "Member must have value less than or equal to 1024");
    addText("GenerateRandom", "customKeyStoreId", "", shorter());
    addText("GenerateRandom", "customKeyStoreId", text(65), longer(64));
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
    addText("CreateKey", "xksKeyId", "\u00e9", pattern("^[a-zA-Z0-9-_.]+$"));
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
    for (String operation : List.of("CreateAlias", "UpdateAlias", "DeleteAlias")) {
      addText(operation, "aliasName", null, NULL);
      addText(operation, "aliasName", "", shorter(), aliasPattern);
      addText(operation, "aliasName", "alias/" + text(251), longer(256));
      addText(operation, "aliasName", "alias/a b", aliasPattern);
      addText(operation, "aliasName", "alias/\u00e9", aliasPattern);
      addText(operation, "aliasName", "alias/a.b", aliasPattern);
    }
  }

  static Bytes bytes(int length) {
    return Bytes.fromByteArray(new byte[length]);
  }

  /** Takes a case that a client of any kind can send. */
  interface Sending<T> {
    T send(String operation, String member, Object value);
  }

  /** The cases for another client; the SDK cannot send a null element, so these are left out. */
  static <T> List<T> casesFor(Sending<T> sending) {
    return CASES.stream()
        .filter(
            violation ->
                !(violation.value instanceof List<?> list
                    && list.stream().anyMatch(Objects::isNull)))
        .map(violation -> sending.send(violation.operation, violation.member, violation.value))
        .toList();
  }
}
