package io.github.embeddedkms.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.embeddedkms.CallbackClient;
import io.github.embeddedkms.Caller;
import io.github.embeddedkms.FailureListener;
import io.github.embeddedkms.KmsClient;
import io.github.embeddedkms.KmsService;
import io.github.embeddedkms.awssdk.AwsSdk;
import io.github.embeddedkms.awssdk.SdkBridge;
import io.github.embeddedkms.endpoint.KmsEndpoint;
import io.github.embeddedkms.exception.KmsException;
import io.github.embeddedkms.model.KeyState;
import io.github.embeddedkms.operation.KmsRequest;
import io.github.embeddedkms.wire.WireClient;
import io.github.embeddedkms.wire.WireServer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;

/**
 * Repeats the cases of the contract tests through the AWS SDK's own clients, in memory and over
 * HTTP, and through both halves of the protocol: responses and errors are those of the typed
 * client.
 */
class ClientContractTest {

  /** A request of a contract test, and the preparation of the fixture. */
  private record Case(String name, Sample sample, Consumer<Fixture> before, Change change) {
    @Override
    public String toString() {
      return name;
    }

    KmsRequest<?> request(Fixture fixture) {
      return change.apply(fixture, sample);
    }
  }

  /** Creates a request from a sample. */
  private interface Change {
    KmsRequest<?> apply(Fixture fixture, Sample sample);
  }

  static List<Case> cases() {
    List<Case> cases = new ArrayList<>();
    for (Object[] row : KeyStateContractTest.operationsAndStates()) {
      Sample sample = (Sample) row[0];
      KeyState state = (KeyState) row[1];
      cases.add(
          new Case(
              sample + " " + state, sample, f -> f.state(state), (f, s) -> s.valid().apply(f)));
    }
    for (Object[] row : KeyIdentifierContractTest.wrongIdentifiers()) {
      Sample sample = (Sample) row[0];
      String identifier = KeyIdentifierContractTest.identifierOf(row[1]);
      cases.add(
          new Case(
              sample + " " + identifier.length() + " " + identifier.hashCode(),
              sample,
              f -> {},
              (f, s) -> s.with(f, s.keyMember(), identifier)));
    }
    cases.addAll(ConstraintCases.all().violationsFor(ClientContractTest::violation));
    return cases;
  }

  private static Case violation(String operation, String member, Object value) {
    return new Case(
        operation + " " + member,
        Sample.named(operation),
        f -> {},
        (f, s) -> s.with(f, member, value));
  }

  /** The current provider. SDK clients are too expensive to be created for each case. */
  private static final class Current implements KmsService {

    // Set by the test, read by threads of the endpoint.
    private volatile LocalKeyProvider provider;

    @Override
    public KmsClient client(Caller caller) {
      return provider.client(caller);
    }

    @Override
    public Caller defaultCaller() {
      return Caller.of(Fixture.REGION, Fixture.ACCOUNT);
    }
  }

  private static final Current CURRENT = new Current();

  /** The typed client of the current provider. */
  private static final KmsClient TYPED =
      new CallbackClient(request -> CURRENT.provider.call(request));

  /** The client half of the protocol over the server half. */
  private static final KmsClient BOTH_HALVES =
      new WireClient(
          (target, body) ->
              new WireServer(CURRENT, FailureListener.none())
                  .answer(target, body, CURRENT.defaultCaller()));

  private static final SdkBridge SYNCHRONOUS = new SdkBridge(AwsSdk.client(CURRENT));
  private static final SdkBridge ASYNCHRONOUS = new SdkBridge(AwsSdk.asyncClient(CURRENT));
  private static KmsEndpoint endpoint;
  private static SdkBridge overHttp;

  @BeforeAll
  static void listen() throws IOException {
    endpoint = KmsEndpoint.start(CURRENT);
    overHttp =
        new SdkBridge(
            software.amazon.awssdk.services.kms.KmsClient.builder()
                .endpointOverride(endpoint.url())
                .region(Region.of(Fixture.REGION))
                .credentialsProvider(
                    StaticCredentialsProvider.create(
                        AwsBasicCredentials.create(Fixture.ACCOUNT, "any")))
                .build());
  }

  @AfterAll
  static void close() {
    SYNCHRONOUS.close();
    ASYNCHRONOUS.close();
    overHttp.close();
    endpoint.close();
  }

  /** A quarter of the cases, another one in each run. */
  static List<Case> someCases() {
    int offset = new Random().nextInt(4);
    List<Case> all = cases();
    return IntStream.range(0, all.size()).filter(i -> i % 4 == offset).mapToObj(all::get).toList();
  }

  @ParameterizedTest
  @MethodSource("someCases")
  void response_throughSdkAndWire_isThatOfTheTypedClient(Case each) {
    compare(each);
  }

  @Tag("thorough")
  @ParameterizedTest
  @MethodSource("cases")
  void response_inEachCase_throughSdkAndWire_isThatOfTheTypedClient(Case each) {
    compare(each);
  }

  private static void compare(Case each) {
    String typed = result(each, TYPED);
    assertThat(result(each, BOTH_HALVES)).isEqualTo(typed);
    assertThat(result(each, SYNCHRONOUS)).isEqualTo(typed);
    assertThat(result(each, ASYNCHRONOUS)).isEqualTo(typed);
    assertThat(result(each, overHttp)).isEqualTo(typed);
  }

  /** Returns the response or error, without the ids that differ from fixture to fixture. */
  private static String result(Case each, KmsClient client) {
    try (Fixture fixture = each.sample.fixture()) {
      CURRENT.provider = fixture.kms;
      each.before.accept(fixture);
      KmsRequest<?> request = each.request(fixture);
      String result;
      try {
        result = client.call(request).toString();
      } catch (KmsException e) {
        result = e.getClass().getSimpleName() + ": " + e.getMessage();
      } catch (UnsupportedOperationException e) {
        result = e.toString();
      }
      return result
          .replace(fixture.keyId, "KEY")
          .replace(fixture.otherKeyId, "OTHER")
          .replaceAll("[0-9a-f]{64}", "MATERIAL")
          .replaceAll("(keyId=|key/)[0-9a-f-]{36}", "$1NEW")
          .replaceAll("(EventId=|RequestId=)[0-9a-f-]{36}", "$1OF_THE_KEY")
          // The encodings of private RSA keys differ in length.
          .replaceAll("importToken=[^,\\]]*", "importToken=TOKEN")
          .replaceAll("grantToken=[^,\\]]*", "grantToken=TOKEN");
    }
  }
}
