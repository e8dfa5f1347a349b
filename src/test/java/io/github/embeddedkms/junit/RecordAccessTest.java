package io.github.embeddedkms.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.github.embeddedkms.KmsClient;
import io.github.embeddedkms.local.AccessRecorder;
import io.github.embeddedkms.local.LocalKeyProvider;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.kms.KmsAsyncClient;

/** What a class with recordAccess = true records, and what it prints. */
@ResourceLock(Resources.SYSTEM_OUT)
class RecordAccessTest {

  private static final String HERE = RecordAccessTest.class.getName();
  private static final String ALICE = "arn:aws:iam::000000000000:user/alice";
  private static final String KEY =
      "arn:aws:kms:us-east-1:000000000000:key/bc436485-5092-42b8-92a3-0aa8b93536dc";

  /** Returns what a sample prints. */
  private static String printed(int tests, Class<?> sample) {
    PrintStream before = System.out;
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
    try {
      Samples.succeed(tests, sample);
    } finally {
      System.setOut(before);
    }
    return out.toString(StandardCharsets.UTF_8);
  }

  private static String action(String name) {
    return "\"kms:" + name + "\"";
  }

  @EmbeddedKms(seed = "/seeds/orders.yaml", recordAccess = true)
  static class EachClient {

    @Test
    void typed(KmsClient kms) {
      kms.describeKey(b -> b.keyId("alias/orders"));
    }

    @Test
    void sdk(software.amazon.awssdk.services.kms.KmsClient kms) {
      kms.getKeyPolicy(b -> b.keyId(KEY));
    }

    @Test
    void async(KmsAsyncClient kms) throws Exception {
      kms.listResourceTags(b -> b.keyId(KEY)).get();
    }

    @Test
    void endpoint(URI url) throws Exception {
      HttpRequest request =
          HttpRequest.newBuilder(url)
              .header("X-Amz-Target", "TrentService.GetKeyRotationStatus")
              .header("Content-Type", "application/x-amz-json-1.1")
              .POST(HttpRequest.BodyPublishers.ofString("{\"KeyId\":\"" + KEY + "\"}"))
              .build();
      assertThat(HttpClient.newHttpClient().send(request, BodyHandlers.ofString()).statusCode())
          .isEqualTo(200);
    }

    @Test
    void otherCaller(AccessRecorder recorder) {
      recorder.client(recorder.defaultCaller().actingAs(ALICE)).listKeyPolicies(b -> b.keyId(KEY));
    }

    @Nested
    class Inside {

      @Test
      void nested(KmsClient kms) {
        kms.listKeyRotations(b -> b.keyId(KEY));
      }
    }

    @Test
    void preparation(LocalKeyProvider provider) {
      provider.disableKey(b -> b.keyId(KEY));
    }
  }

  @Test
  void eachClient_isRecorded_andPrintedOnceForTheClass() {
    String printed = printed(7, EachClient.class);
    assertThat(printed)
        .startsWith(
            "embedded-kms: access of "
                + HERE
                + "$EachClient\n"
                + "The smallest policies for the recorded calls: 1 key policy, 1 identity"
                + " policy.\n")
        .contains(
            "\nKey policy of " + KEY + "\n",
            "\nIdentity policy of " + ALICE + "\n",
            action("DescribeKey"),
            action("GetKeyPolicy"),
            action("ListResourceTags"),
            action("GetKeyRotationStatus"),
            action("ListKeyPolicies"),
            action("ListKeyRotations"))
        .doesNotContain("DisableKey")
        .containsOnlyOnce("access of");
  }

  @EmbeddedKms(aliases = "alias/orders", recordAccess = true)
  static class SharedProvider {

    @EmbeddedKms static AccessRecorder recorder;
    @EmbeddedKms static KmsClient kms;

    @BeforeEach
    void use() {
      recorder.client(recorder.defaultCaller().actingAs(ALICE)).listKeys(b -> {});
    }

    @Test
    void one() {
      kms.listAliases(b -> {});
      assertThat(recorder.identityPolicies()).containsOnlyKeys(ALICE);
      // The key of the alias was created before anything was recorded.
      assertThat(recorder.keyPolicies()).isEmpty();
    }

    @Test
    @EmbeddedKms(recordAccess = true)
    void own(AccessRecorder ownRecorder) {
      ownRecorder
          .client(ownRecorder.defaultCaller().actingAs(ALICE))
          .generateRandom(b -> b.numberOfBytes(1));
      assertThat(ownRecorder.identityPolicies().get(ALICE)).doesNotContain("ListKeys");
    }

    @AfterAll
    static void last() {
      recorder.client(recorder.defaultCaller().actingAs(ALICE)).listAliases(b -> {});
    }
  }

  @Test
  void sharedProvider_isRecordedAcrossResets_andAMethodForItself() {
    String[] printed = printed(2, SharedProvider.class).split("embedded-kms: access of ");
    assertThat(printed).hasSize(3);
    assertThat(printed[1])
        .startsWith(HERE + "$SharedProvider.own\n")
        .contains(action("GenerateRandom"))
        .doesNotContain("ListKeys");
    assertThat(printed[2])
        .startsWith(HERE + "$SharedProvider\n")
        .contains("[ " + action("ListAliases") + ", " + action("ListKeys") + " ]")
        .doesNotContain("GenerateRandom");
  }

  static class Invocations {

    private static void record(AccessRecorder recorder, String user) {
      recorder
          .client(recorder.defaultCaller().actingAs("arn:aws:iam::000000000000:user/" + user))
          .listKeys(b -> {});
    }

    @ParameterizedTest
    @ValueSource(strings = {"alice", "bob"})
    @EmbeddedKms(recordAccess = true)
    void parameterized(String user, AccessRecorder recorder, LocalKeyProvider kms) {
      record(recorder, user);
      assertThat(kms.listKeys(b -> {}).keys()).isEmpty();
      kms.createKey(b -> {});
    }

    @RepeatedTest(2)
    @EmbeddedKms(recordAccess = true)
    void repeated(RepetitionInfo repetition, AccessRecorder recorder) {
      record(recorder, "carol" + repetition.getCurrentRepetition());
    }

    @TestFactory
    @EmbeddedKms(recordAccess = true)
    List<DynamicTest> factory(AccessRecorder recorder) {
      return List.of(
          dynamicTest("one", () -> record(recorder, "dave")),
          dynamicTest("other", () -> record(recorder, "erin")));
    }
  }

  @Test
  void methodWithSeveralInvocations_printsOneReport() {
    assertThat(printed(6, Invocations.class).split("embedded-kms: access of "))
        .hasSize(4)
        .anySatisfy(report -> assertReport(report, "parameterized", "alice", "bob"))
        .anySatisfy(report -> assertReport(report, "repeated", "carol1", "carol2"))
        .anySatisfy(report -> assertReport(report, "factory", "dave", "erin"));
  }

  private static void assertReport(String report, String method, String one, String other) {
    assertThat(report)
        .startsWith(HERE + "$Invocations." + method + "\n")
        .contains("0 key policies, 2 identity policies")
        .contains(":user/" + one + "\n", ":user/" + other + "\n");
  }

  @ParameterizedClass
  @ValueSource(strings = {"alice", "bob"})
  @EmbeddedKms(recordAccess = true)
  static class ParameterizedSample {

    private final String user;

    ParameterizedSample(String user) {
      this.user = user;
    }

    @Test
    void one(AccessRecorder recorder) {
      Invocations.record(recorder, user);
    }

    @RepeatedTest(2)
    void repeated(AccessRecorder recorder) {
      Invocations.record(recorder, user);
    }
  }

  @Test
  void classWithSeveralInvocations_printsOneReport() {
    assertThat(printed(6, ParameterizedSample.class))
        .startsWith("embedded-kms: access of " + HERE + "$ParameterizedSample\n")
        .contains(":user/alice\n", ":user/bob\n")
        .containsOnlyOnce("access of");
  }

  static class Registered {

    @RegisterExtension
    static final EmbeddedKmsExtension KMS =
        EmbeddedKmsExtension.builder().recordAccess(true).build();

    @Test
    void one(KmsClient kms) {
      kms.listKeys(b -> {});
    }
  }

  @Test
  void registeredExtension_recordsToo() {
    assertThat(printed(1, Registered.class))
        .isEqualTo(
            "embedded-kms: access of "
                + HERE
                + "$Registered\nNo permission was recorded that a policy gives.\n"
                + "ROOT USER: 1 use by a root user needed no policy; root users need no identity"
                + " policy, so let a role make the calls to get one.\n\n");
  }

  @EmbeddedKms
  static class WithoutRecording {

    @Test
    void one(AccessRecorder recorder) {}
  }

  @EmbeddedKms
  static class Silent {

    @Test
    void one(KmsClient kms) {
      assertThat(kms).isInstanceOf(LocalKeyProvider.class);
    }
  }

  @Test
  void withoutRecordAccess_nothingIsPrinted_andARecorderIsRefused() {
    assertThat(printed(1, Silent.class)).isEmpty();
    Samples.fail(
        "embedded-kms: an AccessRecorder can be injected only with recordAccess = true",
        WithoutRecording.class);
  }
}
