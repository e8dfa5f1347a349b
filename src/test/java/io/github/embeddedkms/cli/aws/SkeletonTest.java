package io.github.embeddedkms.cli.aws;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.embeddedkms.json.JsonTree;
import io.github.embeddedkms.operation.OperationType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The skeletons, compared with those of version 2.9.19 of the AWS CLI. */
class SkeletonTest {

  /** Members that the service has had for less long than that version of the AWS CLI. */
  private static final List<String> NEWER =
      List.of(
          "DryRun",
          "DryRunModifiers",
          "GranteeServicePrincipal",
          "ImportType",
          "KeyMaterialDescription",
          "KeyMaterialId",
          "Recipient",
          "ResourceOwners",
          "RetiringServicePrincipal",
          "RotationPeriodInDays",
          "SourceArn");

  private static Map<?, ?> recorded() throws IOException {
    return (Map<?, ?>)
        JsonTree.read(Files.readString(Path.of("src/test/resources/cli/skeletons.json")));
  }

  static Stream<OperationType> operations() {
    return CommandNames.operations().stream();
  }

  @ParameterizedTest
  @MethodSource("operations")
  void request_isShownAsTheAwsCliShowsIt(OperationType operation) throws Exception {
    Map<?, ?> shown = Skeleton.ofRequest(operation.request());
    Map<?, ?> recorded = (Map<?, ?>) recorded().get(CommandNames.command(operation));
    if (recorded != null) {
      // As text: the order counts, and so does null.
      assertThat(JsonTree.write(withoutNewer(shown, recorded), " "))
          .isEqualTo(JsonTree.write(recorded, " "));
    }
  }

  private static Map<?, ?> withoutNewer(Map<?, ?> shown, Map<?, ?> recorded) {
    Map<Object, Object> members = new LinkedHashMap<>(shown);
    members.keySet().removeIf(name -> !recorded.containsKey(name) && NEWER.contains(name));
    members.replaceAll(
        (name, member) ->
            member instanceof Map<?, ?> nested && recorded.get(name) instanceof Map<?, ?> known
                ? withoutNewer(nested, known)
                : member);
    return members;
  }

  @ParameterizedTest
  @MethodSource("operations")
  void command_isThatOfTheAwsCli_andFindsItsOperation(OperationType operation) throws Exception {
    // Operations younger than the recording are few; all others are in it.
    List<String> younger =
        List.of(
            "delete-imported-key-material",
            "decapsulate",
            "derive-shared-secret",
            "encapsulate",
            "rotate-key-on-demand",
            "list-key-rotations",
            "get-key-last-usage");
    assertThat(
            recorded().containsKey(CommandNames.command(operation))
                || younger.contains(CommandNames.command(operation)))
        .as(CommandNames.command(operation))
        .isTrue();
    assertThat(CommandNames.operation(CommandNames.command(operation))).contains(operation);
  }

  @Test
  void command_unknown_isNoOperation() {
    assertThat(
            Stream.of(
                "", "serve", "kms-request", "decrypt-", "Decrypt", "DECRYPT", "de-crypt", "../x"))
        .allSatisfy(command -> assertThat(CommandNames.operation(command)).isEmpty());
  }

  @Test
  void response_hasTheNamesOfItsMembers() throws Exception {
    OperationType describeKey = CommandNames.operation("describe-key").orElseThrow();
    Map<?, ?> metadata = (Map<?, ?>) Skeleton.ofResponse(describeKey.response()).get("KeyMetadata");
    assertThat(metadata.get("AWSAccountId")).isEqualTo("AWSAccountId");
    assertThat(metadata.get("CreationDate")).isEqualTo("1970-01-01T00:00:00");
    assertThat(metadata.get("Enabled")).isEqualTo(true);
    assertThat(metadata.get("PendingDeletionWindowInDays")).isEqualTo(0);
    assertThat(metadata.get("EncryptionAlgorithms")).isEqualTo(List.of("EncryptionAlgorithmSpec"));
    OperationType generateDataKey = CommandNames.operation("generate-data-key").orElseThrow();
    assertThat(Skeleton.ofResponse(generateDataKey.response()))
        .containsEntry("Plaintext", null)
        .containsEntry("KeyId", "KeyId");
  }

  @Test
  void listings_areFoundByTheirMembers() {
    assertThat(
            CommandNames.operations().stream()
                .filter(operation -> CommandNames.command(operation).startsWith("list-"))
                .map(PagedListing::itemsOf))
        .isNotEmpty()
        .doesNotContainNull();
    assertThat(PagedListing.itemsOf(CommandNames.operation("list-aliases").orElseThrow()))
        .isEqualTo("Aliases");
    assertThat(PagedListing.itemsOf(CommandNames.operation("decrypt").orElseThrow())).isNull();
  }
}
