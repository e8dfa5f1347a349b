package io.github.embeddedkms.junit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.testkit.engine.Event;

/** The clients of an application use the keys of the test class. */
class RedirectTest {

  /** Returns one line for a test or class that has ended. */
  static String lineOf(Event event) {
    TestExecutionResult result = event.getRequiredPayload(TestExecutionResult.class);
    String failure =
        result
            .getThrowable()
            .map(
                t -> String.join(" | ", Samples.messages(t).stream().map(String::valueOf).toList()))
            .orElse("");
    return event.getTestDescriptor().getDisplayName()
        + " "
        + result.getStatus()
        + " "
        + failure.replaceAll("\\s+", " ");
  }

  /** Runs samples in a new JVM, and returns one line for each test and class. */
  private static List<String> run(
      List<String> options, Map<String, String> environment, String... samples) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    // The process lives for only a few seconds.
    command.addAll(List.of("-Xshare:auto", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
    command.addAll(options);
    command.addAll(
        List.of("-cp", System.getProperty("java.class.path"), RedirectSamples.class.getName()));
    command.addAll(List.of(samples));
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
    builder.environment().keySet().removeIf(name -> name.startsWith("AWS_"));
    builder.environment().put("AWS_EC2_METADATA_DISABLED", "true");
    builder.environment().putAll(environment);
    Process java = builder.start();
    List<String> lines = new String(java.getInputStream().readAllBytes(), UTF_8).lines().toList();
    // The endpoint, which is never closed, must not keep the JVM alive.
    assertThat(java.waitFor()).isZero();
    return lines;
  }

  private static void assertAllSuccessful(List<String> lines, int ended) {
    assertThat(lines).hasSize(ended).allSatisfy(line -> assertThat(line).contains(" SUCCESSFUL "));
  }

  private static void assertFails(String message, List<String> lines) {
    assertThat(lines)
        .filteredOn(line -> line.contains(" FAILED "))
        .hasSize(1)
        .allSatisfy(line -> assertThat(line).endsWith(message));
  }

  @Test
  void clientsOfTheApplication_inClassesOfOneJvm_useTheKeysOfEachClass() throws Exception {
    List<String> lines =
        run(
            List.of(),
            Map.of(),
            "First",
            "Plain",
            "Second",
            "OneInstance",
            "CallsAws",
            "OtherRegion",
            "OnAMethod");
    assertThat(lines).hasSize(22);
    assertThat(lines)
        .filteredOn(line -> !line.contains(" SUCCESSFUL "))
        .satisfiesExactly(
            line ->
                assertThat(line)
                    .startsWith("RedirectSamples$OtherRegion FAILED ")
                    .endsWith(
                        "embedded-kms: this JVM already redirects clients to Region us-east-1 and"
                            + " account 000000000000; use the same in all classes with redirect ="
                            + " true"),
            line ->
                assertThat(line)
                    .startsWith("one() FAILED ")
                    .endsWith(
                        "embedded-kms: redirect = true belongs on a class; it is on the method"
                            + " one"));
  }

  @Test
  void clientsOfTheApplication_withoutConditions_areRedirected() throws Exception {
    assertAllSuccessful(run(List.of("-Dconditions.deactivated=*"), Map.of(), "CallsAws"), 4);
  }

  @Test
  void redirectedClasses_inParallelExecution_runInTurn() throws Exception {
    assertAllSuccessful(run(List.of(), Map.of(), "--parallel", "OneOfTwo", "OtherOfTwo"), 5);
  }

  @Test
  void propertiesWithOtherValues_areNamed() throws Exception {
    List<String> lines =
        run(
            List.of(
                "-Daws.region=eu-west-1",
                "-Daws.accessKeyId=000000000000",
                "-Daws.secretAccessKey=topSecret",
                "-Daws.endpointUrlKms=http://localhost:4566"),
            Map.of(),
            "First");
    assertFails(
        "embedded-kms: redirect = true sets system properties that already have other values:"
            + " aws.endpointUrlKms=http://localhost:4566, aws.region=eu-west-1,"
            + " aws.secretAccessKey. Remove them, or run these tests in another JVM; a Region can"
            + " also be set with @EmbeddedKms(region = …)",
        lines);
    assertThat(lines).noneMatch(line -> line.contains("topSecret"));
  }

  @Test
  void settingThatIgnoresTheEndpoint_isFoundBeforeTheTests() throws Exception {
    assertThat(run(List.of(), Map.of("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true"), "First"))
        .filteredOn(line -> line.contains(" FAILED "))
        .singleElement()
        .asString()
        .contains("embedded-kms: redirect = true has no effect: a KmsClient of the AWS SDK 2.")
        .endsWith(
            " calls kms.us-east-1.amazonaws.com. Use version 2.28.1 or newer, and remove the"
                + " setting that makes the SDK ignore configured endpoint URLs");
  }

  @Test
  void redirectionThatFails_restoresTheProperties() throws Exception {
    assertThat(
            run(
                List.of("-Daws.region=us-east-1"),
                Map.of("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true"),
                "CallsAws",
                "PropertiesBefore"))
        .anyMatch(line -> line.startsWith("RedirectSamples$CallsAws FAILED "))
        .anyMatch(line -> line.startsWith("properties_haveTheirValuesBefore() SUCCESSFUL "));
  }

  @Test
  void redirection_afterOneThatFailed_works() throws Exception {
    List<String> lines =
        run(
            List.of("-Daws.ignoreConfiguredEndpointUrls=true"),
            Map.of(),
            "CallsAws",
            "Corrected",
            "First");
    assertThat(lines)
        .filteredOn(line -> line.contains(" FAILED "))
        .singleElement()
        .asString()
        .startsWith("RedirectSamples$CallsAws FAILED ");
    assertThat(lines)
        .anyMatch(line -> line.startsWith("keys_areKeptBetweenTests() SUCCESSFUL "))
        .anyMatch(line -> line.startsWith("nestedClass_isRedirectedToo() SUCCESSFUL "));
  }

  @Test
  void redirectedClients_areRecorded_andPrintedOnceForTheClass() throws Exception {
    List<String> lines = run(List.of(), Map.of(), "First", "Recorded");
    assertThat(lines).noneMatch(line -> line.contains(" FAILED "));
    assertThat(lines)
        .containsOnlyOnce(
            "embedded-kms: access of " + RedirectSamples.class.getName() + "$Recorded");
    assertThat(String.join("\n", lines))
        .contains("kms:DescribeKey", "kms:GetKeyPolicy")
        .doesNotContain("kms:CreateKey");
  }
}
