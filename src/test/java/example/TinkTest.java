package example;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.crypto.tink.Aead;
import com.google.crypto.tink.Configuration;
import com.google.crypto.tink.KeysetHandle;
import com.google.crypto.tink.TinkJsonProtoKeysetFormat;
import com.google.crypto.tink.aead.AeadConfig2026;
import com.google.crypto.tink.aead.KmsEnvelopeAead;
import com.google.crypto.tink.aead.PredefinedAeadParameters;
import io.github.embeddedkms.local.LocalKeyProvider;
import io.github.embeddedkms.tink.TinkKms;
import org.junit.jupiter.api.Test;

/** The documented example of Tink over a KMS key. */
class TinkTest {

  @Test
  void letterAndKeyset_decrypted_areTheSame() throws Exception {
    byte[] letter = new byte[10_000];
    byte[] tenant = "acme".getBytes(UTF_8);
    try (LocalKeyProvider kms = LocalKeyProvider.inMemory()) {
      String keyId = kms.createKey(key -> {}).keyMetadata().keyId();
      kms.createAlias(alias -> alias.aliasName("alias/orders").targetKeyId(keyId));

      Aead aead = TinkKms.client(kms).getAead("embedded-kms://alias/orders");

      Aead envelope = KmsEnvelopeAead.create(PredefinedAeadParameters.AES256_GCM, aead);
      byte[] sealed = envelope.encrypt(letter, tenant); // of any length, under a data key

      Configuration config = AeadConfig2026.get();
      KeysetHandle keyset = KeysetHandle.generateNew(PredefinedAeadParameters.AES256_GCM, config);
      String json =
          TinkJsonProtoKeysetFormat.serializeEncryptedKeyset(keyset, aead, tenant, config);

      assertThat(envelope.decrypt(sealed, tenant)).isEqualTo(letter);
      assertThat(
              TinkJsonProtoKeysetFormat.parseEncryptedKeyset(json, aead, tenant, config)
                  .equalsKeyset(keyset))
          .isTrue();
    }
  }
}
