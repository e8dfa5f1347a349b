package io.github.embeddedkms.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.embeddedkms.CallbackService;
import io.github.embeddedkms.Caller;
import io.github.embeddedkms.KmsService;
import io.github.embeddedkms.operation.ListKeys;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.kms.model.KmsException;

/** The callers of requests over HTTP, which the AWS SDK signs. */
@Timeout(value = 1, unit = TimeUnit.MINUTES)
class EndpointCallersTest {

  private static final Caller ROOT = Caller.of("eu-central-1", "111122223333");
  private static final Caller ALICE = ROOT.actingAs("arn:aws:iam::111122223333:user/alice");
  private static final Caller DEV = ROOT.role("arn:aws:iam::444455556666:role/team/Dev", "s1");

  private final List<Caller> seen = new CopyOnWriteArrayList<>();
  private final KmsService service =
      CallbackService.ofCallers(
          ROOT,
          (caller, request) -> {
            seen.add(caller);
            return new ListKeys.Response(List.of(), null, false);
          });

  private KmsEndpoint endpoint() throws IOException {
    return KmsEndpoint.builder(service)
        .credentials("AKIDALICE", "secret of Alice", ALICE)
        .credentials("ASIADEV", "secret of Dev", DEV)
        .credentials("AKIDEXAMPLE", "secret")
        .credentials("777788889999", "secret of an account")
        .start();
  }

  private static KmsClient sdk(KmsEndpoint endpoint, AwsCredentials credentials) {
    return KmsClient.builder()
        .endpointOverride(endpoint.url())
        .region(Region.EU_WEST_2)
        .credentialsProvider(StaticCredentialsProvider.create(credentials))
        .build();
  }

  private static KmsClient sdk(KmsEndpoint endpoint, String accessKeyId, String secret) {
    return sdk(endpoint, AwsBasicCredentials.create(accessKeyId, secret));
  }

  private static Caller withoutFacts(Caller caller) {
    return new Caller(caller.partition(), caller.region(), caller.account(), caller.principal());
  }

  /** Sends a request without a signature, on a connection of its own. */
  private static void post(URI url, String... headers) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(url)
            .headers(headers)
            .header("X-Amz-Target", "TrentService.ListKeys")
            .POST(BodyPublishers.ofString("{}"))
            .build();
    var response = HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
    assertThat(response.statusCode()).isEqualTo(200);
  }

  @Test
  void clients_withDifferentCredentials_areDifferentPrincipals() throws IOException {
    try (KmsEndpoint endpoint = endpoint();
        KmsClient alice = sdk(endpoint, "AKIDALICE", "secret of Alice");
        KmsClient dev =
            sdk(endpoint, AwsSessionCredentials.create("ASIADEV", "secret of Dev", "any token"))) {
      alice.listKeys();
      dev.listKeys();
      alice.listKeys();
    }
    assertThat(seen)
        .extracting(EndpointCallersTest::withoutFacts)
        .containsExactly(
            ALICE.inRegion("eu-west-2"), DEV.inRegion("eu-west-2"), ALICE.inRegion("eu-west-2"));
  }

  @Test
  void credentials_withoutACaller_areTheDefaultCallerOrAnAccount() throws IOException {
    try (KmsEndpoint endpoint = endpoint();
        KmsClient ordinary = sdk(endpoint, "AKIDEXAMPLE", "secret");
        KmsClient account = sdk(endpoint, "777788889999", "secret of an account")) {
      ordinary.listKeys();
      account.listKeys();
    }
    assertThat(seen)
        .extracting(EndpointCallersTest::withoutFacts)
        .containsExactly(ROOT.inRegion("eu-west-2"), Caller.of("eu-west-2", "777788889999"));
  }

  @Test
  void signature_byTheSecretOfAnotherCaller_isRefused() throws IOException {
    try (KmsEndpoint endpoint = endpoint();
        KmsClient forged = sdk(endpoint, "AKIDALICE", "secret of Dev")) {
      KmsException refusal = catchThrowableOfType(KmsException.class, forged::listKeys);
      assertThat(refusal.awsErrorDetails().errorCode()).isEqualTo("InvalidSignatureException");
      assertThat(refusal.awsErrorDetails().errorMessage())
          .isEqualTo(
              "embedded-kms: the request is not what was signed, or was signed with another secret"
                  + " access key");
    }
    assertThat(seen).isEmpty();
  }

  @Test
  void accessKeyId_notRegistered_isRefused() throws IOException {
    try (KmsEndpoint endpoint = endpoint();
        KmsClient stranger = sdk(endpoint, "AKIDNOBODY", "secret of Alice");
        KmsClient account = sdk(endpoint, "111122223333", "secret of Alice")) {
      for (KmsClient kms : List.of(stranger, account)) {
        KmsException refusal = catchThrowableOfType(KmsException.class, kms::listKeys);
        assertThat(refusal.awsErrorDetails().errorCode()).isEqualTo("UnrecognizedClientException");
        assertThat(refusal.awsErrorDetails().errorMessage())
            .isEqualTo("The security token included in the request is invalid.");
      }
    }
    assertThat(seen).isEmpty();
  }

  @Test
  void accessKeyId_registeredTwice_isRefused() throws IOException {
    KmsEndpoint.Builder builder =
        KmsEndpoint.builder(service).credentials("AKIDALICE", "secret of Alice", ALICE);
    String message = "embedded-kms: there are already credentials with the access key id AKIDALICE";
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder.credentials("AKIDALICE", "another", DEV))
        .withMessage(message);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder.credentials("AKIDALICE", "another"))
        .withMessage(message);
    try (KmsEndpoint endpoint = builder.start();
        KmsClient alice = sdk(endpoint, "AKIDALICE", "secret of Alice")) {
      alice.listKeys();
    }
    assertThat(seen).extracting(Caller::principal).containsExactly(ALICE.principal());
  }

  @Test
  void facts_areTheAddressAndTheUserAgent_ofSignedRequests() throws IOException {
    try (KmsEndpoint endpoint = endpoint();
        KmsClient alice = sdk(endpoint, "AKIDALICE", "secret of Alice")) {
      alice.listKeys();
      alice.listKeys();
    }
    assertThat(seen).hasSize(2);
    Caller first = seen.get(0);
    assertThat(first.facts()).containsOnlyKeys("aws:sourceip", "aws:useragent");
    assertThat(first.facts().get("aws:sourceip")).containsExactly("127.0.0.1");
    assertThat(first.facts().get("aws:useragent"))
        .singleElement()
        .satisfies(agent -> assertThat(agent).startsWith("aws-sdk-java/2"));
    // The SDK keeps the connection, which remembers its caller.
    assertThat(seen.get(1)).isSameAs(first);
  }

  @Test
  void facts_ofUnsignedRequests_areThoseOfTheDefaultCaller() throws Exception {
    try (KmsEndpoint endpoint = KmsEndpoint.start(service)) {
      post(endpoint.url(), "User-Agent", "curl/8.17.0");
      post(endpoint.url(), "User-Agent", "another");
    }
    assertThat(seen)
        .containsExactly(
            ROOT.with("aws:SourceIp", "127.0.0.1").with("aws:UserAgent", "curl/8.17.0"),
            ROOT.with("aws:SourceIp", "127.0.0.1").with("aws:UserAgent", "another"));
  }

  @Test
  void facts_withoutAUserAgent_areTheAddressOnly() throws IOException {
    try (KmsEndpoint endpoint = KmsEndpoint.start(service);
        RawHttp client = new RawHttp(endpoint.url())) {
      String response =
          client
              .send(
                  "POST / HTTP/1.1\r\nHost: localhost\r\nX-Amz-Target: TrentService.ListKeys\r\n"
                      + "Content-Length: 2\r\n\r\n{}")
              .response();
      assertThat(response).startsWith("HTTP/1.1 200 OK\r\n");
    }
    assertThat(seen).containsExactly(ROOT.with("aws:SourceIp", "127.0.0.1"));
  }

  @Test
  void facts_statedByTheCaller_areKept() throws IOException {
    Caller inside = ALICE.with("aws:SourceIp", "10.1.2.3").with("aws:UserAgent", "orders");
    try (KmsEndpoint endpoint =
            KmsEndpoint.builder(service).credentials("AKIDALICE", "secret", inside).start();
        KmsClient alice = sdk(endpoint, "AKIDALICE", "secret")) {
      alice.listKeys();
    }
    assertThat(seen).hasSize(1);
    assertThat(seen.get(0).facts())
        .isEqualTo(Map.of("aws:sourceip", List.of("10.1.2.3"), "aws:useragent", List.of("orders")));
  }

  @Test
  void facts_ofAnIpv6Client_areItsAddressWithoutPortAndInterface() throws Exception {
    assumeTrue(EndpointLimitsTest.hasIpv6(), "no IPv6");
    try (KmsEndpoint endpoint = KmsEndpoint.builder(service).host("::1").start()) {
      post(endpoint.url(), "User-Agent", "curl/8.17.0");
    }
    assertThat(seen)
        .extracting(caller -> caller.facts().get("aws:sourceip"))
        .containsExactly(List.of("0:0:0:0:0:0:0:1"));
  }
}
