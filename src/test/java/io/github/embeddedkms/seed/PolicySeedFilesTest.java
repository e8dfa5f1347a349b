package io.github.embeddedkms.seed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.embeddedkms.authorization.Identity;
import io.github.embeddedkms.authorization.Policy;
import io.github.embeddedkms.local.LocalKeyProvider;
import io.github.embeddedkms.local.Seed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Key policies and identities in seed files. */
class PolicySeedFilesTest {

  private static final String KEY_ID = SeedFilesTest.KEY_ID;
  private static final String ALICE = "arn:aws:iam::111122223333:user/alice";
  private static final String ORDERS = "arn:aws:iam::111122223333:role/team/Orders";

  /** A key whose next member is in line 5. */
  private static final String KEY =
      "Keys:\n  Symmetric:\n    Aes:\n    - Metadata: {KeyId: " + KEY_ID + "}\n";

  private static Seed read(String text) {
    return SeedFiles.read(text, "seed.yaml");
  }

  private static Seed withPolicy(String json) {
    return Seed.builder().key(KEY_ID, key -> key.policy(json)).build();
  }

  @Test
  void policy_asMapping_isReadAsItsJson() {
    String text =
        """
              Policy:
                Version: 2012-10-17
                Statement:
                  - Sid: Orders
                    Effect: Allow
                    Principal: {AWS: ["arn:aws:iam::111122223333:root", 444455556666]}
                    Action: "kms:*"
                    Resource: "*"
                    Condition:
                      Bool: {aws:SecureTransport: true}
                      NumericLessThan: {kms:ScheduleKeyDeletionPendingWindowInDays: 14}
                      Null: {kms:ViaService: true}
        """;
    assertThat(read(KEY + text))
        .isEqualTo(
            withPolicy(
                "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Sid\":\"Orders\","
                    + "\"Effect\":\"Allow\",\"Principal\":{\"AWS\":"
                    + "[\"arn:aws:iam::111122223333:root\",\"444455556666\"]},"
                    + "\"Action\":\"kms:*\",\"Resource\":\"*\",\"Condition\":{"
                    + "\"Bool\":{\"aws:SecureTransport\":\"true\"},"
                    + "\"NumericLessThan\":"
                    + "{\"kms:ScheduleKeyDeletionPendingWindowInDays\":\"14\"},"
                    + "\"Null\":{\"kms:ViaService\":\"true\"}}}]}"));
  }

  private static final String MINIMAL =
      "{\"Statement\": {\"Effect\": \"Allow\", \"Principal\": \"*\", \"Action\": \"kms:*\","
          + " \"Resource\": \"*\"}}";

  @Test
  void policy_asJsonInAString_isReadAsItIs() {
    assertThat(read(KEY + "      Policy: |-\n        " + MINIMAL)).isEqualTo(withPolicy(MINIMAL));
    assertThat(read(KEY + "      Policy: '" + MINIMAL + "'")).isEqualTo(withPolicy(MINIMAL));
  }

  @Test
  void policy_asObjectInAJsonFile_isReadAsItsJson() {
    String json =
        "{\"Keys\": {\"Symmetric\": {\"Aes\": [{\"Metadata\": {\"KeyId\": \""
            + KEY_ID
            + "\"}, \"Policy\": "
            + MINIMAL
            + "}]}}}";
    assertThat(read(json)).isEqualTo(withPolicy(MINIMAL.replace(" ", "")));
  }

  @Test
  void identities_haveTheirPoliciesTagsAndUniqueIds() {
    String text =
        """
        Identities:
          arn:aws:iam::111122223333:role/team/Orders:
            Policies:
              - Statement: {Effect: Allow, Action: "kms:Decrypt", Resource: "*"}
              - '{"Statement": {"Effect": "Deny", "Action": "kms:Sign", "Resource": "*"}}'
            Tags:
              - {TagKey: team, TagValue: billing}
            UniqueId: AROAEXAMPLE
          arn:aws:iam::111122223333:user/alice: {}
        """;
    Policy allow =
        Policy.identityPolicy(
            "{\"Statement\":{\"Effect\":\"Allow\",\"Action\":\"kms:Decrypt\",\"Resource\":\"*\"}}");
    Policy deny =
        Policy.identityPolicy(
            "{\"Statement\": {\"Effect\": \"Deny\", \"Action\": \"kms:Sign\", \"Resource\":"
                + " \"*\"}}");
    Identity orders =
        new Identity(List.of(allow, deny), Map.of("team", "billing"), null, "AROAEXAMPLE");
    Seed seed = read(text);
    assertThat(seed)
        .isEqualTo(
            Seed.builder().identities(Map.of(ORDERS, orders, ALICE, Identity.none())).build());
    assertThat(seed.identities()).isNotNull();
    assertThat(seed.identities().of("arn:aws:sts::111122223333:assumed-role/Orders/s1"))
        .isEqualTo(new Identity(orders.policies(), orders.tags(), ORDERS, "AROAEXAMPLE"));
    assertThat(seed.identities().of("arn:aws:iam::111122223333:user/bob"))
        .isEqualTo(Identity.none());
  }

  @Test
  void identities_absent_isNotTheSameAsNone() {
    assertThat(read("{}").identities()).isNull();
    assertThat(read("Identities: {}").identities()).isNotNull();
    assertThat(read("Identities: {}"))
        .isEqualTo(Seed.builder().identities(Map.of()).build())
        .isNotEqualTo(read("{}"));
  }

  @Test
  void documentedExample_isRead() throws IOException {
    String page = Files.readString(Path.of("src/site/markdown/testing.md"));
    String example = page.substring(page.indexOf("```yaml\n") + 8).split("```", 2)[0];
    assertThat(read(example).identities()).isNotNull();
    LocalKeyProvider.builder().seed(read(example)).build().close();
  }

  private static Arguments bad(String text, String message) {
    return Arguments.of(text, message);
  }

  private static String policy(String policy) {
    return KEY + "      Policy: " + policy;
  }

  private static String identity(String identity) {
    return "Identities:\n  " + ALICE + ": " + identity;
  }

  static Stream<Arguments> badFiles() {
    String named = ", line 5: key " + KEY_ID + ": ";
    return Stream.of(
        bad(policy("x"), named + "malformed policy: it is not JSON: Malformed JSON at $"),
        bad(policy("[]"), ", line 5: Policy is not a string"),
        bad(policy(""), ", line 5: Policy has no value"),
        bad(
            policy("{}"),
            named
                + "malformed policy: Statement must be an object or a list of at least one object"),
        bad(
            policy("{Statement: {Effect: allow}}"),
            named + "malformed policy: Statement.Effect must be Allow or Deny"),
        bad(
            policy("{Version: 2012-10-17, Version: 2012-10-17}"),
            ", line 5: a name in Policy comes twice"),
        bad(
            policy("\n        Statement:\n          Sid:"),
            ", line 7: a value in Policy has no value"),
        bad(policy("{Statement: !!set {}}"), ", line 5: Policy has a tag, which is not allowed"),
        bad(policy("{Statement: &s [*s, *s]}"), ", line 5: Policy is nested too deeply"),
        bad(
            policy(
                "{a: &a "
                    + List.of("x".repeat(400).split(""))
                    + ", b: &b ["
                    + "*a, ".repeat(20)
                    + "], c: ["
                    + "*b, ".repeat(20)
                    + "]}"),
            ", line 5: Policy has too many values"),
        bad(
            policy("'" + "\u0100" + "'"),
            named
                + "1 validation error detected: Value '\u0100' at 'policy' failed to satisfy"
                + " constraint: Member must satisfy regular expression pattern:"
                + " [\\u0009\\u000A\\u000D\\u0020-\\u00FF]+"),
        bad(
            policy("'{" + " ".repeat(32_768) + "}'"),
            named + "a key policy has at most 32768 bytes"),
        bad("Identities: []", ", line 1: Identities is not a mapping"),
        bad(
            "Identities:\n  alice: {}",
            ", line 2: identities: not the ARN of a user, a role, a session or a federated user:"
                + " alice"),
        bad(
            "Identities:\n  arn:aws:iam::111122223333:root: {}",
            ", line 2: identities: not the ARN of a user, a role, a session or a federated user:"
                + " arn:aws:iam::111122223333:root"),
        bad(
            "Identities:\n  " + ALICE + ": {}\n  " + ALICE + ": {}",
            ", line 3: a name in Identities comes twice"),
        bad(
            "Identities:\n  " + ORDERS + ": {}\n  " + ORDERS.replace("team", "other") + ": {}",
            ": identities: two roles of an account have one name: "
                + ORDERS.replace("team", "other")),
        bad(identity("x"), ", line 2: an identity is not a mapping"),
        bad(identity("{Groups: []}"), ", line 2: an identity has no member Groups"),
        bad(identity("{Policies: {}}"), ", line 2: Policies is not a list"),
        bad(
            identity("\n    Policies:\n    - '" + ADMINISTRATOR + "'\n    - '{}'"),
            ", line 5: identity "
                + ALICE
                + ": policy #1: malformed policy: Statement must be an object or a list of at least"
                + " one object"),
        bad(
            identity("{Tags: [{TagKey: a, TagValue: b}, {TagKey: a, TagValue: c}]}"),
            ", line 2: the tag a comes twice"),
        bad(identity("{UniqueId: []}"), ", line 2: UniqueId is not a string"));
  }

  private static final String ADMINISTRATOR =
      "{\"Statement\": {\"Effect\": \"Allow\", \"Action\": \"*\", \"Resource\": \"*\"}}";

  @ParameterizedTest
  @MethodSource("badFiles")
  void read_invalidPolicyOrIdentity_reportsTheLine(String text, String message) {
    assertThatExceptionOfType(SeedException.class)
        .isThrownBy(() -> read(text))
        .withMessage("embedded-kms: seed.yaml" + message);
  }
}
