package io.github.embeddedkms.tink;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.crypto.tink.Aead;
import com.google.crypto.tink.KmsClients;
import io.github.embeddedkms.Caller;
import io.github.embeddedkms.KmsClient;
import io.github.embeddedkms.exception.DisabledException;
import io.github.embeddedkms.exception.IncorrectKeyException;
import io.github.embeddedkms.exception.InvalidCiphertextException;
import io.github.embeddedkms.exception.KmsException;
import io.github.embeddedkms.exception.NotFoundException;
import io.github.embeddedkms.exception.ValidationException;
import io.github.embeddedkms.local.LocalKeyProvider;
import io.github.embeddedkms.local.Seed;
import io.github.embeddedkms.model.KeyMetadata;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tink's contract, with keys in memory. */
class TinkKmsTest {

  private static final String KEY_ID = "bc436485-5092-42b8-92a3-0aa8b93536dc";
  private static final String ARN = "arn:aws:kms:us-east-1:000000000000:";
  private static final String KEY_ARN = ARN + "key/" + KEY_ID;
  private static final String OTHER_KEY_ID = "0d990263-018e-4e65-a703-eff731de951e";
  private static final byte[] LETTER = "a letter".getBytes(UTF_8);
  private static final byte[] TENANT = "acme".getBytes(UTF_8);

  private final LocalKeyProvider kms =
      LocalKeyProvider.builder()
          .seed(
              Seed.builder()
                  .key(KEY_ID, key -> key.alias("alias/orders"))
                  .key(OTHER_KEY_ID, key -> {})
                  .build())
          .build();
  private final com.google.crypto.tink.KmsClient client = TinkKms.client(kms);

  @AfterEach
  void close() {
    kms.close();
  }

  private Aead aead(String uri) throws GeneralSecurityException {
    return client.getAead(uri);
  }

  private Aead aead() throws GeneralSecurityException {
    return aead("embedded-kms://" + KEY_ID);
  }

  /** Asserts that a call throws Tink's exception with the service error as its cause. */
  private static void assertRefused(
      ThrowingCallable call, String message, Class<? extends KmsException> serviceError) {
    assertThatExceptionOfType(GeneralSecurityException.class)
        .isThrownBy(call)
        .withMessage(message)
        .withCauseExactlyInstanceOf(serviceError);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "embedded-kms://" + KEY_ID,
        "embedded-kms://" + KEY_ARN,
        "embedded-kms://alias/orders",
        "embedded-kms://" + ARN + "alias/orders",
        "aws-kms://" + KEY_ARN,
        "aws-kms://" + ARN + "alias/orders",
        "AWS-KMS://" + KEY_ARN
      })
  void uri_validForm_identifiesTheKey(String uri) throws Exception {
    assertThat(client.doesSupport(uri)).isTrue();
    assertThat(aead().decrypt(aead(uri).encrypt(LETTER, TENANT), TENANT)).isEqualTo(LETTER);
    assertThat(aead(uri).decrypt(aead().encrypt(LETTER, TENANT), TENANT)).isEqualTo(LETTER);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        KEY_ID,
        KEY_ARN,
        "alias/orders",
        "embedded-kms:" + KEY_ID,
        "embedded-kms://",
        "aws-kms://",
        "aws-kms://" + KEY_ID,
        "aws-kms://alias/orders",
        "gcp-kms://" + KEY_ARN,
        " embedded-kms://" + KEY_ID
      })
  void uri_invalidForm_isNotSupported(String uri) {
    assertThat(client.doesSupport(uri)).isFalse();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> aead(uri))
        .withMessage(
            "embedded-kms: not the URI of a KMS key, embedded-kms://… or aws-kms://arn:…: " + uri);
  }

  @Test
  void nullArguments_areRefused() {
    assertThatNullPointerException().isThrownBy(() -> TinkKms.client(null)).withMessage("kms");
    assertThatNullPointerException().isThrownBy(() -> client.doesSupport(null));
    assertThatNullPointerException().isThrownBy(() -> client.getAead(null));
    assertThatNullPointerException().isThrownBy(() -> aead().encrypt(null, TENANT));
    assertThatNullPointerException().isThrownBy(() -> aead().decrypt(null, TENANT));
  }

  @Test
  void uri_ofAMissingKey_throwsTheServiceErrorOnUse() throws Exception {
    Aead aead = aead("embedded-kms://alias/missing");
    String message = "Alias " + ARN + "alias/missing is not found.";
    assertRefused(() -> aead.encrypt(LETTER, TENANT), message, NotFoundException.class);
    assertRefused(
        () -> aead.decrypt(aead().encrypt(LETTER, TENANT), TENANT),
        message,
        NotFoundException.class);
    assertRefused(
        () -> aead("embedded-kms://not a key").encrypt(LETTER, TENANT),
        "Invalid keyId 'not a key'",
        NotFoundException.class);
  }

  @Test
  void arn_ofAnotherRegionOrAccount_selectsTheClient() throws Exception {
    for (KmsClient other :
        List.of(
            kms.inRegion("eu-west-1"),
            kms.inAccount("444455556666"),
            kms.client(Caller.of("eu-west-1", "444455556666")),
            kms.inRegion("cn-north-1"))) {
      KeyMetadata key = other.createKey(b -> {}).keyMetadata();
      other.createAlias(b -> b.aliasName("alias/elsewhere").targetKeyId(key.keyId()));
      String aliasArn = key.arn().replaceFirst("key/.*", "alias/elsewhere");
      for (String arn : new String[] {key.arn(), aliasArn}) {
        for (String scheme : new String[] {"aws-kms://", "embedded-kms://"}) {
          byte[] sealed = aead(scheme + arn).encrypt(LETTER, TENANT);
          assertThat(aead("aws-kms://" + key.arn()).decrypt(sealed, TENANT)).isEqualTo(LETTER);
          assertThat(TinkKms.client(other).getAead(scheme + arn).decrypt(sealed, TENANT))
              .isEqualTo(LETTER);
        }
      }
    }
  }

  /** The client of a Region is not a service, so it creates no others. */
  @Test
  void arn_ofAnotherRegion_clientIsNoService_isRefused() throws Exception {
    String arn = kms.inRegion("eu-west-1").createKey(key -> {}).keyMetadata().arn();
    Aead aead = TinkKms.client(kms.inRegion("us-east-1")).getAead("aws-kms://" + arn);
    assertRefused(
        () -> aead.encrypt(LETTER, TENANT), "Invalid arn eu-west-1", NotFoundException.class);
    Aead ireland = TinkKms.client(kms.inRegion("eu-west-1")).getAead("aws-kms://" + arn);
    assertThat(ireland.decrypt(ireland.encrypt(LETTER, TENANT), TENANT)).isEqualTo(LETTER);
  }

  @Test
  void arn_malformedRegionOrAccount_isRefusedByTheService() throws Exception {
    for (String arn :
        new String[] {
          "arn:aws:kms:EU:000000000000:key/" + KEY_ID,
          "arn:aws:kms::000000000000:key/" + KEY_ID,
          "arn:aws:kms:us-east-1:me:key/" + KEY_ID,
          "arn:aws-cn:kms:eu-west-1:000000000000:key/" + KEY_ID,
          "arn:aws:s3:eu-west-1:000000000000:key/" + KEY_ID
        }) {
      Aead aead = aead("aws-kms://" + arn);
      assertThatExceptionOfType(GeneralSecurityException.class)
          .as(arn)
          .isThrownBy(() -> aead.encrypt(LETTER, TENANT))
          .withCauseInstanceOf(KmsException.class);
    }
  }

  @Test
  void associatedData_different_isRefused() throws Exception {
    byte[] sealed = aead().encrypt(LETTER, TENANT);
    assertThat(sealed).hasSize(LETTER.length + 74);
    for (byte[] other : new byte[][] {"emca".getBytes(UTF_8), {}, null}) {
      assertRefused(
          () -> aead().decrypt(sealed, other),
          "InvalidCiphertextException",
          InvalidCiphertextException.class);
    }
    assertThat(aead().decrypt(sealed, TENANT)).isEqualTo(LETTER);
  }

  @Test
  void associatedData_emptyAndNull_areEquivalent() throws Exception {
    assertThat(aead().decrypt(aead().encrypt(LETTER, null), new byte[0])).isEqualTo(LETTER);
    byte[] sealed = aead().encrypt(LETTER, new byte[0]);
    assertThat(aead().decrypt(sealed, null)).isEqualTo(LETTER);
    assertRefused(
        () -> aead().decrypt(sealed, new byte[1]),
        "InvalidCiphertextException",
        InvalidCiphertextException.class);
  }

  @Test
  void ciphertext_ofAnotherKey_isRefused() throws Exception {
    byte[] foreign = aead("embedded-kms://" + OTHER_KEY_ID).encrypt(LETTER, TENANT);
    for (String key : List.of(KEY_ID, KEY_ARN, "alias/orders", ARN + "alias/orders")) {
      assertRefused(
          () -> aead("embedded-kms://" + key).decrypt(foreign, TENANT),
          "The key ID in the request does not identify a CMK that can perform this operation.",
          IncorrectKeyException.class);
    }
  }

  @Test
  void disabledKey_throwsTheServiceErrorUntilEnabledAgain() throws Exception {
    byte[] sealed = aead().encrypt(LETTER, TENANT);
    kms.disableKey(key -> key.keyId(KEY_ID));
    String message = KEY_ARN + " is disabled.";
    assertRefused(() -> aead().encrypt(LETTER, TENANT), message, DisabledException.class);
    assertRefused(() -> aead().decrypt(sealed, TENANT), message, DisabledException.class);
    kms.enableKey(key -> key.keyId(KEY_ID));
    assertThat(aead().decrypt(sealed, TENANT)).isEqualTo(LETTER);
  }

  @Test
  void plaintext_outside1To4096Bytes_isRefused() throws Exception {
    for (int length : new int[] {1, 4096}) {
      byte[] plaintext = new byte[length];
      assertThat(aead().decrypt(aead().encrypt(plaintext, TENANT), TENANT)).isEqualTo(plaintext);
    }
    String violation =
        "1 validation error detected: Value at 'plaintext' failed to satisfy constraint: Member"
            + " must have length ";
    assertRefused(
        () -> aead().encrypt(new byte[4097], TENANT),
        violation + "less than or equal to 4096",
        ValidationException.class);
    assertRefused(
        () -> aead().encrypt(new byte[0], TENANT),
        violation + "greater than or equal to 1",
        ValidationException.class);
  }

  @Test
  void withCredentials_pathIsRefused_andDefaultReturnsTheSameClient() throws Exception {
    assertThat(client.withDefaultCredentials()).isSameAs(client);
    assertThat(client.withCredentials(null)).isSameAs(client);
    assertThat(
            catchThrowableOfType(
                GeneralSecurityException.class,
                () -> client.withCredentials("/home/alice/credentials")))
        .hasMessage(
            "embedded-kms: no credentials can be loaded; the KmsClient that was passed needs no others")
        .hasNoCause();
  }

  @Test
  void closedProvider_throwsIllegalState() throws Exception {
    Aead aead = aead();
    kms.close();
    assertThatIllegalStateException().isThrownBy(() -> aead.encrypt(LETTER, TENANT));
  }

  /** No other test may register a client either: Tink has no way to remove it. */
  @Test
  void registryOfTink_isNotChanged() throws Exception {
    String uri = "embedded-kms://" + KEY_ID;
    client.withDefaultCredentials().getAead(uri).encrypt(LETTER, TENANT);
    assertThatExceptionOfType(GeneralSecurityException.class)
        .isThrownBy(() -> KmsClients.get(uri))
        .withMessage("No KMS client does support: " + uri);
  }

  @Test
  void aead_usedByManyThreads_decryptsCorrectly() throws Exception {
    Aead aead = aead();
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Callable<Void>> tasks = new ArrayList<>();
      for (int task = 0; task < 8; task++) {
        byte[] own = ("thread " + task).getBytes(UTF_8);
        tasks.add(
            () -> {
              for (int round = 0; round < 200; round++) {
                assertThat(aead.decrypt(aead.encrypt(own, own), own)).isEqualTo(own);
              }
              return null;
            });
      }
      for (Future<Void> result : threads.invokeAll(tasks)) {
        result.get();
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void aead_ofAReplica_opensWhatThePrimarySealed_andViceVersa() throws Exception {
    String keyId = kms.createKey(b -> b.multiRegion(true)).keyMetadata().keyId();
    kms.replicateKey(b -> b.keyId(keyId).replicaRegion("eu-west-1"));
    Aead here = aead("embedded-kms://" + keyId);
    Aead there =
        TinkKms.client(kms.inRegion("eu-west-1"))
            .getAead("embedded-kms://arn:aws:kms:eu-west-1:000000000000:key/" + keyId);
    assertThat(there.decrypt(here.encrypt(LETTER, TENANT), TENANT)).isEqualTo(LETTER);
    byte[] ofReplica = there.encrypt(LETTER, TENANT);
    kms.rotateKeyOnDemand(b -> b.keyId(keyId));
    assertThat(here.decrypt(ofReplica, TENANT)).isEqualTo(LETTER);
    assertThat(there.decrypt(here.encrypt(LETTER, TENANT), TENANT)).isEqualTo(LETTER);
  }
}
