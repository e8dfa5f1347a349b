package io.github.embeddedkms.seed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.embeddedkms.local.LocalKeyProvider;
import io.github.embeddedkms.local.Seed;
import io.github.embeddedkms.model.GrantConstraints;
import io.github.embeddedkms.model.GrantListEntry;
import io.github.embeddedkms.model.GrantOperation;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Grants in seed files. */
class GrantSeedFilesTest {

  private static final String KEY_ID = SeedFilesTest.KEY_ID;
  private static final String ALICE = "arn:aws:iam::111122223333:user/alice";
  private static final String SOURCE = "arn:aws:rds:eu-central-1:111122223333:db:orders";

  /** A key whose next member is in line 5. */
  private static final String KEY =
      "Keys:\n  Symmetric:\n    Aes:\n    - Metadata: {KeyId: " + KEY_ID + "}\n";

  private static final String GRANTS =
      """
            Grants:
              - Name: backup
                GranteePrincipal: arn:aws:iam::111122223333:user/alice
                RetiringPrincipal: 111122223333
                Operations: [Encrypt, Decrypt, DescribeKey]
                Constraints:
                  EncryptionContextSubset: {tenant: 1e0, "a b": ""}
              - GranteeServicePrincipal: rds.amazonaws.com
                RetiringServicePrincipal: s3.amazonaws.com
                Operations: [GenerateDataKey]
                Constraints:
                  EncryptionContextEquals: {kms:tenant: acme}
                  SourceArn: arn:aws:rds:eu-central-1:111122223333:db:orders
      """;

  private static final Seed SEED =
      Seed.builder()
          .key(
              KEY_ID,
              key ->
                  key.grant(
                          grant ->
                              grant
                                  .name("backup")
                                  .granteePrincipal(ALICE)
                                  .retiringPrincipal("111122223333")
                                  .operations(
                                      List.of(
                                          GrantOperation.ENCRYPT,
                                          GrantOperation.DECRYPT,
                                          GrantOperation.DESCRIBE_KEY))
                                  .constraints(
                                      new GrantConstraints(
                                          Map.of("tenant", "1e0", "a b", ""), null, null)))
                      .grant(
                          grant ->
                              grant
                                  .granteeServicePrincipal("rds.amazonaws.com")
                                  .retiringServicePrincipal("s3.amazonaws.com")
                                  .operations(List.of(GrantOperation.GENERATE_DATA_KEY))
                                  .constraints(
                                      new GrantConstraints(
                                          null, Map.of("kms:tenant", "acme"), SOURCE))))
          .build();

  private static Seed read(String text) {
    return SeedFiles.read(text, "seed.yaml");
  }

  @Test
  void grants_areReadWithAllTheirMembers() {
    assertThat(read(KEY + GRANTS)).isEqualTo(SEED).isNotEqualTo(read(KEY));
    assertThat(read(KEY + "      Grants: []")).isEqualTo(read(KEY));
  }

  @Test
  void grants_inAJsonFile_areRead() {
    String json =
        "{\"Keys\": {\"Symmetric\": {\"Aes\": [{\"Metadata\": {\"KeyId\": \""
            + KEY_ID
            + "\"}, \"Grants\": [{\"GranteePrincipal\": \""
            + ALICE
            + "\", \"Operations\": [\"Decrypt\"]}]}]}}}";
    assertThat(read(json))
        .isEqualTo(
            Seed.builder()
                .key(
                    KEY_ID,
                    key ->
                        key.grant(
                            grant ->
                                grant
                                    .granteePrincipal(ALICE)
                                    .operations(List.of(GrantOperation.DECRYPT))))
                .build());
  }

  @Test
  void grants_everyOperation_isRead() {
    for (GrantOperation operation : GrantOperation.values()) {
      String spec =
          switch (operation) {
            case SIGN, VERIFY, GET_PUBLIC_KEY -> "RSA_2048, KeyUsage: SIGN_VERIFY";
            case GENERATE_MAC, VERIFY_MAC -> "HMAC_256";
            case DERIVE_SHARED_SECRET -> "ECC_NIST_P256, KeyUsage: KEY_AGREEMENT";
            case ENCAPSULATE, DECAPSULATE -> "ML_KEM_768";
            default -> "SYMMETRIC_DEFAULT";
          };
      String section =
          switch (operation) {
            case SIGN, VERIFY, GET_PUBLIC_KEY -> "Asymmetric: {Rsa: ";
            case GENERATE_MAC, VERIFY_MAC -> "Symmetric: {Hmac: ";
            case DERIVE_SHARED_SECRET -> "Asymmetric: {Ecc: ";
            case ENCAPSULATE, DECAPSULATE -> "Asymmetric: {MlKem: ";
            default -> "Symmetric: {Aes: ";
          };
      String text =
          "Keys: {"
              + section
              + "[{Metadata: {KeyId: "
              + KEY_ID
              + ", KeySpec: "
              + spec
              + "}, Grants: [{GranteePrincipal: '"
              + ALICE
              + "', Operations: ["
              + operation
              + "]}]}]}}";
      try (LocalKeyProvider kms = LocalKeyProvider.builder().seed(read(text)).build()) {
        assertThat(kms.listGrants(b -> b.keyId(KEY_ID)).grants())
            .extracting(GrantListEntry::operations)
            .containsExactly(List.of(operation));
      }
    }
  }

  private static Arguments bad(String text, String message) {
    return Arguments.of(text, message);
  }

  private static String grants(String grants) {
    return KEY + "      Grants: " + grants;
  }

  /** A grant in line 6. */
  private static String grant(String members) {
    return grants("\n      - {GranteePrincipal: '" + ALICE + "', " + members + "}");
  }

  static Stream<Arguments> badFiles() {
    String operations =
        Arrays.stream(GrantOperation.values())
            .map(GrantOperation::toString)
            .collect(Collectors.joining(", "));
    String named = ", line 6: key " + KEY_ID + ": its grant: ";
    return Stream.of(
        bad(grants("x"), ", line 5: Grants is not a list"),
        bad(grants(""), ", line 5: Grants is not a list"),
        bad(grants("{}"), ", line 5: Grants is not a list"),
        bad(grants("[x]"), ", line 5: a grant is not a mapping"),
        bad(grants("[{}]"), ", line 5: Operations is missing"),
        bad(grant("Operations: Decrypt"), ", line 6: Operations is not a list"),
        bad(grant("Operations: []"), named + "Operations is empty"),
        bad(
            grant("Operations: [Decrypt, decrypt]"),
            ", line 6: an operation of a grant must be one of " + operations),
        bad(
            grant("Operations: [Decrypt,\n        Sign]"),
            named
                + "a grant of a key with key usage ENCRYPT_DECRYPT and key spec SYMMETRIC_DEFAULT"
                + " cannot permit Sign"),
        bad(grant("Operations: [[]]"), ", line 6: an operation is not a string"),
        bad(grant("KeyId: x"), ", line 6: a grant has no member KeyId"),
        bad(grant("GrantTokens: []"), ", line 6: a grant has no member GrantTokens"),
        bad(grant("DryRun: true"), ", line 6: a grant has no member DryRun"),
        bad(grant("Name: a,\n        Name: b"), ", line 7: Name comes twice"),
        bad(grant("Operations: [Decrypt], Name: []"), ", line 6: Name is not a string"),
        bad(grant("Operations: [Decrypt], Name:"), ", line 6: Name has no value"),
        bad(
            grant("Operations: [Decrypt], Name: a b"),
            named
                + "1 validation error detected: Value 'a b' at 'name' failed to satisfy constraint:"
                + " Member must satisfy regular expression pattern: ^[a-zA-Z0-9:/_-]+$"),
        bad(
            grant("Operations: [Decrypt], GranteeServicePrincipal: rds.amazonaws.com"),
            named + "GranteePrincipal and GranteeServicePrincipal exclude each other"),
        bad(
            grants("\n      - {Operations: [Decrypt]}"),
            named + "GranteePrincipal or GranteeServicePrincipal is required"),
        bad(
            grant("Operations: [Decrypt], Constraints: []"),
            ", line 6: Constraints is not a mapping"),
        bad(
            grant("Operations: [Decrypt], Constraints: {EncryptionContext: {}}"),
            ", line 6: Constraints has no member EncryptionContext"),
        bad(
            grant("Operations: [Decrypt], Constraints: {EncryptionContextEquals: [a]}"),
            ", line 6: EncryptionContextEquals is not a mapping"),
        bad(
            grant("Operations: [Decrypt], Constraints: {EncryptionContextEquals: {a: [b]}}"),
            ", line 6: a value in EncryptionContextEquals is not a string"),
        bad(
            grant("Operations: [Decrypt], Constraints: {EncryptionContextSubset: {a: b, a: c}}"),
            ", line 6: a name in EncryptionContextSubset comes twice"),
        bad(
            grant(
                "Operations: [Decrypt], Constraints: {EncryptionContextSubset: {a: b},"
                    + " EncryptionContextEquals: {a: b}}"),
            named
                + "a grant has one of EncryptionContextEquals and EncryptionContextSubset, not"
                + " both"),
        bad(
            grant("Operations: [Decrypt], Constraints: {SourceArn: arn:aws:s3:::a-bucket}"),
            named
                + "1 validation error detected: Value 'arn:aws:s3:::a-bucket' at"
                + " 'constraints.sourceArn' failed to satisfy constraint: Member must satisfy"
                + " regular expression pattern:"
                + " ^arn:aws[a-z0-9-]*:[a-z0-9-]+:[a-z0-9-]*:[0-9]{12}:.+$"),
        bad(
            grant("Operations: [Decrypt]").replace("Aes", "Hmac"),
            named
                + "a grant of a key with key usage GENERATE_VERIFY_MAC and key spec HMAC_256 cannot"
                + " permit Decrypt"),
        // The second one of several.
        bad(
            grant("Operations: [Decrypt]") + "\n      - {Operations: [Decrypt]}",
            ", line 7: key "
                + KEY_ID
                + ": its grant: GranteePrincipal or GranteeServicePrincipal is required"),
        bad(
            grants(
                ("\n      - {GranteePrincipal: '" + ALICE + "', Name: a, Operations: [Decrypt]}")
                    .repeat(2)),
            ", line 4: key " + KEY_ID + ": grant #1: comes twice"));
  }

  @ParameterizedTest
  @MethodSource("badFiles")
  void read_invalidGrant_reportsTheLine(String text, String message) {
    assertThatExceptionOfType(SeedException.class)
        .isThrownBy(() -> read(text))
        .withMessage("embedded-kms: seed.yaml" + message);
  }
}
