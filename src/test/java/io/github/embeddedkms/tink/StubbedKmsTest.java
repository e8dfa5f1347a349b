package io.github.embeddedkms.tink;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import com.google.crypto.tink.Aead;
import io.github.embeddedkms.KmsClient;
import io.github.embeddedkms.exception.NotSupportedYetException;
import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.SecretBytes;
import io.github.embeddedkms.operation.Decrypt;
import io.github.embeddedkms.operation.DecryptBuilder;
import io.github.embeddedkms.operation.DecryptResponseBuilder;
import io.github.embeddedkms.operation.Encrypt;
import io.github.embeddedkms.operation.EncryptResponseBuilder;
import io.github.embeddedkms.operation.KmsRequest;
import java.security.GeneralSecurityException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The requests that are sent, and the handling of responses that this library's own service never
 * returns.
 */
class StubbedKmsTest {

  private static final String ARN = "arn:aws:kms:us-east-1:000000000000:";
  private static final byte[] LETTER = "a letter".getBytes(UTF_8);
  private static final byte[] SEALED = {9, 8, 7};
  private static final byte[] ASSOCIATED_DATA = {0, 0x7f, (byte) 0xfa};
  private static final Map<String, String> CONTEXT = Map.of("associatedData", "007ffa");

  private final KmsClient kms = mock(KmsClient.class);
  private final SecretBytes opened = SecretBytes.fromByteArray(LETTER);
  private KmsRequest<?> sent;
  private SecretBytes sentPlaintext;

  private Aead aead(String keyId) throws GeneralSecurityException {
    return TinkKms.client(kms).getAead("embedded-kms://" + keyId);
  }

  private void stubEncrypt() {
    when(kms.call(any(Encrypt.class)))
        .thenAnswer(
            call -> {
              Encrypt request = call.getArgument(0);
              sent = request;
              sentPlaintext = request.plaintext();
              assertThat(sentPlaintext.asByteArray()).isEqualTo(LETTER);
              return EncryptResponseBuilder.builder()
                  .ciphertextBlob(Bytes.fromByteArray(SEALED))
                  .build();
            });
  }

  private void stubDecrypt(String keyArn) {
    when(kms.call(any(Decrypt.class)))
        .thenAnswer(
            call -> {
              sent = call.getArgument(0);
              return DecryptResponseBuilder.builder().keyId(keyArn).plaintext(opened).build();
            });
  }

  private static Decrypt decrypt(String keyId, Map<String, String> context) {
    return DecryptBuilder.builder()
        .keyId(keyId)
        .ciphertextBlob(Bytes.fromByteArray(SEALED))
        .encryptionContext(context)
        .build();
  }

  @Test
  void encrypt_sendsAssociatedDataInTheContext_andWipesItsCopy() throws Exception {
    stubEncrypt();
    assertThat(aead("alias/orders").encrypt(LETTER, ASSOCIATED_DATA)).isEqualTo(SEALED);
    assertThat(sent)
        .isEqualTo(new Encrypt("alias/orders", sentPlaintext, CONTEXT, null, null, null));
    assertThatIllegalStateException().isThrownBy(sentPlaintext::asByteArray);
    assertThat(LETTER).isEqualTo("a letter".getBytes(UTF_8));
  }

  @Test
  void encrypt_withoutAssociatedData_sendsNoContext() throws Exception {
    stubEncrypt();
    for (byte[] none : new byte[][] {null, {}}) {
      aead("alias/orders").encrypt(LETTER, none);
      assertThat(((Encrypt) sent).encryptionContext()).isNull();
    }
  }

  @Test
  void decrypt_sendsTheKeyAndTheContext_andWipesTheResponse() throws Exception {
    stubDecrypt(ARN + "key/one");
    assertThat(aead("alias/orders").decrypt(SEALED, ASSOCIATED_DATA)).isEqualTo(LETTER);
    assertThat(sent).isEqualTo(decrypt("alias/orders", CONTEXT));
    assertThatIllegalStateException().isThrownBy(opened::asByteArray);
  }

  @Test
  void decrypt_withEmptyAssociatedData_sendsNoContext() throws Exception {
    stubDecrypt(ARN + "key/one");
    assertThat(aead("one").decrypt(SEALED, new byte[0])).isEqualTo(LETTER);
    assertThat(sent).isEqualTo(decrypt("one", null));
  }

  @Test
  void decrypt_responseOfAnotherKeyArn_isRefusedAndWiped() throws Exception {
    stubDecrypt(ARN + "key/two");
    assertThatExceptionOfType(GeneralSecurityException.class)
        .isThrownBy(() -> aead(ARN + "key/one").decrypt(SEALED, null))
        .withMessage(
            "embedded-kms: decrypted under " + ARN + "key/two instead of " + ARN + "key/one")
        .withNoCause();
    assertThatIllegalStateException().isThrownBy(opened::asByteArray);
  }

  @ParameterizedTest
  @ValueSource(strings = {"one", "alias/key/one", ARN + "alias/key/one", ARN + "key/two"})
  void decrypt_responseOfAPossibleKey_isAccepted(String keyId) throws Exception {
    stubDecrypt(ARN + "key/two");
    assertThat(aead(keyId).decrypt(SEALED, null)).isEqualTo(LETTER);
  }

  @Test
  void failuresOtherThanServiceErrors_areThrownUnchanged() throws Exception {
    for (Throwable failure :
        new Throwable[] {
          new IllegalStateException("a bug"),
          new NotSupportedYetException("embedded-kms: not yet"),
          new AssertionError("an error")
        }) {
      KmsClient failing = mock(KmsClient.class);
      when(failing.call(any())).thenThrow(failure);
      Aead aead = TinkKms.client(failing).getAead("embedded-kms://one");
      assertThat(catchThrowable(() -> aead.encrypt(LETTER, null))).isSameAs(failure);
      assertThat(catchThrowable(() -> aead.decrypt(SEALED, null))).isSameAs(failure);
    }
  }
}
