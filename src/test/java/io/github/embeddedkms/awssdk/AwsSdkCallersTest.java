package io.github.embeddedkms.awssdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.embeddedkms.CallbackService;
import io.github.embeddedkms.Caller;
import io.github.embeddedkms.KmsService;
import io.github.embeddedkms.operation.ListKeys;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import software.amazon.awssdk.auth.credentials.AnonymousCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.async.SdkAsyncHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.kms.KmsAsyncClient;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.kms.model.KmsInternalException;

/** The callers of the SDK's clients in memory. */
@Timeout(value = 1, unit = TimeUnit.MINUTES)
class AwsSdkCallersTest {

  private static final Caller ROOT = Caller.of("eu-central-1", "111122223333");
  private static final Caller ALICE = ROOT.actingAs("arn:aws:iam::111122223333:user/alice");
  private static final Caller DEV =
      ROOT.role("arn:aws:iam::444455556666:role/team/Dev", "s1").with("aws:SourceVpce", "vpce-1");
  private static final Map<String, Caller> CALLERS = Map.of("AKIDALICE", ALICE, "ASIADEV", DEV);

  private final List<Caller> seen = new CopyOnWriteArrayList<>();
  private final KmsService service =
      CallbackService.ofCallers(
          ROOT,
          (caller, request) -> {
            seen.add(caller);
            return new ListKeys.Response(List.of(), null, false);
          });

  private static AwsCredentials basic(String accessKeyId) {
    return AwsBasicCredentials.create(accessKeyId, "any");
  }

  private static KmsClient client(SdkHttpClient transport, AwsCredentials credentials) {
    return KmsClient.builder()
        .httpClient(transport)
        .region(Region.EU_WEST_2)
        .credentialsProvider(StaticCredentialsProvider.create(credentials))
        .build();
  }

  private static KmsAsyncClient client(SdkAsyncHttpClient transport, AwsCredentials credentials) {
    return KmsAsyncClient.builder()
        .httpClient(transport)
        .region(Region.EU_WEST_2)
        .credentialsProvider(StaticCredentialsProvider.create(credentials))
        .build();
  }

  @Test
  void clients_withDifferentCredentials_areDifferentPrincipals() {
    SdkHttpClient transport = AwsSdk.httpClient(service, CALLERS);
    try (KmsClient alice = client(transport, basic("AKIDALICE"));
        KmsClient dev = client(transport, AwsSessionCredentials.create("ASIADEV", "any", "t"))) {
      alice.listKeys();
      dev.listKeys();
      alice.listKeys();
    }
    assertThat(seen)
        .containsExactly(
            ALICE.inRegion("eu-west-2"), DEV.inRegion("eu-west-2"), ALICE.inRegion("eu-west-2"));
    assertThat(seen)
        .extracting(Caller::principal)
        .containsExactly(
            "arn:aws:iam::111122223333:user/alice",
            "arn:aws:sts::444455556666:assumed-role/Dev/s1",
            "arn:aws:iam::111122223333:user/alice");
  }

  @Test
  void asyncClients_withDifferentCredentials_areDifferentPrincipals() {
    SdkAsyncHttpClient transport = AwsSdk.asyncHttpClient(service, CALLERS);
    try (KmsAsyncClient alice = client(transport, basic("AKIDALICE"));
        KmsAsyncClient dev =
            client(transport, AwsSessionCredentials.create("ASIADEV", "any", "t"))) {
      alice.listKeys().join();
      dev.listKeys().join();
    }
    assertThat(seen).containsExactly(ALICE.inRegion("eu-west-2"), DEV.inRegion("eu-west-2"));
  }

  @Test
  void accessKeyId_notRegistered_isTheDefaultCallerOrAnAccount() {
    SdkHttpClient transport = AwsSdk.httpClient(service, CALLERS);
    try (KmsClient other = client(transport, basic("AKIDNOBODY"));
        KmsClient account = client(transport, basic("777788889999"))) {
      other.listKeys();
      account.listKeys();
      // Not signed: the Region is that of the host.
      other.listKeys(
          b ->
              b.overrideConfiguration(
                  o -> o.credentialsProvider(AnonymousCredentialsProvider.create())));
    }
    assertThat(seen)
        .containsExactly(
            ROOT.inRegion("eu-west-2"),
            Caller.of("eu-west-2", "777788889999"),
            ROOT.inRegion("eu-west-2"));
  }

  @Test
  void credentialsOfARequest_areItsCaller_andNotThoseOfOtherRequests() {
    try (KmsClient kms = client(AwsSdk.httpClient(service, CALLERS), basic("AKIDALICE"))) {
      kms.listKeys(
          b ->
              b.overrideConfiguration(
                  o -> o.credentialsProvider(StaticCredentialsProvider.create(basic("ASIADEV")))));
      kms.listKeys();
    }
    assertThat(seen).containsExactly(DEV.inRegion("eu-west-2"), ALICE.inRegion("eu-west-2"));
  }

  @Test
  void callers_changedAfterwards_areThoseOfTheConstruction() {
    Map<String, Caller> callers = new HashMap<>(CALLERS);
    SdkHttpClient transport = AwsSdk.httpClient(service, callers);
    callers.clear();
    try (KmsClient alice = client(transport, basic("AKIDALICE"))) {
      alice.listKeys();
    }
    assertThat(seen).extracting(Caller::principal).containsExactly(ALICE.principal());
  }

  @Test
  void clientOfACaller_isThatCallerInItsRegion() {
    Caller logs = ROOT.service("logs.eu-central-1.amazonaws.com");
    for (Caller caller : List.of(ALICE.inRegion("ap-south-1"), DEV, logs)) {
      try (KmsClient kms = AwsSdk.client(service, caller);
          KmsAsyncClient async = AwsSdk.asyncClient(service, caller)) {
        kms.listKeys();
        async.listKeys().join();
      }
      assertThat(seen).containsExactly(caller, caller);
      seen.clear();
    }
    try (KmsClient kms = AwsSdk.client(service);
        KmsAsyncClient async = AwsSdk.asyncClient(service)) {
      kms.listKeys();
      async.listKeys().join();
    }
    assertThat(seen).containsExactly(ROOT, ROOT);
  }

  @Test
  void failures_ofAServiceWithCallers_areReported() {
    List<String> reported = new CopyOnWriteArrayList<>();
    KmsService failing =
        CallbackService.of(
            ROOT,
            request -> {
              throw new IllegalStateException("a bug");
            });
    try (KmsClient kms =
            client(
                AwsSdk.httpClient(
                    failing, CALLERS, (operation, failure) -> reported.add("sync " + failure)),
                basic("AKIDALICE"));
        KmsAsyncClient async =
            client(
                AwsSdk.asyncHttpClient(
                    failing,
                    CALLERS,
                    Runnable::run,
                    (operation, failure) -> reported.add("async " + failure)),
                basic("AKIDALICE"))) {
      assertThatThrownBy(kms::listKeys).isInstanceOf(KmsInternalException.class);
      assertThatThrownBy(async.listKeys()::join)
          .isInstanceOf(CompletionException.class)
          .hasCauseInstanceOf(KmsInternalException.class);
    }
    assertThat(reported)
        .contains(
            "sync java.lang.IllegalStateException: a bug",
            "async java.lang.IllegalStateException: a bug");
  }
}
