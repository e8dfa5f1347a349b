package io.github.embeddedkms.tink;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.amazonaws.auth.AWSStaticCredentialsProvider;
import com.amazonaws.auth.BasicAWSCredentials;
import com.amazonaws.client.builder.AwsClientBuilder.EndpointConfiguration;
import com.amazonaws.services.kms.AWSKMS;
import com.amazonaws.services.kms.AWSKMSClientBuilder;
import com.google.crypto.tink.Aead;
import com.google.crypto.tink.aead.KmsEnvelopeAead;
import com.google.crypto.tink.aead.PredefinedAeadParameters;
import com.google.crypto.tink.integration.awskms.AwsKmsAead;
import com.google.crypto.tink.integration.awskms.AwsKmsClient;
import io.github.embeddedkms.endpoint.KmsEndpoint;
import io.github.embeddedkms.local.LocalKeyProvider;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tink's own integration of AWS KMS, over HTTP, and this library's are interchangeable. */
class TinkAwsKmsTest {

  private static final byte[] LETTER = "a letter".getBytes(UTF_8);
  private static final byte[] BINARY = {0, 0x7f, (byte) 0x80, (byte) 0xff};

  /** Referenced here because the JDK forgets the level of a logger that is garbage-collected. */
  private static final Logger SDK_LOGGER = Logger.getLogger("com.amazonaws");

  private final LocalKeyProvider provider =
      LocalKeyProvider.builder().region("eu-central-1").account("111122223333").build();
  private final String keyArn = provider.createKey(key -> {}).keyMetadata().arn();
  private final String aliasArn = "arn:aws:kms:eu-central-1:111122223333:alias/orders";
  private KmsEndpoint endpoint;
  private AWSKMS sdk;

  /** Version 1 of the SDK logs its end of support with a stack trace. */
  @BeforeAll
  static void silenceLogger() {
    SDK_LOGGER.setLevel(Level.OFF);
  }

  @AfterAll
  static void restoreLogger() {
    SDK_LOGGER.setLevel(null);
  }

  @BeforeEach
  void start() throws IOException {
    provider.createAlias(alias -> alias.aliasName("alias/orders").targetKeyId(keyArn));
    endpoint = KmsEndpoint.start(provider);
    sdk =
        AWSKMSClientBuilder.standard()
            .withEndpointConfiguration(
                new EndpointConfiguration(endpoint.url().toString(), "eu-central-1"))
            .withCredentials(
                new AWSStaticCredentialsProvider(new BasicAWSCredentials("111122223333", "secret")))
            .build();
  }

  @AfterEach
  void close() {
    sdk.shutdown();
    endpoint.close();
    provider.close();
  }

  private Aead theirs(String arn) {
    return new AwsKmsAead(sdk, arn);
  }

  private Aead ours(String arn) throws GeneralSecurityException {
    return TinkKms.client(provider).getAead("aws-kms://" + arn);
  }

  @Test
  void ciphertexts_areOpenedByTheOtherIntegration() throws Exception {
    for (String arn : List.of(keyArn, aliasArn)) {
      for (byte[] associatedData : new byte[][] {BINARY, LETTER, {}, null}) {
        assertThat(ours(arn).decrypt(theirs(arn).encrypt(LETTER, associatedData), associatedData))
            .isEqualTo(LETTER);
        assertThat(theirs(arn).decrypt(ours(arn).encrypt(LETTER, associatedData), associatedData))
            .isEqualTo(LETTER);
      }
    }
  }

  @Test
  void envelopes_areOpenedByTheOtherIntegration() throws Exception {
    byte[] longLetter = new byte[10_000];
    Aead theirs = KmsEnvelopeAead.create(PredefinedAeadParameters.AES256_GCM, theirs(keyArn));
    Aead ours = KmsEnvelopeAead.create(PredefinedAeadParameters.AES256_GCM, ours(keyArn));
    assertThat(ours.decrypt(theirs.encrypt(longLetter, BINARY), BINARY)).isEqualTo(longLetter);
    assertThat(theirs.decrypt(ours.encrypt(longLetter, BINARY), BINARY)).isEqualTo(longLetter);
  }

  @Test
  void refusals_haveTheSameTypeInBothIntegrations() throws Exception {
    String otherArn = provider.createKey(key -> {}).keyMetadata().arn();
    byte[] sealed = ours(keyArn).encrypt(LETTER, BINARY);
    for (Aead aead : List.of(theirs(keyArn), ours(keyArn))) {
      assertRefused(() -> aead.decrypt(sealed, LETTER));
      assertRefused(() -> aead.decrypt(sealed, null));
      assertRefused(() -> aead.decrypt(new byte[0], BINARY));
      assertRefused(() -> aead.encrypt(new byte[4097], BINARY));
      assertRefused(() -> aead.encrypt(new byte[0], BINARY));
    }
    for (Aead aead : List.of(theirs(otherArn), ours(otherArn))) {
      assertRefused(() -> aead.decrypt(sealed, BINARY));
    }
  }

  private static void assertRefused(ThrowingCallable call) {
    assertThatExceptionOfType(GeneralSecurityException.class).isThrownBy(call);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "alias/orders", "aws-kms://", "aws-kms://alias/orders", "gcp-kms://arn:a:b:c"})
  void malformedUri_throwsTheSameTypeInBothIntegrations(String uri) {
    assertSameType(uri);
  }

  @Test
  void nullUri_throwsTheSameTypeInBothIntegrations() {
    assertSameType(null);
    assertThat(catchThrowable(() -> TinkKms.client(provider).doesSupport(null)))
        .hasSameClassAs(catchThrowable(() -> new AwsKmsClient().doesSupport(null)));
  }

  private void assertSameType(String uri) {
    assertThat(catchThrowable(() -> TinkKms.client(provider).getAead(uri)))
        .hasSameClassAs(catchThrowable(() -> new AwsKmsClient().getAead(uri)));
  }
}
