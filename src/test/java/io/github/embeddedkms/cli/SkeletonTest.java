package io.github.embeddedkms.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.embeddedkms.json.JsonTree;
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

/** What a request looks like, against what version 2.9.19 of the AWS CLI says of each. */
class SkeletonTest {

  /** Members that the service has had for less long than that version of the AWS CLI. */
  private static final List<String> NEWER =
      List.of("DryRun", "DryRunModifiers", "Recipient", "RotationPeriodInDays", "KeyMaterialId");

  private static Map<?, ?> recorded() throws IOException {
    return (Map<?, ?>)
        JsonTree.read(Files.readString(Path.of("src/test/resources/cli/skeletons.json")));
  }

  static Stream<Operation> operations() {
    return Operation.all().stream();
  }

  @ParameterizedTest
  @MethodSource("operations")
  void request_isShownAsTheAwsCliShowsIt(Operation operation) throws Exception {
    Map<String, Object> shown = new LinkedHashMap<>(Skeleton.ofRequest(operation.request()));
    Map<?, ?> recorded = (Map<?, ?>) recorded().get(operation.command());
    if (recorded != null) {
      shown.keySet().removeIf(name -> !recorded.containsKey(name) && NEWER.contains(name));
      // As text: the order counts, and so does null.
      assertThat(JsonTree.write(shown, " ")).isEqualTo(JsonTree.write(recorded, " "));
    }
  }

  @ParameterizedTest
  @MethodSource("operations")
  void command_isThatOfTheAwsCli_andFindsItsOperation(Operation operation) throws Exception {
    // Operations younger than the recording are few; all others are in it.
    List<String> younger =
        List.of(
            "delete-imported-key-material",
            "derive-shared-secret",
            "rotate-key-on-demand",
            "list-key-rotations",
            "get-key-last-usage");
    assertThat(recorded().containsKey(operation.command()) || younger.contains(operation.command()))
        .as(operation.command())
        .isTrue();
    assertThat(Operation.named(operation.command())).contains(operation);
  }

  @Test
  void command_unknown_isNoOperation() {
    assertThat(
            Stream.of(
                "", "serve", "kms-request", "decrypt-", "Decrypt", "DECRYPT", "de-crypt", "../x"))
        .allSatisfy(command -> assertThat(Operation.named(command)).isEmpty());
  }

  @Test
  void response_hasTheNamesOfItsMembers() throws Exception {
    Operation describeKey = Operation.named("describe-key").orElseThrow();
    Map<?, ?> metadata = (Map<?, ?>) Skeleton.ofResponse(describeKey.response()).get("KeyMetadata");
    assertThat(metadata.get("AWSAccountId")).isEqualTo("AWSAccountId");
    assertThat(metadata.get("CreationDate")).isEqualTo("1970-01-01T00:00:00");
    assertThat(metadata.get("Enabled")).isEqualTo(true);
    assertThat(metadata.get("PendingDeletionWindowInDays")).isEqualTo(0);
    assertThat(metadata.get("EncryptionAlgorithms")).isEqualTo(List.of("EncryptionAlgorithmSpec"));
    Operation generateDataKey = Operation.named("generate-data-key").orElseThrow();
    assertThat(Skeleton.ofResponse(generateDataKey.response()))
        .containsEntry("Plaintext", null)
        .containsEntry("KeyId", "KeyId");
  }

  @Test
  void listings_areFoundByTheirMembers() {
    assertThat(
            Operation.all().stream()
                .filter(operation -> operation.command().startsWith("list-"))
                .map(Operation::listed))
        .isNotEmpty()
        .doesNotContainNull();
    assertThat(Operation.named("list-aliases").orElseThrow().listed()).isEqualTo("Aliases");
    assertThat(Operation.named("decrypt").orElseThrow().listed()).isNull();
  }
}
