package example;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.crypto.tink.Aead;
import com.google.crypto.tink.aead.KmsEnvelopeAead;
import com.google.crypto.tink.aead.PredefinedAeadParameters;
import io.github.embeddedkms.Caller;
import io.github.embeddedkms.KmsClient;
import io.github.embeddedkms.KmsService;
import io.github.embeddedkms.authorization.Identities;
import io.github.embeddedkms.authorization.Identity;
import io.github.embeddedkms.authorization.Policy;
import io.github.embeddedkms.awssdk.AwsSdk;
import io.github.embeddedkms.local.AccessRecorder;
import io.github.embeddedkms.local.LocalKeyProvider;
import io.github.embeddedkms.local.Seed;
import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.DataKeySpec;
import io.github.embeddedkms.model.KeySpec;
import io.github.embeddedkms.model.KeyUsageType;
import io.github.embeddedkms.model.SecretBytes;
import io.github.embeddedkms.operation.GenerateDataKey;
import io.github.embeddedkms.tink.TinkKms;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.core.SdkBytes;

/** The documented example applications, each under the smallest policies that it needs. */
class RecordedAccessTest {

  private static final String ROLE = "arn:aws:iam::111122223333:role/App";

  private static final Seed SEED =
      Seed.builder()
          .key(
              "11111111-1111-4111-8111-111111111111",
              key -> key.backingKey("11".repeat(32)).alias("alias/letters"))
          .key(
              "22222222-2222-4222-8222-222222222222",
              key -> key.backingKey("22".repeat(32)).alias("alias/orders"))
          .key(
              "33333333-3333-4333-8333-333333333333",
              key ->
                  key.spec(KeySpec.ECC_NIST_P256)
                      .usage(KeyUsageType.SIGN_VERIFY)
                      .alias("alias/tokens"))
          .build();

  /** What an application does, with its clients. */
  private interface Run {
    void with(KmsClient typed, software.amazon.awssdk.services.kms.KmsClient sdk) throws Exception;
  }

  private enum Application {
    ORDERS(
        (typed, sdk) -> {
          Orders orders = new Orders(sdk, "alias/orders");
          assertThat(orders.decrypt(orders.encrypt("two spare keys"))).isEqualTo("two spare keys");
        }),
    LETTERS(
        (typed, sdk) -> {
          Letters letters = new Letters(typed);
          byte[] sealed = letters.seal("acme", "Dear customer");
          assertThat(letters.open("acme", sealed)).isEqualTo("Dear customer");
        }),
    PASSWORDS(
        (typed, sdk) -> {
          SecretBytes password = SecretBytes.fromUtf8String("s3cret");
          Bytes blob =
              typed.encrypt(e -> e.keyId("alias/orders").plaintext(password)).ciphertextBlob();
          assertThat(new Passwords(typed).open(blob)).isEqualTo("s3cret");
        }),
    DATA_KEYS(
        (typed, sdk) -> {
          Map<String, String> context = Map.of("tenant", "acme", "table", "orders");
          GenerateDataKey.Response dataKey =
              typed.generateDataKey(
                  key ->
                      key.keyId("alias/orders")
                          .keySpec(DataKeySpec.AES_256)
                          .encryptionContext(context));
          typed.decrypt(d -> d.ciphertextBlob(dataKey.ciphertextBlob()).encryptionContext(context));
        }),
    TOKENS(
        (typed, sdk) -> {
          sdk.sign(
              sign ->
                  sign.keyId("alias/tokens")
                      .message(SdkBytes.fromUtf8String("token"))
                      .signingAlgorithm("ECDSA_SHA_256"));
          sdk.getPublicKey(key -> key.keyId("alias/tokens"));
        }),
    TINK(
        (typed, sdk) -> {
          Aead aead = TinkKms.client(typed).getAead("embedded-kms://alias/orders");
          Aead envelope = KmsEnvelopeAead.create(PredefinedAeadParameters.AES256_GCM, aead);
          byte[] tenant = "acme".getBytes(UTF_8);
          assertThat(envelope.decrypt(envelope.encrypt(new byte[9], tenant), tenant)).hasSize(9);
        });

    @SuppressWarnings("ImmutableEnumChecker") // the lambdas keep nothing
    private final Run run;

    Application(Run run) {
      this.run = run;
    }

    void run(KmsService kms) throws Exception {
      Caller role = kms.defaultCaller().role(ROLE, "s1");
      try (var sdk = AwsSdk.client(kms, role)) {
        run.with(kms.client(role), sdk);
      }
    }
  }

  private static LocalKeyProvider provider(Identities identities) {
    return LocalKeyProvider.builder()
        .account("111122223333")
        .identities(identities)
        .seed(SEED)
        .build();
  }

  private static AccessRecorder recorded(Application application) throws Exception {
    try (LocalKeyProvider kms = provider(Identities.administrators())) {
      AccessRecorder recorder = AccessRecorder.around(kms);
      application.run(recorder);
      return recorder;
    }
  }

  private static LocalKeyProvider under(AccessRecorder recorder, Identity identity) {
    LocalKeyProvider kms = provider(Identities.of(Map.of(ROLE, identity)));
    recorder
        .keyPolicies()
        .forEach(
            (key, policy) ->
                kms.putKeyPolicy(
                    b -> b.keyId(key).policy(policy).bypassPolicyLockoutSafetyCheck(true)));
    return kms;
  }

  @ParameterizedTest
  @EnumSource
  void application_underItsSmallestPolicies_runs(Application application) throws Exception {
    AccessRecorder recorder = recorded(application);
    assertThat(recorder.identityPolicies()).containsOnlyKeys(ROLE);
    assertThat(recorder.keyPolicies()).hasSize(1);
    String policy = recorder.identityPolicies().get(ROLE);
    try (LocalKeyProvider kms = under(recorder, Identity.of(Policy.identityPolicy(policy)))) {
      application.run(kms);
    }
    try (LocalKeyProvider kms = under(recorder, Identity.none())) {
      assertThatThrownBy(() -> application.run(kms))
          .hasStackTraceContaining("is not authorized to perform: kms:");
    }
  }

  @Test
  void letters_haveThePolicyThatAPersonWouldWrite() throws Exception {
    assertThat(recorded(Application.LETTERS).identityPolicies().get(ROLE))
        .isEqualTo(
            """
            {
              "Version" : "2012-10-17",
              "Statement" : [ {
                "Effect" : "Allow",
                "Action" : [ "kms:Decrypt", "kms:GenerateDataKey" ],
                "Resource" : "arn:aws:kms:us-east-1:111122223333:key/11111111-1111-4111-8111-111111111111",
                "Condition" : {
                  "ForAllValues:StringEquals" : {
                    "kms:EncryptionContextKeys" : "tenant"
                  },
                  "StringEquals" : {
                    "kms:EncryptionContext:tenant" : "acme",
                    "kms:RequestAlias" : "alias/letters"
                  }
                }
              } ]
            }\
            """);
  }
}
