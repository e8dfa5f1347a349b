package io.github.embeddedkms.tink;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.google.crypto.tink.Aead;
import com.google.crypto.tink.Configuration;
import com.google.crypto.tink.KeysetHandle;
import com.google.crypto.tink.Parameters;
import com.google.crypto.tink.TinkJsonProtoKeysetFormat;
import com.google.crypto.tink.aead.AeadConfig2026;
import com.google.crypto.tink.aead.AesGcmParameters;
import com.google.crypto.tink.aead.KmsAeadConfig2026;
import com.google.crypto.tink.aead.KmsEnvelopeAead;
import com.google.crypto.tink.aead.LegacyKmsAeadParameters;
import com.google.crypto.tink.aead.LegacyKmsEnvelopeAeadParameters;
import com.google.crypto.tink.aead.LegacyKmsEnvelopeAeadParameters.DekParsingStrategy;
import com.google.crypto.tink.aead.PredefinedAeadParameters;
import io.github.embeddedkms.exception.DisabledException;
import io.github.embeddedkms.exception.InvalidCiphertextException;
import io.github.embeddedkms.local.LocalKeyProvider;
import java.security.GeneralSecurityException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Tink's features that use an {@code Aead} of a key management service. */
class TinkKeysetTest {

  private static final String URI = "embedded-kms://alias/orders";
  private static final byte[] TENANT = "acme".getBytes(UTF_8);
  private static final byte[] OTHER_TENANT = "emca".getBytes(UTF_8);

  /** Longer than the plaintext that Encrypt allows. */
  private static final byte[] LETTER = new byte[10_000];

  private final LocalKeyProvider kms = LocalKeyProvider.inMemory();
  private final com.google.crypto.tink.KmsClient client = TinkKms.client(kms);
  private String keyId;
  private Aead aead;

  @BeforeEach
  void key() throws GeneralSecurityException {
    keyId = kms.createKey(key -> {}).keyMetadata().keyId();
    kms.createAlias(alias -> alias.aliasName("alias/orders").targetKeyId(keyId));
    aead = client.getAead(URI);
  }

  @AfterEach
  void close() {
    kms.close();
  }

  @Test
  void envelope_opensWithTheSameAssociatedData_untilTheKeyIsDisabled() throws Exception {
    Aead envelope = KmsEnvelopeAead.create(PredefinedAeadParameters.AES256_GCM, aead);
    byte[] sealed = envelope.encrypt(LETTER, TENANT);
    assertThat(envelope.decrypt(sealed, TENANT)).isEqualTo(LETTER);
    assertThatExceptionOfType(GeneralSecurityException.class)
        .isThrownBy(() -> envelope.decrypt(sealed, OTHER_TENANT));
    kms.disableKey(key -> key.keyId(keyId));
    assertThatExceptionOfType(GeneralSecurityException.class)
        .isThrownBy(() -> envelope.decrypt(sealed, TENANT))
        .withCauseExactlyInstanceOf(DisabledException.class);
  }

  @Test
  void encryptedKeyset_isParsedWithTheSameAssociatedDataOnly() throws Exception {
    Configuration configuration = AeadConfig2026.get();
    KeysetHandle keyset =
        KeysetHandle.generateNew(PredefinedAeadParameters.AES256_GCM, configuration);
    String json =
        TinkJsonProtoKeysetFormat.serializeEncryptedKeyset(keyset, aead, TENANT, configuration);
    KeysetHandle parsed =
        TinkJsonProtoKeysetFormat.parseEncryptedKeyset(json, aead, TENANT, configuration);
    assertThat(parsed.equalsKeyset(keyset)).isTrue();
    assertThatExceptionOfType(GeneralSecurityException.class)
        .isThrownBy(
            () ->
                TinkJsonProtoKeysetFormat.parseEncryptedKeyset(
                    json, aead, OTHER_TENANT, configuration))
        .withCauseExactlyInstanceOf(InvalidCiphertextException.class);
  }

  @Test
  void keysetWithKmsKeyUri_findsTheClientInAConfiguration() throws Exception {
    byte[] note = "a note".getBytes(UTF_8);
    Configuration configuration = KmsAeadConfig2026.getForKmsClients(client);
    for (Parameters parameters :
        new Parameters[] {
          LegacyKmsAeadParameters.create(URI),
          LegacyKmsEnvelopeAeadParameters.builder()
              .setKekUri(URI)
              .setDekParsingStrategy(DekParsingStrategy.ASSUME_AES_GCM)
              .setDekParametersForNewKeys(
                  AesGcmParameters.builder()
                      .setKeySizeBytes(32)
                      .setIvSizeBytes(12)
                      .setTagSizeBytes(16)
                      .build())
              .build()
        }) {
      KeysetHandle keyset = KeysetHandle.generateNew(parameters, configuration);
      Aead named = keyset.getPrimitive(configuration, Aead.class);
      assertThat(named.decrypt(named.encrypt(note, TENANT), TENANT)).isEqualTo(note);
    }
  }
}
