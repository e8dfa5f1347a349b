package io.github.embeddedkms.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.embeddedkms.cli.ExecutableJar.Ended;
import io.github.embeddedkms.local.LocalKeyProvider;
import io.github.embeddedkms.store.RootKey;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands of grants, with what version 2.9.19 of the AWS CLI does not have. */
class GrantCommandsTest {

  private static final String BOB = "arn:aws:iam::111122223333:user/bob";
  private static final Ended NOTHING = new Ended(0, "", "");

  @TempDir private static Path folder;

  private String key;

  @BeforeAll
  static void createStore() {
    RootKey.createFile(folder.resolve("root.key"));
    try (RootKey rootKey = RootKey.fromFile(folder.resolve("root.key"))) {
      LocalKeyProvider.open(folder.resolve("keys.db"), rootKey).close();
    }
  }

  @BeforeEach
  void createKey() {
    key = printed("create-key", "--query=KeyMetadata.Arn", "--output=text");
  }

  private static Ended run(String... arguments) {
    List<String> words = new ArrayList<>(List.of(arguments));
    words.addAll(
        List.of(
            "--store=" + folder.resolve("keys.db"),
            "--root-key-file=" + folder.resolve("root.key"),
            "--account=111122223333",
            "--region=us-east-1"));
    return CommandInProcess.run(words.toArray(String[]::new));
  }

  private static String printed(String... arguments) {
    Ended ended = run(arguments);
    assertThat(ended.err()).isEmpty();
    return ended.out().strip();
  }

  private static void assertDryRun(String operation, String... arguments) {
    assertThat(run(arguments))
        .isEqualTo(
            new Ended(
                254,
                "",
                "\nAn error occurred (DryRunOperationException) when calling the "
                    + operation
                    + " operation: The request would have succeeded, but the DryRun option is"
                    + " set.\n"));
  }

  private String createGrant(String member, String... more) {
    List<String> words =
        new ArrayList<>(
            List.of(
                "create-grant", "--key-id=" + key, "--grantee-principal=" + BOB, "--operations"));
    words.addAll(List.of("Decrypt", "DescribeKey", "--query=" + member, "--output=text"));
    words.addAll(List.of(more));
    return printed(words.toArray(String[]::new));
  }

  private String listed(String query) {
    return printed("list-grants", "--key-id=" + key, "--query=" + query, "--output=text");
  }

  @Test
  void createGrant_withConstraintsInShorthand_isListed() {
    String id =
        createGrant(
            "GrantId",
            "--name=orders",
            "--retiring-principal=" + BOB,
            "--constraints=EncryptionContextSubset={tenant=acme,order=7},SourceArn="
                + "arn:aws:rds:us-east-1:111122223333:db:orders");
    assertThat(id).matches("[0-9a-f]{64}");
    assertThat(listed("Grants[].[KeyId,GrantId,Name,GranteePrincipal,IssuingAccount]"))
        .isEqualTo(String.join("\t", key, id, "orders", BOB, "arn:aws:iam::111122223333:root"));
    assertThat(listed("Grants[].Operations[]")).isEqualTo("Decrypt\tDescribeKey");
    assertThat(printed("list-grants", "--key-id=" + key, "--query=Grants[0].Constraints"))
        .isEqualTo(
            """
            {
                "EncryptionContextSubset": {
                    "tenant": "acme",
                    "order": "7"
                },
                "SourceArn": "arn:aws:rds:us-east-1:111122223333:db:orders"
            }\
            """);
    String retirable =
        printed(
            "list-retirable-grants",
            "--retiring-principal=" + BOB,
            "--query=Grants[?KeyId=='" + key + "'].GrantId",
            "--output=text");
    assertThat(retirable).isEqualTo(id);
  }

  @Test
  void createGrant_forAService_isListed() {
    String id =
        printed(
            "create-grant",
            "--key-id=" + key,
            "--grantee-service-principal=rds.amazonaws.com",
            "--retiring-service-principal=rds.amazonaws.com",
            "--operations=Decrypt",
            "--constraints=SourceArn=arn:aws:rds:us-east-1:111122223333:db:orders",
            "--query=GrantId",
            "--output=text");
    assertThat(listed("Grants[].[GrantId,GranteeServicePrincipal,RetiringServicePrincipal]"))
        .isEqualTo(String.join("\t", id, "rds.amazonaws.com", "rds.amazonaws.com"));
  }

  @Test
  void createGrant_help_hasTheMembersOfConstraintsInShorthand() {
    String help = CommandInProcess.run("create-grant", "help").out().replaceAll("\\s+", " ");
    assertThat(help)
        .contains(" --constraints=member=value,... ")
        .contains(
            "(EncryptionContextSubset={key=value,...}, EncryptionContextEquals={key=value,...},"
                + " SourceArn=TEXT)")
        .contains("Either this or --grantee-service-principal is required");
  }

  @Test
  void createGrant_unknownConstraint_isRefusedBeforeItIsSent() {
    assertThat(
            run(
                "create-grant",
                "--key-id=" + key,
                "--grantee-principal=" + BOB,
                "--operations=Decrypt",
                "--constraints=Context={a=b}"))
        .isEqualTo(
            new Ended(
                252,
                "",
                "\n"
                    + "Parameter validation failed:\n"
                    + "Unknown parameter in Constraints: \"Context\", must be one of:"
                    + " EncryptionContextSubset, EncryptionContextEquals, SourceArn\n"));
  }

  @Test
  void grants_areRetiredAndRevoked_unlessTheRunIsDry() {
    assertDryRun(
        "CreateGrant",
        "create-grant",
        "--key-id=" + key,
        "--grantee-principal=" + BOB,
        "--operations=Decrypt",
        "--dry-run");
    String token = createGrant("GrantToken");
    String byId = createGrant("GrantId");
    String revoked = createGrant("GrantId");
    String[] retire = {"retire-grant", "--key-id=" + key, "--grant-id=" + byId};
    String[] revoke = {"revoke-grant", "--key-id=" + key, "--grant-id=" + revoked};
    assertDryRun("RetireGrant", "retire-grant", "--grant-token=" + token, "--dry-run");
    assertDryRun("RetireGrant", retire[0], retire[1], retire[2], "--dry-run");
    assertDryRun("RevokeGrant", revoke[0], revoke[1], revoke[2], "--dry-run");
    assertThat(listed("length(Grants)")).isEqualTo("3");
    assertThat(run("retire-grant", "--grant-token=" + token)).isEqualTo(NOTHING);
    assertThat(listed("Grants[].GrantId")).isEqualTo(byId + "\t" + revoked);
    assertThat(run(retire)).isEqualTo(NOTHING);
    assertThat(run(revoke)).isEqualTo(NOTHING);
    assertThat(listed("length(Grants)")).isEqualTo("0");
  }
}
